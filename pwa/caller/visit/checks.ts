/** The single checks of « Tester mon matériel »: each says how it went, what to do, and a fact for the IT staff. */
import * as words from "@words";
import { reachesRelay } from "../../call/echo.ts";
import type { EchoPlace } from "../../protocol.ts";
import { browser, system } from "../aside/device.ts";
import { sayings } from "./devices_face.ts";
import type { OwnMedia } from "./own_media.ts";

/** `none`: this cannot be tested here, and nothing is wrong. */
export type Outcome = "todo" | "running" | "good" | "weak" | "bad" | "none";

export interface Result {
  outcome: Outcome;
  /** One plain sentence: what to do, or what to look at. */
  remedy: string;
  /** For the report. */
  fact: string;
}

const TRIES = 3;
/** Of one small request there and back. From here on a call is slow, and beyond it hardly possible. */
const SLOW_MS = 500;
const VERY_SLOW_MS = 1_500;
const SOCKET_WITHIN_MS = 6_000;
const RELAY_WITHIN_MS = 6_000;
const SPEAK_WITHIN_MS = 12_000;
const LISTEN_EVERY_MS = 200;

export function checkBrowser(): Result {
  const fact = `${browser()}, ${system()}; ${navigator.userAgent}`;
  const hasAll = "RTCPeerConnection" in globalThis && navigator.mediaDevices !== undefined;
  if (hasAll && browser() !== "in-app") return { outcome: "good", remedy: "", fact };
  return { outcome: hasAll ? "weak" : "bad", remedy: words.visitCheckBrowser, fact };
}

/** How long the server takes to answer, the middle of three times. */
export async function checkNetwork(): Promise<Result> {
  const times: number[] = [];
  try {
    for (let left = TRIES; left > 0; left--) times.push(await roundTrip());
  } catch (error) {
    return { outcome: "bad", remedy: words.visitCheckNetwork, fact: (error as Error).message };
  }
  const middle = times.sort((one, other) => one - other)[1] ?? 0;
  const fact = `${Math.round(middle)} ms`;
  if (middle < SLOW_MS) return { outcome: "good", remedy: "", fact };
  return { outcome: middle < VERY_SLOW_MS ? "weak" : "bad", remedy: words.visitCheckSlow, fact };
}

/** Some networks let pages through and not what a call needs. */
export async function checkSocket(): Promise<Result> {
  const address = `${location.origin.replace("http", "ws")}/api/socket`;
  const isOpen = await opens(address, SOCKET_WITHIN_MS);
  if (isOpen) return { outcome: "good", remedy: "", fact: address };
  return { outcome: "bad", remedy: words.visitCheckFirewall, fact: `${address}: closed` };
}

export function checkCamera(own: OwnMedia): Result {
  const { track } = own.camera;
  if (!track) {
    const { cameraProblem } = own;
    return problem(sayings({ cameraProblem, soundProblem: null }), cameraProblem?.detail ?? "");
  }
  const { height = 0, width = 0 } = track.getSettings();
  return { outcome: "good", remedy: "", fact: `${track.label}, ${width} × ${height}` };
}

/** « Parlez »: until a voice is heard. */
export async function checkMicrophone(own: OwnMedia): Promise<Result> {
  const { soundProblem } = own;
  const { track } = own.microphone;
  if (!track) return problem(sayings({ cameraProblem: null, soundProblem }), soundProblem?.detail ?? "");
  const until = performance.now() + SPEAK_WITHIN_MS;
  while (own.hearing !== "voice" && performance.now() < until) await pause(LISTEN_EVERY_MS);
  if (own.hearing === "voice") return { outcome: "good", remedy: "", fact: track.label };
  if (own.hearing === "dead")
    return { outcome: "bad", remedy: words.visitMicrophoneDead, fact: `${track.label}: silent` };
  return { outcome: "weak", remedy: words.visitCheckSpeak, fact: `${track.label}: no voice heard` };
}

/** Through the relay alone, as where a hospital's network lets nothing else pass. */
export async function checkRelay({ iceServers }: EchoPlace): Promise<Result> {
  const reached = await reachesRelay(iceServers, RELAY_WITHIN_MS);
  const fact = iceServers.flatMap(({ urls }) => urls).join(" ");
  if (reached === null) return { outcome: "none", remedy: words.visitCheckNoRelay, fact: "none" };
  if (reached) return { outcome: "good", remedy: "", fact };
  return { outcome: "weak", remedy: words.visitCheckRelay, fact: `${fact}: no answer` };
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function problem(said: string[], fact: string): Result {
  return { outcome: "bad", remedy: [...said, words.visitCheckAllow].join(" "), fact };
}

async function roundTrip(): Promise<number> {
  const from = performance.now();
  const answer = await fetch("/api/instance", { cache: "no-store" });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return performance.now() - from;
}

function opens(address: string, withinMs: number): Promise<boolean> {
  const socket = new WebSocket(address);
  const opened = new Promise<boolean>((resolve) => {
    socket.onopen = () => resolve(true);
    socket.onerror = socket.onclose = () => resolve(false);
    setTimeout(() => resolve(false), withinMs);
  });
  return opened.finally(() => socket.close());
}
