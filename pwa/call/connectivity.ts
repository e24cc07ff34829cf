/**
 * What to do about the path and the picture: one pure state machine. Events in, commands out, no clock of its own.
 *
 * Bytes tell of a dead path in 1 s; `disconnected` comes after 5 to 7 s, and iceConnectionState never says `failed` in
 * today's Chromium, so that nothing here asks for it (F2). The ladder: restart ICE on a hint of the system, again when
 * bytes stop, a new connection after 15 s, the seat's stream anew after 45 s; and when no picture passes for 2 s while
 * the socket does, frames over the socket until pictures flow again.
 */

/** `joining`: nothing has come yet. `lost`: it came, and stopped. */
export type Link = "joining" | "live" | "lost";

export type Command =
  | "reopen-socket"
  | "restart-ice"
  /** A new peer connection. */
  | "rebuild"
  /** The seat's stream from its beginning, as a page loaded anew would. */
  | "rejoin"
  | "start-frames"
  | "stop-frames"
  | "tell-lost"
  | "tell-back";

export type Event =
  /** A look at the counters, a few times a second. */
  | ({ is: "look" } & Look)
  /** Another connection is looked at: its counters start from zero. */
  | { is: "replaced" }
  | { is: "socket"; isOpen: boolean }
  /** The system says that the network changed. */
  | { is: "hint" }
  /** The page is seen again. */
  | { is: "visible" }
  /** The other side wants frames over the socket, or no longer. */
  | { is: "wanted"; isWanted: boolean }
  /** Frames come from the other side, whoever began. */
  | { is: "frames" }
  /** The other side's page was loaded anew: it sends no frames yet. */
  | { is: "anew" }
  | { is: "closed" };

export interface Look {
  /** `closed` when there is no connection. */
  state: RTCPeerConnectionState;
  /** Bytes that came by this connection. */
  received: number;
  /** Whether bytes should come: no when the caller has paused. */
  isExpecting: boolean;
  /** Grows with each picture that passes: decoded ones here, receipts for ours there. */
  pictures: number;
  /** Whether pictures should pass. */
  isPictureDue: boolean;
}

/** Times are milliseconds of the machine's own time: it never goes back, and does not count what a page slept. */
export interface Connectivity {
  isClosed: boolean;
  /** The clock of the last event, and the machine's time then. */
  clock: number;
  now: number;
  link: Link;
  state: RTCPeerConnectionState;
  received: number;
  movedAt: number;
  /** Since when bytes have come without a gap. */
  steadySince: number;
  tries: number;
  nextTryAt: number;
  restartedAt: number;
  reopenedAt: number;
  rebuiltAt: number;
  rejoinedAt: number;
  /** Since when this connection is looked at. */
  freshAt: number;
  hintedAt: number;
  isHintWaiting: boolean;
  isSocketOpen: boolean;
  pictures: number;
  pictureAt: number;
  isPictureDue: boolean;
  /** Since when pictures have passed without a gap; null while they do not. */
  flowingSince: number | null;
  areFramesOn: boolean;
  framesAt: number;
  areFramesWanted: boolean;
  /** How long pictures must flow before frames stop: longer each time that they started soon again. */
  calmMs: number;
}

export const SILENCE_MS = 1_000;
/** Between two restarts: quick while a new network is likely coming up, slower later. */
export const RETRY_MS = [1_500, 1_500, 1_500, 3_000, 5_000];
/** A connection that restarts do not mend is replaced (F4); the same patience before the first connection (F22). */
export const REBUILD_AFTER_MS = 15_000;
/** One that never came about has nothing to keep: once it has failed, it is replaced sooner. */
export const REPLACE_AFTER_MS = 3_000;
/** Nor has one that is connected and has never shown a picture. */
export const BLACK_MS = 10_000;
/** The seat's stream itself begins anew: something may be amiss with it. */
const REJOIN_AFTER_MS = 45_000;
/** Hints come in bursts: the first counts at once, the rest together, 3 s later (F1). */
export const HINT_EVERY_MS = 3_000;
export const RESTART_EVERY_MS = 1_500;
export const REOPEN_EVERY_MS = 1_000;
/** Two events further apart than this: the page slept, and its silence proves nothing (F34). */
const ASLEEP_MS = 2_500;
/** No picture for this long, although the socket lives: frames go over the socket meanwhile. */
export const STILL_MS = 2_000;
const GAP_MS = 1_000;
const STEADY_MS = 2_000;
export const CALM_MS = 1_000;
const CALM_LIMIT_MS = 16_000;
/** Frames that start again within this were stopped too soon. */
const FLAP_MS = 60_000;

