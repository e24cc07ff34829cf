/**
 * What to do about the path, decided from received bytes and the network's own hints: a pure function.
 *
 * Bytes tell of a dead path in 1 s; `disconnected` comes after 5 to 7 s, and iceConnectionState never says `failed`
 * in today's Chromium (F2).
 */

/** `joining`: nothing has come yet. `lost`: it came, and stopped. */
export type Link = "joining" | "live" | "lost";

export type Command = "reopen-socket" | "restart-ice" | "rebuild" | "tell-lost" | "tell-back";

export interface Connectivity {
  link: Link;
  /** Last count of bytes, and when it last moved. */
  received: number;
  movedAt: number;
  polledAt: number;
  tries: number;
  nextTryAt: number;
  rebuiltAt: number;
}

/** Times are in milliseconds of one steady clock. */
export interface Poll {
  at: number;
  state: RTCPeerConnectionState;
  received: number;
  /** Whether anything should be arriving: no when the caller has paused. */
  isExpecting: boolean;
}

export const SILENCE_MS = 1_000;
/** Between two restarts: quick while a new network is likely coming up, slower later. */
export const RETRY_MS = [1_500, 1_500, 1_500, 3_000, 5_000];
/** A connection that restarts do not mend is replaced (F4); the same patience before the first connection (F22). */
export const REBUILD_AFTER_MS = 15_000;
/** Two polls further apart than this: the page slept, and its silence proves nothing (F34). */
const ASLEEP_MS = 2_500;

export function begin(at: number): Connectivity {
  return {
    link: "joining",
    received: 0,
    movedAt: at,
    polledAt: at,
    tries: 0,
    nextTryAt: at,
    rebuiltAt: at,
  };
}

/** One look at the counters. Returns what is true now, and what to do. */
export function poll(before: Connectivity, seen: Poll): [Connectivity, Command[]] {
  const now = { ...before, polledAt: seen.at, received: seen.received };
  const slept = seen.at - before.polledAt > ASLEEP_MS;
  const moved = seen.received !== before.received;
  if (moved || slept || !seen.isExpecting) now.movedAt = seen.at;
  if (moved && seen.state === "connected") return flowing(now);
  return isSilent(now, seen) ? retry(now, seen.at) : [now, []];
}

/** The system says that the network changed: do not wait for the silence (F1). */
export function networkChanged(before: Connectivity, at: number): [Connectivity, Command[]] {
  if (before.link === "joining") return [before, ["reopen-socket"]];
  return [{ ...before, nextTryAt: at + firstRetry }, ["reopen-socket", "restart-ice"]];
}

const firstRetry = RETRY_MS[0] ?? SILENCE_MS;

function flowing(now: Connectivity): [Connectivity, Command[]] {
  const commands: Command[] = now.link === "lost" ? ["tell-back"] : [];
  return [{ ...now, link: "live", tries: 0, rebuiltAt: now.polledAt }, commands];
}

function isSilent(now: Connectivity, { at, state }: Poll): boolean {
  if (state === "failed") return true;
  if (now.link === "joining") return state === "connecting" && at - now.rebuiltAt >= REBUILD_AFTER_MS;
  return at - now.movedAt >= SILENCE_MS;
}

function retry(now: Connectivity, at: number): [Connectivity, Command[]] {
  const commands: Command[] = [];
  if (now.link === "live") {
    commands.push("tell-lost");
    now.link = "lost";
  }
  if (at < now.nextTryAt) return [now, commands];
  now.nextTryAt = at + (RETRY_MS[Math.min(now.tries, RETRY_MS.length - 1)] ?? firstRetry);
  now.tries += 1;
  commands.push("reopen-socket");
  if (at - now.rebuiltAt < REBUILD_AFTER_MS) commands.push("restart-ice");
  else {
    commands.push("rebuild");
    now.rebuiltAt = at;
  }
  return [now, commands];
}
