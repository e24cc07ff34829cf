import { Kind } from "./layout.ts";

export interface Coded {
  kind: Kind;
  width: number;
  height: number;
  data: Uint8Array;
}

const CODEC = "vp8";
/** A new bitrate is worth a word to the encoder when it differs by this much. */
const WORTH = 0.2;
const KEY_EVERY_MS = 10_000;
/** Frames that the encoder has not returned: more means that the phone is too slow for them. */
const MOST_WAITING = 2;

/** Whether this browser can encode. Some have the class and not the codec. */
export async function canEncode(): Promise<boolean> {
  if (typeof VideoEncoder === "undefined" || typeof VideoFrame === "undefined") return false;
  const asked = VideoEncoder.isConfigSupported(settings(640, 480, 200_000));
  return asked.then(
    ({ supported }) => supported === true,
    () => false,
  );
}

/** Pictures into VP8 frames. */
export class Vp8 {
  private encoder: VideoEncoder | null = null;
  private size = "";
  private bitrate = 0;
  private keyAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly onCoded: (coded: Coded) => void,
    private readonly onFailure: () => void,
  ) {}

  /** The next frame stands alone. */
  askKey(): void {
    this.keyAt = Number.NEGATIVE_INFINITY;
  }

  encode(canvas: HTMLCanvasElement, bitrate: number, at: number): void {
    try {
      this.prepare(canvas, bitrate);
      if (!this.encoder || this.encoder.encodeQueueSize > MOST_WAITING) return;
      const keyFrame = at - this.keyAt > KEY_EVERY_MS;
      if (keyFrame) this.keyAt = at;
      const frame = new VideoFrame(canvas, { timestamp: Math.round(at * 1000) });
      this.encoder.encode(frame, { keyFrame });
      frame.close();
    } catch {
      this.fail();
    }
  }

  close(): void {
    if (this.encoder?.state !== "closed") this.encoder?.close();
    this.encoder = null;
    this.size = "";
  }

  private prepare({ width, height }: HTMLCanvasElement, bitrate: number): void {
    const size = `${width}x${height}`;
    if (size === this.size && Math.abs(bitrate - this.bitrate) < this.bitrate * WORTH) return;
    if (size !== this.size) this.askKey();
    this.encoder ??= new VideoEncoder({ output: (chunk) => this.give(chunk), error: () => this.fail() });
    this.encoder.configure(settings(width, height, bitrate));
    this.size = size;
    this.bitrate = bitrate;
  }

  private give(chunk: EncodedVideoChunk): void {
    const data = new Uint8Array(chunk.byteLength);
    chunk.copyTo(data);
    const [width = 0, height = 0] = this.size.split("x").map(Number);
    this.onCoded({ kind: chunk.type === "key" ? Kind.KEY : Kind.DELTA, width, height, data });
  }

  private fail(): void {
    this.close();
    this.onFailure();
  }
}

function settings(width: number, height: number, bitrate: number): VideoEncoderConfig {
  return { codec: CODEC, width, height, bitrate, latencyMode: "realtime" };
}
