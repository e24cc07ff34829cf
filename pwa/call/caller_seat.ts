import type {
  CameraState,
  DeviceFacts,
  EnterRequest,
  FromServer,
  IceServer,
  OfferInWaiting,
  PeerCandidate,
  PeerDescription,
  PeerPresence,
  RungState,
  SeatView,
  SourceState,
  Step,
} from "../protocol.ts";
import { type Answer, answerOffer } from "./answer.ts";
import type { Command } from "./connectivity.ts";
import { newId } from "./ids.ts";
import { Peer } from "./peer.ts";
import type { Pulse } from "./pulse.ts";
import { type Draft, type EarlyMessage, Signaling, type SocketState, type WithoutId } from "./signaling.ts";

import { Watch } from "./watch.ts";

/** `seen`: the dispatcher's browser has acknowledged our pictures. `lost`: it had, and the path is silent. */
export type Sight = "connecting" | "seen" | "lost";

export interface CallerSeatOptions {
  socketUrl: string;
  page: string;
  token: string;
  iceServers: IceServer[];
  offer: OfferInWaiting | null;
  /** POST /api/join/enter. Rejects when the seat cannot be had. */
  enter(request: EnterRequest): Promise<SeatView>;
  /** POST /api/join/messages. Rejects when they did not arrive. */
  carry(seatToken: string, messages: EarlyMessage[]): Promise<void>;
  onMessage(message: FromServer): void;
  onSocket(state: SocketState): void;
  onSight(sight: Sight): void;
  /** The dispatcher's own camera, when she turns it on; null when it is off again. */
  onPicture(picture: MediaStream | null): void;
}

const LOOK_EVERY_MS = 500;

/** A caller's place in an encounter: warm before the camera is allowed, and never let go of by a drop. */
export class CallerSeat {
  private readonly signaling: Signaling;
  private readonly watch: Watch;
  private peer: Peer | null = null;
  private answer: Answer | null = null;
  private iceServers: IceServer[];
  private track: MediaStreamTrack | null = null;
  private readonly facts: Record<string, Draft> = {};
  private sight: Sight = "connecting";
  private mayHaveLost = false;
  private wasConnected = false;
  private wantsRestart = false;
  private hasLookedForDirectPath = false;
  private isHidden = false;

  constructor(private readonly options: CallerSeatOptions) {
    this.iceServers = options.iceServers;
    this.signaling = new Signaling({
      url: options.socketUrl,
      page: options.page,
      onMessage: (message) => this.hear(message),
      onState: (state) => this.socketBecame(state),
      carry: options.carry,
    });
    this.watch = new Watch({
      everyMs: LOOK_EVERY_MS,
      peer: () => this.peer,
      isExpecting: () => this.track !== null && !this.isHidden,
      obey: (command) => this.obey(command),
      onPulse: (pulse, link) => this.feel(pulse, link === "lost"),
    });
  }

  /** Take the seat, with the answer to the offer in waiting if there is one. May be tried again. */
  async enter(): Promise<void> {
    const { token, offer, enter } = this.options;
    this.signaling.connect();
    if (offer && !this.answer) this.answer = answerOffer(offer, this.iceServers, this.handlers());
    this.peer ??= this.answer?.peer ?? null;
    const answerSdp = (await this.answer?.sdp) ?? null;
    const { seatToken, answered } = await enter({
      token,
      offerId: answerSdp && (offer?.id ?? null),
      answerSdp,
    });
    this.signaling.start(seatToken);
    this.watch.start();
    if (!answered) this.rebuild();
  }

  /** Send this camera's picture, or none. The line is there already: no renegotiation. */
  async show(track: MediaStreamTrack | null): Promise<void> {
    this.track = track;
    await this.peer?.sendVideo(track);
  }

  /** What is true now: kept, to be said again to a server that forgot it. */
  describe(fact: WithoutId<CameraState | DeviceFacts | RungState | SourceState>): void {
    this.facts[fact.t] = fact;
    this.send(fact);
  }

  report(step: Step, detail: string | null = null): void {
    this.send({ t: "report-step", step, detail });
  }

  /** A hidden page sends nothing: its silence is no fault of the path. */
  hide(isHidden: boolean): void {
    this.isHidden = isHidden;
    if (!isHidden) this.signaling.hint();
  }

