import { Film, type Makers } from "./film.ts";
import { HEAD_BYTES, Kind, MAX_FRAME_BYTES, pack } from "./layout.ts";
import { Pace } from "./pace.ts";
import { Stills } from "./still.ts";
import { type Coded, canEncode, Vp8 } from "./vp8.ts";

export type Below = "frames" | "stills";

export interface SenderOptions {
  makers: Makers;
  /** Puts a frame on the socket, and a ping behind it. */
  send(bytes: Uint8Array<ArrayBuffer>): void;
  /** What the browser has not handed to the system yet (bufferedAmount). */
  waiting(): number;
  /** Frames of video, or images one after the other: told when it begins and whenever it changes. */
  onRung(rung: Below): void;
}

/** Below this (bytes a second) images are worth more than video; above that video is tried. */
const TOO_POOR = 5_000;
const RICH_ENOUGH = 12_000;
/** The same where video has failed on a path that lives: images share it better. */
const RICH_BESIDE_VIDEO = 40_000;
/** After a change of rung: so long at least until the next. */
const SETTLE_MS = 5_000;
/** An image each second, or each two on a poor link. */
const STILL_EVERY_MS = 1_000;
const SLOW_STILL_BYTES_PER_S = 10_000;
/** Part of the link that pictures take: the rest is for signaling, and for the path that is being looked for. */
const SHARE = 0.7;
const TICK_MS = 66;

/** The camera's picture over the socket: adapted to the link, until it is told to stop. */
export class FrameSender {
  readonly pace = new Pace();
  private film: Film | null = null;
  private stills: Stills | null = null;
  private readonly vp8: Vp8;
  private timer: ReturnType<typeof setInterval> | undefined;
  private rung: Below | null = null;
  private rungAt = 0;
  private hasEncoder = false;
  private onlyStills = false;
  private richEnough = RICH_ENOUGH;
  private number = 0;
  private takenAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: SenderOptions) {
    this.vp8 = new Vp8(
      (coded) => this.give(coded),
      () => this.loseEncoder(),
    );
  }

  /** Begin with `rung`, or with images where there is no encoder. */
  async start(track: MediaStreamTrack, rung: Below): Promise<void> {
    this.stop();
    const film = new Film(this.options.makers);
    this.film = film;
    this.richEnough = rung === "stills" ? RICH_BESIDE_VIDEO : RICH_ENOUGH;
    film.play(track);
    this.stills = new Stills(film);
    this.hasEncoder = await canEncode();
    if (this.film !== film) return;
    this.take(rung === "frames" && this.mayEncode ? "frames" : "stills");
    this.timer = setInterval(() => this.tick(performance.now()), TICK_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.film?.stop();
    this.vp8.close();
    this.pace.reset();
    this.film = this.stills = this.rung = null;
  }

  /** Another camera: the same rung goes on. */
  show(track: MediaStreamTrack): void {
    this.film?.play(track);
    this.vp8.askKey();
  }

  /** The other side cannot go on from what it has; or it cannot decode video at all. */
  askKey(onlyStills = false): void {
    this.onlyStills = onlyStills;
    this.vp8.askKey();
  }

  /** Another socket: what was under way is lost. */
  socketOpened(): void {
    this.pace.reset();
    this.vp8.askKey();
  }

  /** The server dropped some: they were too many or too large. */
  refused(): void {
    this.pace.sendLess(performance.now());
    this.vp8.askKey();
  }

  private get mayEncode(): boolean {
    return this.hasEncoder && !this.onlyStills;
  }

  private tick(at: number): void {
    this.choose(at);
    if (at - this.takenAt < this.interval - TICK_MS / 2) return;
    if (!this.pace.maySend(at, this.options.waiting())) return;
    this.takenAt = at;
    if (this.rung === "stills") void this.takeStill();
    else this.encode(at);
  }

  private choose(at: number): void {
    const { bytesPerS } = this.pace;
    const mayChange = at - this.rungAt > SETTLE_MS;
    if (this.rung === "frames" && (!this.mayEncode || (mayChange && bytesPerS < TOO_POOR)))
      this.take("stills");
    else if (this.rung === "stills" && this.mayEncode && mayChange && bytesPerS > this.richEnough)
      this.take("frames");
  }

  private take(rung: Below): void {
    this.rung = rung;
    this.rungAt = performance.now();
    this.vp8.askKey();
    this.options.onRung(rung);
  }

  private get interval(): number {
    const { bytesPerS } = this.pace;
    if (this.rung === "stills") return STILL_EVERY_MS * (bytesPerS < SLOW_STILL_BYTES_PER_S ? 2 : 1);
    return 1000 / (bytesPerS > 30_000 ? 15 : bytesPerS > 15_000 ? 10 : 5);
  }

  private encode(at: number): void {
    const canvas = this.film?.draw();
    if (canvas) this.vp8.encode(canvas, this.pace.bytesPerS * 8 * SHARE, at);
  }

  private async takeStill(): Promise<void> {
    const budget = Math.min(MAX_FRAME_BYTES, (this.pace.bytesPerS * SHARE * this.interval) / 1000);
    const still = await this.stills?.take(budget);
    if (still && this.rung === "stills") this.give(still);
  }

  private give(coded: Coded): void {
    if (!this.rung || (coded.kind === Kind.STILL) !== (this.rung === "stills")) return;
    if (coded.data.length + HEAD_BYTES > MAX_FRAME_BYTES) return this.vp8.askKey();
    const at = performance.now();
    this.number += 1;
    const bytes = pack({ ...coded, number: this.number, capturedAt: Math.round(at) });
    this.options.send(bytes);
    this.pace.sent(at, bytes.length);
  }

  private loseEncoder(): void {
    this.hasEncoder = false;
  }
}
