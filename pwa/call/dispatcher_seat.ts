import type {
  FromServer,
  IceServer,
  PeerCandidate,
  PeerDescription,
  PeerPresence,
  PictureMode,
  Step,
} from "../protocol.ts";
import { preferVp8, withoutStrayLines } from "./codecs.ts";
import type { Command, Link } from "./connectivity.ts";
import { newId } from "./ids.ts";
import { OfferInWaiting } from "./offer_in_waiting.ts";
import { Peer } from "./peer.ts";
import type { Pulse, Reports } from "./pulse.ts";
import { type Draft, Signaling, type SocketState } from "./signaling.ts";
import { type Figures, figuresOf } from "./stats.ts";
import { Watch } from "./watch.ts";

export interface DispatcherSeatOptions {
  /** wss://…/api/socket */
  socketUrl: string;
  seatToken: string;
  iceServers: IceServer[];
  /** Name and version of the page. */
  page: string;
  /** Every message, once and in order: timeline, deliveries, device, camera, presence, finished… */
  onMessage(message: FromServer): void;
  onSocket(state: SocketState): void;
  /** The caller's picture, as `srcObject` of a muted inline video. Show it on its first frame, not before. */
  onPicture(picture: MediaStream | null): void;
  /** A frame of the picture that goes over the socket; say `framesShown` when it is on the screen. */
  onFrame?(bytes: ArrayBuffer): void;
  /** Whether this browser decodes video frames by itself; images it always does. */
  canDecode?: boolean;
  /** `joining` before anything came, then `live` or `lost` (say « reconnexion… », keep the picture). */
  onLink(link: Link): void;
  /** About every second while somebody is connected. */
  onFigures?(figures: Figures): void;
}

/** Its TURN credentials and its candidates grow old: the offer in waiting is made again. */
const REFRESH_OFFER_MS = 240_000;
/** An answer to the offer before may be on its way: keep its connection a little. */
const KEEP_OLD_OFFER_MS = 10_000;
const LOOK_EVERY_MS = 250;
/** Figures are for people: one look in four. */
const LOOKS_A_FIGURE = 4;

/**
 * A dispatcher's place in an encounter: the offer in waiting, the connections, the recovery.
 *
 * Of several connections (a second device, a rebuilt one) the last to connect gives the picture; it closes the rest.
 */
export class DispatcherSeat {
  private readonly signaling: Signaling;
  private readonly watch: Watch;
  private readonly peers = new Map<string, Peer>();
  private readonly pictures = new Map<string, MediaStream>();
  private current: Peer | null = null;
  private readonly offers = new Map<string, OfferInWaiting>();
  private waiting: OfferInWaiting | null = null;
  private iceServers: IceServer[];
  private ownCamera: MediaStreamTrack | null = null;
  private isPaused = false;
  private isCameraOn = false;
  private isSourceLive = true;
  private mayHaveLost = false;
  private hasFrames = false;
  private wantsRestart = false;
  private wantsOffer = false;
  private link: Link = "joining";
  private offerTimer: ReturnType<typeof setTimeout> | undefined;
  private framesOf: Peer | null | undefined;
  private looks = 0;

  constructor(private readonly options: DispatcherSeatOptions) {
    this.iceServers = options.iceServers;
    this.signaling = new Signaling({
      url: options.socketUrl,
      page: options.page,
      onMessage: (message) => this.hear(message),
      onState: (state) => this.socketBecame(state),
      onFrame: (bytes) => options.onFrame?.(bytes),
    });
    this.watch = new Watch({
      everyMs: LOOK_EVERY_MS,
      since: performance.now(),
      peer: () => this.current,
      isExpecting: () => this.hasFrames && !this.isPaused,
      isPictureDue: () => (this.hasFrames || this.isCameraOn) && !this.isPaused && this.isSourceLive,
      pictures: (pulse) => pulse.framesDecoded,
      obey: (command, link) => this.obey(command, link),
      onPulse: (pulse, link, reports) => this.feel(pulse, link, reports),
    });
  }

  /** Take the seat and put an offer in waiting. */
  start(): void {
    this.signaling.start(this.options.seatToken);
    this.watch.start();
    void this.putOffer();
  }

  /** The first frame of the present picture is on the screen (requestVideoFrameCallback or `playing`). */
  firstFrame(): void {
    if (this.framesOf === this.current) return;
    this.framesOf = this.current;
    this.report("first-frame");
  }

  /** A frame that came over the socket is on the screen. The caller hears of it: she sees. */
  framesShown(): void {
    this.watch.tell({ is: "frames" });
    if (this.framesOf === undefined) this.firstFrame();
  }

