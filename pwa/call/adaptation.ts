/**
 * How good a picture to send, decided once a second from what the browser measures: pure functions.
 *
 * The browser bends bit rate by itself below a bound; we choose the bound, and the size and pace that look best at
 * that rate. Down quickly, up slowly, and more slowly each time a rise was too much.
 */
import type { PictureMode } from "../protocol.ts";
import type { Figures } from "./stats.ts";

/** Bits a second, lines of the shorter side, images a second. */
export interface Grade {
  bitrate: number;
  lines: number;
  framerate: number;
}

const RATES = [100_000, 200_000, 400_000, 800_000, 1_200_000, 2_000_000];

/** `motion` keeps images a second, `detail` keeps lines. The same rate at the same place, so that a change is free. */
const SHAPES: Record<PictureMode, [lines: number, framerate: number][]> = {
  motion: [
    [180, 5],
    [240, 10],
    [360, 15],
    [480, 15],
    [480, 30],
    [720, 30],
  ],
  detail: [
    [360, 2],
    [480, 3],
    [480, 5],
    [720, 8],
    [720, 10],
    [720, 15],
  ],
};
/** 480p, 15 images a second, 800 kbit/s: what a connection starts with (`limits.ts`). */
const START = 3;
const TOP = RATES.length - 1;
/** The best grade for a picture that one, two, three others receive, each by a connection of its own. */
const SHARED = [4, 3, 2];
const LEAST_SHARED = 1;

export interface Adaptation {
  level: number;
  /** Since when it has been too much, that there is room, and that nothing was amiss; null while it is not so. */
  poorSince: number | null;
  roomSince: number | null;
  calmSince: number | null;
  changedAt: number;
  hasRisen: boolean;
  /** The grade that was too much last, and how long there must be room before it is tried again, in milliseconds. */
  regretted: number;
  patienceMs: number;
}

/** What was measured at `at`, in milliseconds of a steady clock. */
export type Outlook = { at: number } & Pick<
  Figures,
  "availableOutgoingBitrate" | "sentLoss" | "sentLimitedBy" | "roundTripMs"
>;

/** Shorter is a hiccup, or the estimate that starts low; the browser bends the rate by itself meanwhile. */
const POOR_MS = 3_000;
const PATIENCE_MS = 4_000;
const PATIENCE_LIMIT_MS = 64_000;
/** Without any change for so long, what was too much is forgotten: people move, networks too. */
const FORGIVEN_MS = 300_000;
/** A fall so soon after a rise: the rise was too much. */
const REGRET_MS = 15_000;
/** The estimate of a sender that is bound low stays low: after so long without a fault a rise is tried all the same. */
const CALM_TIMES = 2;
/** Room for the next rate means this much more than it: the estimate swings. */
const MARGIN = 1.2;
/** Beyond this retransmissions no longer mend the picture. */
const HEAVY_LOSS = 0.1;
const LIGHT_LOSS = 0.03;
/** A queue of more than a second stands before the narrow link: whatever more we send only waits. */
const QUEUE_MS = 1_500;

export function beginAdaptation(at: number): Adaptation {
  return {
    level: START,
    poorSince: null,
    roomSince: null,
    calmSince: null,
    changedAt: at,
    hasRisen: false,
    regretted: TOP + 1,
    patienceMs: PATIENCE_MS,
  };
}

export function adapt(before: Adaptation, seen: Outlook): Adaptation {
  const now = watch(before, seen);
  if (lasts(now.poorSince, seen.at, POOR_MS)) return fall(now, seen);
  return mayRise(now, seen.at) ? rise(now, seen.at) : now;
}

/**
 * No better than this: of several pictures that share one way up, each has its part. Sent to one other person 480 lines
 * at 30 images a second, to two 480 at 15, to three 360 at 15: at most 1.6 Mbit/s in all, which 4G and ADSL 2+ carry.
 */
export function shared(now: Adaptation, receivers: number): Adaptation {
  const level = Math.min(now.level, SHARED[receivers - 1] ?? LEAST_SHARED);
  return level === now.level ? now : { ...now, level };
}

export function gradeOf(mode: PictureMode, { level }: Adaptation): Grade {
  const [lines = 480, framerate = 15] = SHAPES[mode][level] ?? [];
  return { bitrate: RATES[level] ?? 0, lines, framerate };
}

function watch(before: Adaptation, seen: Outlook): Adaptation {
  const since = (isSo: boolean, from: number | null) => (isSo ? (from ?? seen.at) : null);
  const isPoor = isTooMuch(before.level, seen);
  return {
    ...before,
    poorSince: since(isPoor, before.poorSince),
    roomSince: since(!isPoor && hasRoom(before.level, seen), before.roomSince),
    calmSince: since(!isPoor && isCalm(seen), before.calmSince),
  };
}

function isTooMuch(level: number, seen: Outlook): boolean {
  const { availableOutgoingBitrate: available, sentLoss, sentLimitedBy, roundTripMs } = seen;
  if (sentLimitedBy === "cpu" || (sentLoss ?? 0) > HEAVY_LOSS || (roundTripMs ?? 0) > QUEUE_MS) return true;
  // A picture that needs little, of a dark room or a wall, leaves the estimate low without being held back by it.
  const isHeldBack = (sentLimitedBy ?? "bandwidth") === "bandwidth";
  return isHeldBack && available !== null && available < (RATES[level] ?? 0);
}

function isCalm({ sentLoss, sentLimitedBy }: Outlook): boolean {
  return (sentLoss ?? 0) <= LIGHT_LOSS && sentLimitedBy !== "bandwidth";
}

function hasRoom(level: number, seen: Outlook): boolean {
  const next = RATES[level + 1] ?? Number.POSITIVE_INFINITY;
  return isCalm(seen) && (seen.availableOutgoingBitrate ?? 0) >= next * MARGIN;
}

function mayRise({ level, roomSince, calmSince, regretted, patienceMs }: Adaptation, at: number): boolean {
  if (level === TOP) return false;
  const patience = level + 1 >= regretted ? patienceMs : PATIENCE_MS;
  return lasts(roomSince, at, patience) || lasts(calmSince, at, patience * CALM_TIMES);
}

/** To what the estimate carries, and one grade at least. */
function fall(now: Adaptation, { at, availableOutgoingBitrate: available }: Outlook): Adaptation {
  const fitting = RATES.filter((rate) => rate <= (available ?? Number.POSITIVE_INFINITY)).length - 1;
  const level = Math.max(0, Math.min(now.level - 1, fitting));
  const isRegretted = now.hasRisen && at - now.changedAt < REGRET_MS;
  const patienceMs = isRegretted ? Math.min(now.patienceMs * 2, PATIENCE_LIMIT_MS) : now.patienceMs;
  const regretted = isRegretted ? now.level : now.regretted;
  return settled({ ...now, level, regretted, patienceMs, hasRisen: false }, at);
}

function rise(now: Adaptation, at: number): Adaptation {
  const isForgiven = at - now.changedAt > FORGIVEN_MS;
  const patienceMs = isForgiven ? PATIENCE_MS : now.patienceMs;
  return settled({ ...now, level: now.level + 1, patienceMs, hasRisen: true }, at);
}

/** After a change everything is looked at afresh. */
function settled(now: Adaptation, at: number): Adaptation {
  return { ...now, poorSince: null, roomSince: null, calmSince: null, changedAt: at };
}

function lasts(since: number | null, at: number, forMs: number): boolean {
  return since !== null && at - since >= forMs;
}