const LONG_AGO = Number.NEGATIVE_INFINITY;

/** `at` is when the seat was taken: patience is counted from there. */
export function begin(at: number): Connectivity {
  return {
    isClosed: false,
    clock: at,
    now: 0,
    link: "joining",
    state: "closed",
    received: 0,
    movedAt: 0,
    steadySince: 0,
    tries: 0,
    nextTryAt: 0,
    restartedAt: LONG_AGO,
    reopenedAt: LONG_AGO,
    rebuiltAt: 0,
    rejoinedAt: 0,
    freshAt: 0,
    hintedAt: LONG_AGO,
    isHintWaiting: false,
    isSocketOpen: false,
    pictures: 0,
    pictureAt: 0,
    isPictureDue: false,
    flowingSince: null,
    areFramesOn: false,
    framesAt: LONG_AGO,
    areFramesWanted: false,
    calmMs: CALM_MS,
  };
}

/** What is true after `event`, which happened when the page's clock said `at`; and what to do. */
export function step(before: Connectivity, at: number, event: Event): [Connectivity, Command[]] {
  const now = { ...before };
  const commands: Command[] = [];
  if (!now.isClosed) {
    pass(now, at);
    take(now, event, commands);
  }
  return [now, commands];
}

/** A clock that goes back stands still; one that leaps has slept. */
function pass(now: Connectivity, at: number): void {
  const passed = Math.max(0, at - now.clock);
  now.clock = at;
  now.now += Math.min(passed, ASLEEP_MS);
  if (passed <= ASLEEP_MS) return;
  now.movedAt = now.now;
  if (now.link !== "joining") now.pictureAt = now.now;
}

function take(now: Connectivity, event: Event, commands: Command[]): void {
  if (event.is === "look") look(now, event, commands);
  else if (event.is === "replaced") replaced(now);
  else if (event.is === "socket") now.isSocketOpen = event.isOpen;
  else if (event.is === "hint") now.isHintWaiting = true;
  else if (event.is === "visible") reopen(now, commands);
  else if (event.is === "wanted") now.areFramesWanted = event.isWanted;
  else if (event.is === "frames") now.isPictureDue && startFrames(now, commands);
  else if (event.is === "anew") now.areFramesOn = false;
  else now.isClosed = true;
  if (now.isHintWaiting && now.now - now.hintedAt >= HINT_EVERY_MS) heed(now, commands);
  if (!now.isClosed) turnFrames(now, commands);
}

/** Another connection starts from zero; what was lost stays lost until bytes come. */
function replaced(now: Connectivity): void {
  if (now.link === "live") now.link = "joining";
  now.state = "new";
  now.received = now.pictures = 0;
  now.movedAt = now.rebuiltAt = now.freshAt = now.now;
  now.flowingSince = null;
}

/** Do not wait for the silence (F1). A first connection that has just begun uses the network of the moment anyway. */
function heed(now: Connectivity, commands: Command[]): void {
  const isSlow = now.state === "connecting" && now.now - now.rebuiltAt >= STILL_MS;
  now.isHintWaiting = false;
  now.hintedAt = now.now;
  reopen(now, commands);
  if (now.link !== "joining" || isSlow) restart(now, commands);
}

function reopen(now: Connectivity, commands: Command[]): void {
  if (now.now - now.reopenedAt < REOPEN_EVERY_MS) return;
  now.reopenedAt = now.now;
  commands.push("reopen-socket");
}

function restart(now: Connectivity, commands: Command[]): void {
  if (now.now - now.restartedAt < RESTART_EVERY_MS) return;
  now.restartedAt = now.now;
  now.nextTryAt = Math.max(now.nextTryAt, now.now + RESTART_EVERY_MS);
  commands.push("restart-ice");
}

