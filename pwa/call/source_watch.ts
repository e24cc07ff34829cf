/**
 * Whether the camera gives pictures, decided from figures: a pure function.
 *
 * During a telephone call, or when another application takes the camera, a track may say « live » and give nothing
 * (F29): only pictures that move prove a camera.
 */
export type SourceFault = "muted" | "still";

export interface SourceWatch {
  /** Last count of pictures, and when it last rose. */
  frames: number;
  movedAt: number;
  lookedAt: number;
  mutedSince: number | null;
  /** Looks in a row at which the count had risen: two of them are a camera that works again. */
  moves: number;
  hasMoved: boolean;
  fault: SourceFault | null;
}

export interface SourceLook {
  /** Milliseconds of one steady clock. */
  at: number;
  /** Pictures counted so far, by whoever counts them. */
  frames: number;
  /** The browser itself says that the camera gives nothing. */
  isMuted: boolean;
  /** Whether pictures are due: the page is visible and shows its camera. */
  isExpected: boolean;
}

/** The slowest camera, in the dark, still gives a picture or two a second. */
const STILL_MS = 2_500;
/** An old telephone takes its time for the first. */
const FIRST_MS = 6_000;
/** Browsers mute a track for a moment while they set a camera up. */
const MUTED_MS = 1_000;
/** Two looks further apart than this: the page slept, and proves nothing (F34). */
const ASLEEP_MS = 2_500;
const ALIVE = 2;

export function beginSourceWatch(at: number): SourceWatch {
  return { frames: 0, movedAt: at, lookedAt: at, mutedSince: null, moves: 0, hasMoved: false, fault: null };
}

export function watchSource(
  before: SourceWatch,
  { at, frames, isMuted, isExpected }: SourceLook,
): SourceWatch {
  const hasSlept = at - before.lookedAt > ASLEEP_MS;
  const hasRisen = frames > before.frames; // A lower count is that of another camera.
  const now: SourceWatch = {
    frames,
    lookedAt: at,
    moves: hasRisen && !isMuted ? before.moves + 1 : 0,
    hasMoved: before.hasMoved || hasRisen,
    movedAt: hasRisen || hasSlept || !isExpected ? at : before.movedAt,
    mutedSince: isMuted && isExpected ? (before.mutedSince ?? at) : null,
    fault: before.fault,
  };
  return { ...now, fault: faultOf(now) };
}

export function isAlive({ moves }: SourceWatch): boolean {
  return moves >= ALIVE;
}

function faultOf(now: SourceWatch): SourceFault | null {
  const { lookedAt, movedAt, mutedSince, hasMoved, fault } = now;
  if (isAlive(now)) return null;
  if (mutedSince !== null && lookedAt - mutedSince >= MUTED_MS) return "muted";
  const isStill = lookedAt - movedAt >= (hasMoved ? STILL_MS : FIRST_MS);
  return fault ?? (isStill ? "still" : null);
}
