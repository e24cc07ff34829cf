import { resize } from "./film.ts";
import { type Frame, Kind, unpack } from "./layout.ts";

export interface ReceiverOptions {
  /** Where to draw; asked for each frame. */
  canvas(): HTMLCanvasElement | null;
  /** A frame is on the canvas. */
  onDrawn(): void;
  /** Nothing can be drawn before the next key frame: ask for one. */
  onNeedKey(): void;
}

const ASK_KEY_EVERY_MS = 1_000;

/** Whether this browser decodes the frames of video; images it always does. */
export function canDecode(): boolean {
  return typeof VideoDecoder !== "undefined" && typeof EncodedVideoChunk !== "undefined";
}

/** Frames from the socket onto a canvas. */
export class FrameReceiver {
  private decoder: VideoDecoder | null = null;
  private last = 0;
  private drawn = 0;
  private askedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: ReceiverOptions) {}

  take(buffer: ArrayBuffer): void {
    const frame = unpack(buffer);
    if (!frame) return;
    if (frame.kind === Kind.STILL) void this.drawStill(frame);
    else this.decode(frame);
  }

  close(): void {
    if (this.decoder?.state !== "closed") this.decoder?.close();
    this.decoder = null;
  }

  private decode(frame: Frame): void {
    const isNext = frame.kind === Kind.KEY || (this.decoder !== null && frame.number === this.last + 1);
    if (!isNext || !canDecode()) return this.needKey();
    this.last = frame.number;
    try {
      this.decoder ??= this.makeDecoder();
      const type = frame.kind === Kind.KEY ? "key" : "delta";
      this.decoder.decode(new EncodedVideoChunk({ type, timestamp: frame.number, data: frame.data }));
    } catch {
      this.needKey();
    }
  }

  private makeDecoder(): VideoDecoder {
    const decoder = new VideoDecoder({ output: (frame) => this.draw(frame), error: () => this.needKey() });
    decoder.configure({ codec: "vp8", optimizeForLatency: true });
    return decoder;
  }

  private needKey(): void {
    this.close();
    const now = performance.now();
    if (now - this.askedAt < ASK_KEY_EVERY_MS) return;
    this.askedAt = now;
    this.options.onNeedKey();
  }

  private draw(frame: VideoFrame): void {
    this.paint(frame, frame.displayWidth, frame.displayHeight);
    frame.close();
  }

  /** Images are decoded aside: one that is overtaken by the next is not drawn. */
  private async drawStill({ number, data }: Frame): Promise<void> {
    const image = await createImageBitmap(
      new Blob([data as Uint8Array<ArrayBuffer>], { type: "image/jpeg" }),
    ).catch(() => null);
    if (!image) return;
    if (number > this.drawn || this.drawn - number > 100) {
      this.drawn = number;
      this.paint(image, image.width, image.height);
    }
    image.close();
  }

  private paint(image: CanvasImageSource, width: number, height: number): void {
    const canvas = this.options.canvas();
    if (!canvas) return;
    resize(canvas, width, height);
    canvas.getContext("2d")?.drawImage(image, 0, 0);
    this.options.onDrawn();
  }
}
