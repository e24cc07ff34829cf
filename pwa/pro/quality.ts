/** How good the picture is, in one word and one reason: pure (S65). */
import type { Figures } from "../call/stats.ts";
import type { PictureMode } from "../protocol.ts";
import type { CallStatus } from "./call-status.ts";

/** `lost`: nothing of now can be seen. */
export type Level = "good" | "weak" | "lost";
/** `relay-…` are no faults: by which way a good picture comes. */
export type Reason = "frames" | "stills" | "network" | "slow" | "delay" | "relay-tls" | "relay-tcp";

export interface Quality {
  level: Level;
  reason: Reason | null;
}

export interface QualitySeen {
  status: CallStatus;
  figures: Figures | null;
  /** Part of the packets lost lately, 0 to 1. */
  loss: number;
  mode: PictureMode;
}

/** Below, a movement is hard to judge; in « détail » the images are few by wish. */
const FEW_IMAGES = { motion: 8, detail: 1.5 };
/** Smaller than 360 lines, what the phone sends on a narrow link, details are gone. */
const FEW_LINES = 300;
/** Beyond this part of lost packets the picture breaks up. */
const MUCH_LOST = 0.05;
/** Words and picture no longer go together. */
const LATE_MS = 600;

const BELOW: Partial<Record<CallStatus, Reason>> = { frames: "frames", stills: "stills" };

export function judge({ status, figures, loss, mode }: QualitySeen): Quality {
  const below = BELOW[status];
  if (below) return { level: "weak", reason: below };
  if (status !== "live") return { level: "lost", reason: null };
  if (!figures) return { level: "good", reason: null };
  const fault = faultOf(figures, loss, mode);
  return fault ? { level: "weak", reason: fault } : { level: "good", reason: relayOf(figures) };
}

function faultOf(figures: Figures, loss: number, mode: PictureMode): Reason | null {
  const { framesPerSecond, frameWidth, frameHeight, roundTripMs } = figures;
  if (loss > MUCH_LOST) return "network";
  const lines = Math.min(frameWidth || 640, frameHeight || 480);
  if ((framesPerSecond ?? Number.POSITIVE_INFINITY) < FEW_IMAGES[mode] || lines < FEW_LINES) return "slow";
  return (roundTripMs ?? 0) > LATE_MS ? "delay" : null;
}

function relayOf({ localType, relayProtocol }: Figures): Reason | null {
  if (localType !== "relay") return null;
  return relayProtocol === "tls" ? "relay-tls" : relayProtocol === "tcp" ? "relay-tcp" : null;
}

/** Between two looks; 0 when nothing was due. */
export function lossBetween(before: Figures | null, now: Figures): number {
  const lost = now.packetsLost - (before?.packetsLost ?? now.packetsLost);
  const received = now.packetsReceived - (before?.packetsReceived ?? now.packetsReceived);
  return lost > 0 && received >= 0 ? lost / (lost + received) : 0;
}

/** What is shown, and what may be shown next if it lasts. */
export interface Steady {
  shown: Quality;
  next: Quality;
  since: number;
}

/** A word that changes each second helps nobody: only what lasts is said, except a loss and another way. */
const LASTS_MS = 3_000;
const OTHER_WAYS: (Reason | null)[] = Object.values(BELOW);

export function steady(before: Steady, now: Quality, at: number): Steady {
  const since = isSame(now, before.next) ? before.since : at;
  const isShown = isNews(now) || isNews(before.shown) || at - since >= LASTS_MS;
  return { shown: isShown ? now : before.shown, next: now, since };
}

function isNews({ level, reason }: Quality): boolean {
  return level === "lost" || OTHER_WAYS.includes(reason);
}

function isSame(one: Quality, other: Quality): boolean {
  return one.level === other.level && one.reason === other.reason;
}