function look(now: Connectivity, seen: Look, commands: Command[]): void {
  const hasMoved = seen.received !== now.received;
  const isSteady = hasMoved && now.now - now.movedAt < SILENCE_MS;
  now.received = seen.received;
  now.state = seen.state;
  if (hasMoved || !seen.isExpecting) now.movedAt = now.now;
  if (!isSteady) now.steadySince = now.now;
  seePictures(now, seen);
  if (isSteady && seen.state === "connected") flow(now, commands);
  else if (isSilent(now)) retry(now, commands);
  if (isBlack(now)) rebuild(now, commands);
}

/** Bytes come and no picture does: the connection is no good, although its path is (F23). */
function isBlack({ now, link, state, isPictureDue, pictures, pictureAt, freshAt }: Connectivity): boolean {
  if (link !== "live" || state !== "connected" || !isPictureDue) return false;
  return now - Math.max(pictureAt, freshAt) >= (pictures > 0 ? REBUILD_AFTER_MS : BLACK_MS);
}

/** A check of the path now and then is no flow: only what lasts ends the search for a better one. */
function flow(now: Connectivity, commands: Command[]): void {
  if (now.link === "lost") commands.push("tell-back");
  now.link = "live";
  if (now.now - now.steadySince < STEADY_MS) return;
  now.tries = 0;
  now.rebuiltAt = now.rejoinedAt = now.now;
}

function isSilent({ now, link, state, movedAt, rebuiltAt }: Connectivity): boolean {
  if (state === "failed" || state === "disconnected") return true;
  if (link === "joining") return /new|connecting/.test(state) && now - rebuiltAt >= REBUILD_AFTER_MS;
  return now - movedAt >= SILENCE_MS;
}

function retry(now: Connectivity, commands: Command[]): void {
  if (now.link === "live") {
    commands.push("tell-lost");
    now.link = "lost";
  }
  if (now.now < now.nextTryAt) return;
  now.nextTryAt = now.now + (RETRY_MS[Math.min(now.tries, RETRY_MS.length - 1)] ?? RESTART_EVERY_MS);
  now.tries += 1;
  reopen(now, commands);
  const hasFailed = now.link === "joining" && now.state === "failed";
  const patience = hasFailed ? REPLACE_AFTER_MS : REBUILD_AFTER_MS;
  if (now.now - now.rebuiltAt < patience) restart(now, commands);
  else rebuild(now, commands);
}

function rebuild(now: Connectivity, commands: Command[]): void {
  now.rebuiltAt = now.freshAt = now.now;
  if (now.now - now.rejoinedAt >= REJOIN_AFTER_MS) {
    now.rejoinedAt = now.now;
    commands.push("rejoin");
  }
  commands.push("rebuild");
}

/** A camera that opens late finds a warm path: patience then begins anew. */
function seePictures(now: Connectivity, seen: Look): void {
  const hasMoved = seen.pictures !== now.pictures && seen.state === "connected";
  const isWarm = !seen.isPictureDue && !/new|connecting/.test(seen.state);
  const hasGap = now.now - now.pictureAt > GAP_MS;
  now.isPictureDue = seen.isPictureDue;
  now.pictures = seen.pictures;
  if (hasMoved) now.flowingSince = hasGap ? now.now : (now.flowingSince ?? now.now);
  else if (hasGap) now.flowingSince = null;
  if (hasMoved || isWarm) now.pictureAt = now.now;
}

function turnFrames(now: Connectivity, commands: Command[]): void {
  const isStill = now.now - now.pictureAt >= STILL_MS;
  const isCalm = now.flowingSince !== null && now.now - now.flowingSince >= now.calmMs;
  if (!now.areFramesOn) {
    if (now.isPictureDue && now.isSocketOpen && (isStill || now.areFramesWanted)) startFrames(now, commands);
  } else if (!now.isPictureDue || (isCalm && !now.areFramesWanted)) stopFrames(now, commands);
}

function startFrames(now: Connectivity, commands: Command[]): void {
  if (now.areFramesOn) return;
  const isFlapping = now.now - now.framesAt < FLAP_MS;
  now.calmMs = isFlapping ? Math.min(CALM_LIMIT_MS, now.calmMs * 2) : CALM_MS;
  now.areFramesOn = true;
  now.flowingSince = null;
  commands.push("start-frames");
}

function stopFrames(now: Connectivity, commands: Command[]): void {
  now.areFramesOn = false;
  now.framesAt = now.now;
  commands.push("stop-frames");
}
