import * as words from "@words";
import type { CameraError } from "../../call/media.ts";
import type { Reports } from "../../call/pulse.ts";
import {
  beginSourceWatch,
  isAlive,
  type SourceFault,
  type SourceWatch,
  watchSource,
} from "../../call/source_watch.ts";
import type { CameraSource } from "../../protocol.ts";
import type { Showing } from "../showing.ts";
import { stayAwake } from "./awake.ts";
import { PictureCount } from "./pictures.ts";

/** After the page was away, a camera that gives nothing is known by a shorter silence. */
const SOONER_MS = 2_000;

/** The camera as a source that may stop: hidden page, unplugged, taken by a telephone call (F28, F29, F32). */
export class SourceKeeper {
  private watch: SourceWatch = beginSourceWatch(performance.now());
  private readonly pictures = new PictureCount();
  private track: MediaStreamTrack | null = null;
  /** What the dispatcher has been told last. */
  private told: CameraSource | null = null;
  private isTaken = false;
  private isOpening = false;

  constructor(private readonly showing: Showing) {
    document.addEventListener("visibilitychange", this.hidden);
    addEventListener("focus", this.returned);
  }

  end(): void {
    document.removeEventListener("visibilitychange", this.hidden);
    removeEventListener("focus", this.returned);
  }

  look(reports: Reports): void {
    const { track } = this.showing.camera;
    if (track !== this.track) this.watchAnew(track);
    const { fault: before, mutedSince: mutedBefore } = this.watch;
    const isExpected = track !== null && !document.hidden && !this.isOpening;
    const isMuted = track?.muted ?? false;
    this.watch = watchSource(this.watch, {
      at: performance.now(),
      frames: this.pictures.look(reports),
      isMuted,
      isExpected,
    });
    if (this.watch.fault && !before) this.taken(this.watch.fault);
    else if (this.isTaken && isAlive(this.watch)) this.back();
    else if (this.isTaken && isExpected && mutedBefore !== null && !isMuted) void this.reopen();
    else if (!this.isTaken && isExpected) this.tell("live");
  }

  /** The page is visible again. A camera that the system stopped meanwhile is opened anew. */
  async comeBack(): Promise<void> {
    const { track } = this.showing.camera;
    if (document.hidden || this.showing.isOver) return;
    try {
      if (this.isTaken || track?.readyState !== "live" || track.muted) await this.open();
      if (!this.isTaken) await this.showing.use();
      this.showing.seat.report("caller-resumed");
      const at = performance.now();
      this.watch = { ...this.watch, lookedAt: at, movedAt: at - SOONER_MS };
    } catch {
      this.showing.events.onPaused(false);
    }
    void stayAwake(); // Systems let go of it whenever the page is hidden (F33).
  }

  /** Unplugged, or stopped by the system: both sides are told, then any camera will do. */
  async ended(): Promise<void> {
    this.interrupted("ended", "missing");
    this.showing.events.update({ note: words.liveInterrupted });
    try {
      await this.open();
      this.back();
    } catch (error) {
      this.isTaken = false;
      this.showing.events.update({ note: "" });
      this.showing.fail(error as CameraError);
    }
  }

  private watchAnew(track: MediaStreamTrack | null): void {
    this.track = track;
    this.watch = beginSourceWatch(performance.now());
  }

  /** It says live and gives nothing. A still one is opened anew, once; a muted one comes back by itself. */
  private taken(fault: SourceFault): void {
    const isFirst = !this.isTaken;
    if (isFirst) this.interrupted(fault, "frozen");
    this.showing.events.onPaused(true);
    if (isFirst && fault === "still") void this.reopen();
  }

  private interrupted(why: string, source: CameraSource): void {
    this.isTaken = true;
    this.showing.seat.report("camera-frozen", why);
    this.tell(source);
  }

  private back(): void {
    this.isTaken = false;
    this.showing.seat.report("camera-back");
    this.tell("live");
    void this.showing.use();
    this.showing.events.update({ note: "" });
  }

  /** If it fails, the button is there. */
  private async reopen(): Promise<void> {
    await this.open().catch(() => undefined);
  }

  private async open(): Promise<void> {
    if (this.isOpening) return;
    this.isOpening = true;
    try {
      await this.showing.camera.open();
      await this.showing.seat.show(this.showing.camera.track);
    } finally {
      this.isOpening = false;
    }
  }

  private tell(source: CameraSource): void {
    if (source === this.told) return;
    this.told = source;
    this.showing.seat.describe({ t: "source", source });
  }

  private readonly hidden = () => {
    if (document.hidden && this.showing.camera.track) this.tell("paused");
  };

  private readonly returned = () => {
    if (this.isTaken) void this.reopen();
  };
}