  /** Say that frames over the socket are wanted, from a key frame on. */
  askFrames(wanted = true): void {
    this.send({ t: "ask-frames", wanted, stills: this.options.canDecode === false });
  }

  /** Ask the caller's phone for its other camera; the phone says so. */
  switchCamera(): void {
    this.send({ t: "switch-camera" });
  }

  /** « Mouvement » or « Détail ». */
  setPictureMode(mode: PictureMode): void {
    this.send({ t: "set-picture-mode", mode });
  }

  /** « Photo nette »: the phone sends it under this id. */
  askPhoto(photoId: string): void {
    this.send({ t: "ask-photo", photoId });
  }

  /** « Activer ma caméra »: null turns it off again. */
  async showCamera(track: MediaStreamTrack | null): Promise<void> {
    this.ownCamera = track;
    if (this.current) await this.applyCamera(this.current);
  }

  report(step: Step, detail?: string): void {
    this.send({ t: "report-step", step, detail: detail ?? null });
  }

  /** `online`, a change of network, or the page visible again. */
  hint(kind: "network" | "visible"): void {
    this.watch.tell({ is: kind === "network" ? "hint" : "visible" });
  }

  /** The connection that gives the picture, for the figures of an incident report. */
  get connection(): RTCPeerConnection | null {
    return this.current?.connection ?? null;
  }

  close(): void {
    this.watch.stop();
    clearTimeout(this.offerTimer);
    this.signaling.close();
    for (const peer of this.peers.values()) peer.close();
    this.peers.clear();
    this.offers.clear();
    this.pictures.clear();
    this.current = null;
    this.waiting = null;
    this.options.onPicture(null);
  }

  private send(draft: Draft): void {
    this.signaling.send("sdp" in draft ? { ...draft, sdp: withoutStrayLines(draft.sdp) } : draft);
  }

  private socketBecame(state: SocketState): void {
    this.mayHaveLost ||= state === "down";
    this.watch.tell({ is: "socket", isOpen: state === "open" });
    this.options.onSocket(state);
    if (state === "replaced" || state === "over" || state === "refused") this.watch.stop();
  }

  private hear(message: FromServer): void {
    if (message.t === "welcome") this.welcomed(message.iceServers, message.resumed);
    else if (message.t === "ice-servers") this.refreshed(message.iceServers);
    else if (message.t === "peer-entered") this.entered(message.offerId, message.answerSdp);
    else if (message.t === "peer-presence") this.callerCame(message);
    else if (message.t === "peer-description" || message.t === "peer-candidate") this.route(message);
    else if (message.t === "timeline") this.follow(message.entry.step);
    else if (message.t === "snapshot") for (const { step } of message.timeline) this.follow(step);
    else if (message.t === "peer-source") this.isSourceLive = message.source === "live";
    this.options.onMessage(message);
  }

  private welcomed(iceServers: IceServer[], isResumed: boolean): void {
    const hasLost = this.mayHaveLost && !isResumed;
    this.mayHaveLost = true;
    this.iceServers = iceServers;
    if (this.wantsRestart) this.refreshed(iceServers);
    if (!hasLost) return;
    for (const peer of this.negotiating()) peer.resync(iceServers);
    void this.announce(this.waiting);
  }

  /** What was on its way to a stream that was lost is said again; a page loaded anew makes itself known. */
  private callerCame({ present, fresh, resumed }: PeerPresence): void {
    if (!present || fresh || resumed) return;
    for (const peer of this.negotiating()) peer.resend();
  }

  /** The connections that somebody shares with us, or did. */
  private negotiating(): Peer[] {
    return [...this.peers.values()].filter((peer) => !this.offers.has(peer.id));
  }

  /** Fresh credentials: for the restart or the offer that asked for them (F18). */
  private refreshed(iceServers: IceServer[]): void {
    this.iceServers = iceServers;
    if (this.wantsRestart) this.current?.restart(iceServers);
    if (this.wantsOffer) void this.putOffer();
    this.wantsRestart = this.wantsOffer = false;
  }

  private async putOffer(): Promise<void> {
    const old = this.waiting;
    const waiting = new OfferInWaiting(
      this.iceServers,
      this.handlers(() => waiting.id),
    );
    this.waiting = waiting;
    this.peers.set(waiting.id, waiting.peer);
    this.offers.set(waiting.id, waiting);
    clearTimeout(this.offerTimer);
    this.offerTimer = setTimeout(() => this.askForOffer(), REFRESH_OFFER_MS);
    if (old) setTimeout(() => this.offers.has(old.id) && this.drop(old.id), KEEP_OLD_OFFER_MS);
    await this.announce(waiting);
  }

