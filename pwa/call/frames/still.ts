import type { Film } from "./film.ts";
import { Kind } from "./layout.ts";
import type { Coded } from "./vp8.ts";

/** Longer side and JPEG quality, from the best down. */
const LEVELS: [longSide: number, quality: number][] = [
  [640, 0.7],
  [640, 0.5],
  [480, 0.5],
  [320, 0.5],
  [320, 0.3],
  [240, 0.3],
];
const ROOMY = 0.4;

/** JPEG images of a size that the link carries. */
export class Stills {
  private level = 1;
  private isBusy = false;

  constructor(private readonly film: Film) {}

  /** An image of about `budget` bytes, or null: no picture yet, or the last image is still being made. */
  async take(budget: number): Promise<Coded | null> {
    const [longSide, quality] = LEVELS[this.level] ?? [320, 0.5];
    const canvas = this.isBusy ? null : this.film.draw(longSide);
    if (!canvas) return null;
    this.isBusy = true;
    const { width, height } = canvas;
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
    this.isBusy = false;
    if (blob?.type !== "image/jpeg") return null;
    this.adapt(blob.size, budget);
    return { kind: Kind.STILL, width, height, data: new Uint8Array(await blob.arrayBuffer()) };
  }

  private adapt(size: number, budget: number): void {
    if (size > budget) this.level = Math.min(LEVELS.length - 1, this.level + 1);
    else if (size < budget * ROOMY) this.level = Math.max(0, this.level - 1);
  }
}
