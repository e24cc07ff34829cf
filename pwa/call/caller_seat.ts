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
import type { Care } from "./care.ts";
import { newId } from "./ids.ts";
import { Peer } from "./peer.ts";
import { type Draft, type EarlyMessage, Signaling, type SocketState, type WithoutId } from "./signaling.ts";

/** `seen`: the dispatcher's page has acknowledged our pictures. `lost`: it had, and the path is silent. */
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
  /** Who looks after the path and the picture: asked for once, when the seat is had. Never rejects. */
  care(seat: CallerSeat): Promise<Care>;
  /** The dispatcher's own camera, when she turns it on; null when it is off again. */
  onPicture(picture: MediaStream | null): void;
}

/**
 * A caller's place in an encounter: warm before the camera is allowed, and never let go of by a drop.
 *
 * What is here is needed for the first picture; the rest is in `Care`, which may come later and hears all that it missed.
 */
export class CallerSeat {
  readonly signaling: Signaling;
  peer: Peer | null = null;
  track: MediaStreamTrack | null = null;
  private care: Promise<Care> | undefined;
  private answer: Answer | null = null;
  private iceServers: IceServer[];
  private readonly facts: Record<string, Draft> = {};
  private mayHaveLost = false;
  private wasConnected = false;
  private wantsRestart = false;
  private mayAnswer: () => void = () => undefined;

  constructor(private readonly options: CallerSeatOptions) {
    this.iceServers = options.iceServers;
    this.signaling = new Signaling({
      url: options.socketUrl,
      page: options.page,
      onMessage: (message) => this.hear(message),
      onState: (state) => this.socketBecame(state),
      carry: options.carry,
    });
  }

  /** All that can be done before the person has tapped. Nothing leaves. */
  prepare(): void {
    const { offer } = this.options;
    if (this.answer) return;
    const mayAnswer = new Promise<void>((resolve) => {
      this.mayAnswer = resolve;
    });
    if (offer) this.answer = answerOffer(offer, this.iceServers, this.handlers(), mayAnswer);
    this.peer = this.answer?.peer ?? null;
  }

  /** Take the seat, with the answer to the offer in waiting if there is one. May be tried again. */
  async enter(): Promise<void> {
    const { token, offer, enter } = this.options;
    this.prepare();
    this.mayAnswer();
    this.signaling.connect();
    const answerSdp = (await this.answer?.sdp) ?? null;
    const { seatToken, answered } = await enter({
      token,
      offerId: answerSdp && (offer?.id ?? null),
      answerSdp,
    });
    this.signaling.start(seatToken);
    this.care ??= this.options.care(this);
    if (!answered) this.rebuild();
  }

  /** Send this camera's picture, or none. The line is there already: no renegotiation. */
  async show(track: MediaStreamTrack | null): Promise<void> {
    this.track = track;
    await this.peer?.sendVideo(track).catch(() => undefined); // Closed meanwhile: the next one sends it.
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
    this.tell((care) => care.hide(isHidden));
  }

  networkChanged(): void {
    this.tell((care) => care.networkChanged());
  }

  /** Another path for the connection, once fresh ICE servers are there (F18). */
  restart(): void {
    if (!this.wantsRestart) this.send({ t: "refresh-ice" });
    this.wantsRestart = true;
  }

  /** Another connection. */
  rebuild(): void {
    this.adopt(newId()).offerVideo();
  }

  /** The connection of the moment, for what looks at its figures. */
  get connection(): RTCPeerConnection | undefined {
    return this.peer?.connection;
  }

  close(): void {
    this.tell((care) => care.stop());
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
    this.tell((care) => care.socketBecame(state));
  }

  private hear(message: FromServer): void {
    if (message.t === "welcome") this.welcomed(message.iceServers, message.resumed);
    else if (message.t === "ice-servers") this.refreshed(message.iceServers);
    else if (message.t === "peer-presence") this.dispatcherCame(message);
    else if (message.t === "peer-description" || message.t === "peer-candidate") this.route(message);
    this.options.onMessage(message);
    this.tell((care) => care.hear(message));
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

  private tell(work: (care: Care) => void): void {
    void this.care?.then(work);
  }
}
