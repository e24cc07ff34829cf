import { ofVideo, type Reports } from "../../call/pulse.ts";

/** Between two looks. Fewer may be the last picture said again: browsers do that about once a second. */
const SURELY_NEW = 2;
/** Enough to tell one picture from the next: a camera always has some noise. */
const WIDTH = 16;
const HEIGHT = 12;

/** Counts the pictures that the camera gives, without those that a browser repeats while none comes. */
export class PictureCount {
  private total = 0;
  private last = 0;
  private seen = "";
  private readonly context: CanvasRenderingContext2D | null;

  constructor() {
    const canvas = Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT });
    this.context = canvas.getContext("2d", { willReadFrequently: true });
  }

  look(reports: Reports): number {
    const own = document.querySelector<HTMLVideoElement>("main video");
    const count = countOf(own, reports);
    const rise = count - this.last;
    this.last = count;
    const isNew = this.isNew(own);
    if (rise >= SURELY_NEW || (rise > 0 && isNew)) this.total += rise;
    return this.total;
  }

  /** Where nothing is shown, the count is all there is. */
  private isNew(own: HTMLVideoElement | null): boolean {
    if (!own || !this.context) return true;
    this.context.drawImage(own, 0, 0, WIDTH, HEIGHT);
    const now = this.context.getImageData(0, 0, WIDTH, HEIGHT).data.join();
    const isOther = now !== this.seen;
    this.seen = now;
    return isOther;
  }
}

/** Where the page shows the camera, or where it enters the connection when nothing plays here. */
function countOf(own: HTMLVideoElement | null, reports: Reports): number {
  const shown = own && !own.paused && own.getVideoPlaybackQuality?.().totalVideoFrames;
  const given = ofVideo(reports, "media-source")?.frames ?? ofVideo(reports, "outbound-rtp")?.framesSent;
  return shown || given || 0;
}
