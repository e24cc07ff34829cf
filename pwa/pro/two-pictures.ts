/**
 * The caller's picture comes as video or as frames over the socket, sometimes as both: which of them is shown, decided
 * from when each last moved. Pure.
 */
export type Shown = "video" | "frames";

/** Times are milliseconds of one steady clock. */
export interface TwoPictures {
  shown: Shown;
  videoAt: number;
  framesAt: number;
  /** Since when video has moved without a gap. */
  videoSince: number;
}

const GAP_MS = 500;
/** Video that has stood still for so long gives way to frames. */
const STILL_MS = 1_000;
/** Video must move for so long before frames give way to it: no flicker. */
const STEADY_MS = 700;

export function begin(): TwoPictures {
  const never = Number.NEGATIVE_INFINITY;
  return { shown: "video", videoAt: never, framesAt: never, videoSince: never };
}

export function videoMoved(before: TwoPictures, at: number): TwoPictures {
  const videoSince = at - before.videoAt > GAP_MS ? at : before.videoSince;
  const isSteady = at - videoSince >= STEADY_MS || at - before.framesAt > STILL_MS;
  return { ...before, videoAt: at, videoSince, shown: isSteady ? "video" : before.shown };
}

export function framesMoved(before: TwoPictures, at: number): TwoPictures {
  const isVideoStill = at - before.videoAt > STILL_MS;
  return { ...before, framesAt: at, shown: isVideoStill ? "frames" : before.shown };
}

/** When any of it last moved. */
export function lastMovedAt({ videoAt, framesAt }: TwoPictures): number {
  return Math.max(videoAt, framesAt);
}
