/** The longer side of what leaves, in pixels. */
const LONG_SIDE = 640;

export interface Makers {
  /** A video that may play without being seen: muted and inline, put where the browser keeps it playing. */
  video(): HTMLVideoElement;
  canvas(): HTMLCanvasElement;
}

/** The camera's track as a picture that can be taken at any moment. */
export class Film {
  private readonly video: HTMLVideoElement;
  private readonly canvas: HTMLCanvasElement;

  constructor(makers: Makers) {
    this.video = makers.video();
    this.canvas = makers.canvas();
  }

  play(track: MediaStreamTrack): void {
    this.video.srcObject = new MediaStream([track]);
    void this.video.play().catch(() => undefined);
  }

  stop(): void {
    this.video.srcObject = null;
    this.video.remove();
  }

  /** Draws the picture of the moment, no larger than `longSide`. Null before there is one. */
  draw(longSide = LONG_SIDE): HTMLCanvasElement | null {
    const { videoWidth, videoHeight } = this.video;
    if (!videoWidth || !videoHeight) return null;
    const scale = Math.min(1, longSide / Math.max(videoWidth, videoHeight));
    resize(this.canvas, even(videoWidth * scale), even(videoHeight * scale));
    this.canvas.getContext("2d")?.drawImage(this.video, 0, 0, this.canvas.width, this.canvas.height);
    return this.canvas;
  }
}

export function resize(canvas: HTMLCanvasElement, width: number, height: number): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}

/** Encoders halve the colours' width and height. */
function even(length: number): number {
  return Math.max(2, Math.round(length / 2) * 2);
}