  networkChanged(): void {
    this.watch.networkChanged();
  }

  /** The connection of the moment, for what looks at its figures. */
  get connection(): RTCPeerConnection | undefined {
    return this.peer?.connection;
  }

  close(): void {
    this.watch.stop();
    this.signaling.close();
    this.peer?.close();
    this.peer = null;
    this.track = null;
  }

  private send(draft: Draft): void {
    this.signaling.send(draft);
  }

  private socketBecame(state: SocketState): void {
    this.mayHaveLost ||= state === "down";
    this.options.onSocket(state);
  }

  private hear(message: FromServer): void {
    if (message.t === "welcome") this.welcomed(message.iceServers, message.resumed);
    else if (message.t === "ice-servers") this.refreshed(message.iceServers);
    else if (message.t === "peer-presence") this.dispatcherCame(message);
    else if (message.t === "peer-description" || message.t === "peer-candidate") this.route(message);
    this.options.onMessage(message);
  }

  private welcomed(iceServers: IceServer[], isResumed: boolean): void {
    const hasLost = this.mayHaveLost && !isResumed;
    this.mayHaveLost = true;
    this.refreshed(iceServers);
    if (!hasLost) return;
    this.peer?.resync(iceServers);
    for (const fact of Object.values(this.facts)) this.send(fact);
  }

  private refreshed(iceServers: IceServer[]): void {
    this.iceServers = iceServers;
    if (this.wantsRestart) this.peer?.restart(iceServers);
    this.wantsRestart = false;
  }

  /** A page loaded anew has no connection: make one. A lost stream may have lost our offer: say it again. */
  private dispatcherCame({ present, fresh, resumed }: PeerPresence): void {
    if (!present || resumed) return;
    if (fresh && !this.isOfferingFirst()) this.rebuild();
    else this.peer?.resend();
  }

  private route(message: PeerDescription | PeerCandidate): void {
    const isOffer = message.t === "peer-description" && message.type === "offer";
    if (isOffer && message.connectionId !== this.peer?.id) {
      if (this.isOfferingFirst()) return;
      this.adopt(message.connectionId);
    }
    void this.peer?.receive(message);
  }

  /** Our own new connection is on its way to the other side: it stands. */
  private isOfferingFirst(): boolean {
    return !this.wasConnected && this.peer?.connection.signalingState === "have-local-offer";
  }

  private rebuild(): void {
    this.adopt(newId()).offerVideo();
  }

  private adopt(id: string): Peer {
    this.peer?.close();
    this.wasConnected = false;
    const { iceServers } = this;
    const peer = new Peer({ ...this.handlers(), id, polite: false, iceServers, direction: "sendrecv" });
    void peer.sendVideo(this.track);
    this.peer = peer;
    return peer;
  }

  private handlers() {
    return {
      send: (draft: Draft) => this.send(draft),
      onTrack: (track: MediaStreamTrack) => this.expectPicture(track),
      onState: (state: RTCPeerConnectionState) => {
        this.wasConnected ||= state === "connected";
      },
    };
  }

  /** A track is there before any picture, and stays when there is none: its muting tells (join path, 9). */
  private expectPicture(track: MediaStreamTrack): void {
    track.onmute = () => this.options.onPicture(null);
    track.onunmute = () => this.options.onPicture(new MediaStream([track]));
  }

  private obey(command: Command): void {
    if (command === "reopen-socket") this.signaling.hint();
    else if (command === "restart-ice") this.restart();
    else if (command === "rebuild") this.rebuild();
  }

  private restart(): void {
    this.wantsRestart = true;
    this.send({ t: "refresh-ice" });
  }

  private feel(pulse: Pulse, isLost: boolean): void {
    const isSeen = pulse.isReceiptSeen && pulse.framesSent > 0;
    this.see(isLost ? "lost" : isSeen ? "seen" : "connecting");
    if (!isSeen || this.hasLookedForDirectPath) return;
    // Before the camera was allowed, the browser hid its own addresses: a relay may no longer be needed.
    this.hasLookedForDirectPath = true;
    if (pulse.isRelayed) this.restart();
  }

  private see(sight: Sight): void {
    if (sight === this.sight) return;
    this.sight = sight;
    this.options.onSight(sight);
  }
}