  private async announce(waiting: OfferInWaiting | null): Promise<void> {
    const sdp = await waiting?.sdp;
    if (waiting && sdp && waiting === this.waiting) this.send({ t: "put-offer", offerId: waiting.id, sdp });
  }

  private askForOffer(): void {
    this.wantsOffer = true;
    this.send({ t: "refresh-ice" });
  }

  private entered(connectionId?: string | null, sdp?: string | null): void {
    this.isPaused = this.isCameraOn = false;
    this.isSourceLive = true;
    this.watch.tell({ is: "anew" });
    this.report("connecting");
    if (!connectionId || !sdp) return;
    if (this.peers.has(connectionId))
      this.route({ t: "peer-description", connectionId, type: "answer", sdp });
    else this.peer(newId()).offerVideo(); // They answered an offer of a page that is gone (a reload).
  }

  /** An offer of a connection that we do not know is a new one of the caller's. */
  private route(message: PeerDescription | PeerCandidate): void {
    const id = message.connectionId;
    const isDescription = message.t === "peer-description";
    const isNew = isDescription && message.type === "offer";
    const peer = isNew ? this.peer(id) : this.peers.get(id);
    if (isDescription) this.take(id);
    void peer?.receive(message);
  }

  /** If this was an offer in waiting, it waits no more: another takes its place. */
  private take(id: string): void {
    this.offers.get(id)?.take();
    this.offers.delete(id);
    if (this.waiting?.id !== id) return;
    this.waiting = null;
    this.askForOffer();
  }

  private peer(id: string): Peer {
    const known = this.peers.get(id);
    if (known) return known;
    const { iceServers } = this;
    const peer = new Peer({
      ...this.handlers(() => id),
      id,
      polite: true,
      iceServers,
      direction: "recvonly",
      prefer: preferVp8,
    });
    this.peers.set(id, peer);
    return peer;
  }

  private handlers(id: () => string) {
    return {
      send: (draft: Draft) => this.send(draft),
      onTrack: (track: MediaStreamTrack) => void this.pictures.set(id(), new MediaStream([track])),
      onState: (state: RTCPeerConnectionState) => state === "connected" && this.connected(id()),
    };
  }

  private connected(id: string): void {
    const peer = this.peers.get(id);
    if (!peer || peer === this.current) return;
    this.current = peer;
    this.hasFrames = false;
    for (const other of this.negotiating()) if (other !== peer) this.drop(other.id);
    this.options.onPicture(this.pictures.get(id) ?? null);
    if (this.ownCamera) void this.applyCamera(peer);
  }

  private drop(id: string): void {
    this.peers.get(id)?.close();
    this.peers.delete(id);
    this.offers.delete(id);
    this.pictures.delete(id);
  }

  private async applyCamera(peer: Peer): Promise<void> {
    await peer.sendVideo(this.ownCamera);
    peer.setDirection(this.ownCamera ? "sendrecv" : "recvonly");
  }

  /** No picture is due while the caller has paused or left: its absence is no fault of the path. */
  private follow(step: Step): void {
    if (step === "caller-paused" || step === "caller-left") this.isPaused = true;
    else if (step === "caller-resumed" || step === "camera-granted") this.isPaused = false;
    if (step === "camera-granted") this.isCameraOn = true;
    else if (/^camera-(refused|failed)$/.test(step)) this.isCameraOn = false;
  }

  /** New connections are made by the caller, who sees a lost path as we do; that no picture comes is seen only here. */
  private obey(command: Command, link: Link): void {
    if (command === "reopen-socket") this.signaling.hint();
    else if (command === "rejoin") this.signaling.rejoin();
    else if (command === "rebuild" && link === "live") this.peer(newId()).offerVideo();
    else if (command === "start-frames" || command === "stop-frames")
      this.askFrames(command === "start-frames");
    else if (command === "tell-lost") this.report("connection-lost");
    else if (command === "tell-back") this.report("connection-back");
    else this.askForRestart();
  }

  private askForRestart(): void {
    if (!this.wantsRestart) this.send({ t: "refresh-ice" });
    this.wantsRestart = true;
  }

  private feel(pulse: Pulse, link: Link, reports: Reports): void {
    this.hasFrames ||= pulse.framesDecoded > 0;
    if (link !== this.link) this.options.onLink(link);
    this.link = link;
    if (this.looks++ % LOOKS_A_FIGURE === 0) this.options.onFigures?.(figuresOf(reports));
  }
}
