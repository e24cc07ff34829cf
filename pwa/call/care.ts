import type { FromServer, Rung } from "../protocol.ts";
import type { CallerSeat, Sight } from "./caller_seat.ts";
import type { Command, Link } from "./connectivity.ts";
import type { Makers } from "./frames/film.ts";
import { type Below, FrameSender } from "./frames/sender.ts";
import type { Pulse } from "./pulse.ts";
import type { SocketState } from "./signaling.ts";
import { Watch } from "./watch.ts";

export interface CareOptions {
  seat: CallerSeat;
  /** When the seat was taken (performance.now). */
  since: number;
  makers: Makers;
  /** What the person may know: whether they are seen, and which way the picture goes. */
  onSight(sight: Sight, rung: Rung): void;
}

const LOOK_EVERY_MS = 500;
const PING = JSON.stringify({ t: "ping" });
/** A camera that has given nothing for this long is frozen: its silence is no fault of the path (F29). */
const FROZEN_MS = 1_500;

/** Looks after the caller's path and picture, once the seat is had: the watch, the recovery, the frames below video. */
export class Care {
  private readonly watch: Watch;
  private readonly sender: FrameSender;
  private path: Sight = "connecting";
  private rung: Rung = "video";
  private told = "";
  private isHidden = false;
  private areFramesOn = false;
  private areFramesWanted = false;
  private reason = "";
  private hasLookedForDirectPath = false;
  private sourceFrames = 0;
  private sourceAt = 0;
  private track: MediaStreamTrack | null = null;

  constructor(private readonly options: CareOptions) {
    const { seat, makers, since } = options;
    this.watch = new Watch({
      everyMs: LOOK_EVERY_MS,
      since,
      peer: () => seat.peer,
      isExpecting: () => this.isShowing && !this.isFrozen,
      isPictureDue: () => this.isShowing && !this.isFrozen,
      pictures: (pulse) => pulse.bytesReceived,
      obey: (command, link) => this.obey(command, link),
      onPulse: (pulse, link) => this.feel(pulse, link),
    });
    this.sender = new FrameSender({
      makers,
      send: (bytes) => this.send(bytes),
      waiting: () => seat.signaling.socket?.bufferedAmount ?? 0,
      onRung: (rung) => this.tellRung(rung),
    });
    this.socketBecame(seat.signaling.state);
    this.watch.start();
  }

  /** Every message of the server, also those that came before this part did. */
  hear(message: FromServer): void {
    if (message.t === "pong") this.sender.pace.answered(performance.now());
    else if (message.t === "refused" && message.code.startsWith("frame")) this.sender.refused();
    else if (message.t === "frames-asked") this.framesAsked(message.wanted, message.stills ?? false);
    else if (message.t === "peer-presence" && message.present && message.fresh)
      this.framesAsked(false, false);
  }

  socketBecame(state: SocketState): void {
    this.watch.tell({ is: "socket", isOpen: state === "open" });
    if (state === "open") this.sender.socketOpened();
  }

  /** A hidden page sends nothing: its silence is no fault of the path. */
  hide(isHidden: boolean): void {
    this.isHidden = isHidden;
    if (!isHidden) this.watch.tell({ is: "visible" });
  }

  /** A network that went is no news, and would hold back what is to be done when the next one comes (F1). */
  networkChanged(): void {
    if (navigator.onLine) this.watch.tell({ is: "hint" });
  }

  stop(): void {
    this.watch.stop();
    this.sender.stop();
  }

  /** A ping behind each frame: its pong tells that the frame has arrived. */
  private send(bytes: Uint8Array<ArrayBuffer>): void {
    const { socket, state } = this.options.seat.signaling;
    if (state !== "open" || socket?.readyState !== WebSocket.OPEN) return;
    socket.send(bytes);
    socket.send(PING);
  }

  private get isShowing(): boolean {
    return this.options.seat.track !== null && !this.isHidden;
  }

  private get isFrozen(): boolean {
    return this.sourceFrames > 0 && performance.now() - this.sourceAt > FROZEN_MS;
  }

  private framesAsked(isWanted: boolean, onlyStills: boolean): void {
    this.areFramesWanted = isWanted;
    if (isWanted) this.sender.askKey(onlyStills);
    this.watch.tell({ is: "wanted", isWanted });
    this.tell();
  }

  private obey(command: Command, link: Link): void {
    const { seat } = this.options;
    if (command === "reopen-socket") seat.signaling.hint();
    else if (command === "restart-ice") seat.restart();
    else if (command === "rebuild") seat.rebuild();
    else if (command === "rejoin") seat.signaling.rejoin();
    else if (command === "start-frames") this.startFrames(link);
    else if (command === "stop-frames") this.stopFrames();
  }

  /** Where the path lives, what it carries is too little: images share it better than video does. */
  private startFrames(link: Link): void {
    const { track } = this.options.seat;
    if (!track) return;
    this.areFramesOn = true;
    this.track = track;
    this.reason = link === "live" ? "asked" : link === "lost" ? "path-lost" : "no-path";
    void this.sender.start(track, link === "live" ? "stills" : "frames");
  }

  private stopFrames(): void {
    this.areFramesOn = false;
    this.sender.stop();
    if (!this.isShowing) return;
    this.options.seat.report("video-back");
    this.say("video", "path-back");
  }

  private tellRung(rung: Below): void {
    this.options.seat.report(rung === "stills" ? "stills-started" : "frames-started", this.reason);
    this.say(rung, this.reason);
  }

  private say(rung: Rung, reason: string): void {
    this.rung = rung;
    this.options.seat.describe({ t: "rung", rung, reason });
    this.tell();
  }

  private feel(pulse: Pulse, link: Link): void {
    this.followSource(pulse);
    const isSeen = pulse.isReceiptSeen && pulse.framesSent > 0;
    this.path = link === "lost" ? "lost" : isSeen ? "seen" : "connecting";
    this.tell();
    if (!isSeen || this.hasLookedForDirectPath) return;
    // Before the camera was allowed, the browser hid its own addresses: a relay may no longer be needed.
    this.hasLookedForDirectPath = true;
    if (pulse.isRelayed) this.options.seat.restart();
  }

  private followSource({ sourceFrames }: Pulse): void {
    const { track } = this.options.seat;
    if (track !== this.track && track && this.areFramesOn) this.sender.show(track);
    if (track !== this.track || sourceFrames !== this.sourceFrames) this.sourceAt = performance.now();
    this.track = track;
    this.sourceFrames = sourceFrames;
  }

  /** The dispatcher's page asks for frames as soon as it draws one: so she sees. */
  private tell(): void {
    const isTaken = this.areFramesOn && this.areFramesWanted;
    const news: [Sight, Rung] = isTaken ? ["seen", this.rung] : [this.path, "video"];
    if (news.join() === this.told) return;
    this.told = news.join();
    this.options.onSight(...news);
  }
}
