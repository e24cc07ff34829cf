import type { IceServer, PeerCandidate, PeerDescription } from "../protocol.ts";
import { limitSender, START } from "./limits.ts";
import type { Draft } from "./signaling.ts";

export interface PeerOptions {
  /** Names the connection: messages of another one are not ours (F10). */
  id: string;
  /** The dispatcher yields when both offer at once; the caller, often an iPhone, does not (F9). */
  polite: boolean;
  iceServers: IceServer[];
  /** What we wish to do with video; the other side's wish bounds it. */
  direction: RTCRtpTransceiverDirection;
  /** Until then an offer is read and an answer prepared, and nothing leaves: no candidate, no answer. */
  mayAnswer?: Promise<void> | undefined;
  /**
   * Puts codecs in order, before the first offer and before each answer. One side's order is enough: the other answers in
   * the order it is offered, or asked.
   */
  prefer?(transceiver: RTCRtpTransceiver): void;
  send(draft: Draft): void;
  onTrack(track: MediaStreamTrack): void;
  onState(state: RTCPeerConnectionState): void;
}

const ANSWER_WITHIN_MS = 5_000;
/** Our own last line of an answer: which offer it answers. Taken off again before the browser sees it. */
const ANSWERS = "a=answers:";
const EARLY_CANDIDATES = 64;

/**
 * One RTCPeerConnection under perfect negotiation (W3C WebRTC 1.0, 10.7).
 *
 * It is never closed because a socket dropped or the path was silent: media must not depend on signaling (F3, F7).
 */
export class Peer {
  readonly connection: RTCPeerConnection;
  private makingOffer = false;
  private ignoreOffer = false;
  private isSettingRemoteAnswerPending = false;
  private offerKey = "";
  private early: PeerCandidate[] = [];
  private track: MediaStreamTrack | null = null;
  private readonly given = new WeakMap<RTCRtpSender, MediaStreamTrack | null>();
  private offerTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: PeerOptions) {
    const connection = new RTCPeerConnection(configuration(options.iceServers));
    this.connection = connection;
    connection.onnegotiationneeded = () => this.negotiate();
    connection.onicecandidate = ({ candidate }) => candidate && this.sendCandidate(candidate);
    connection.ontrack = ({ track }) => options.onTrack(track);
    connection.onconnectionstatechange = connection.oniceconnectionstatechange = () =>
      options.onState(this.state);
  }

  get id(): string {
    return this.options.id;
  }

  /** Firefox before 113 has no connectionState; ICE alone then says whether a path is there. */
  get state(): RTCPeerConnectionState {
    const { connectionState, iceConnectionState } = this.connection;
    return connectionState ?? (/connected|completed/.test(iceConnectionState) ? "connected" : "connecting");
  }

  /** Make the video line, and so the first offer. The other side answers it. */
  offerVideo(): void {
    const { direction } = this.options;
    const transceiver = this.connection.addTransceiver("video", { direction, sendEncodings: [START] });
    this.options.prefer?.(transceiver);
    void this.attach();
  }

  /** Send this track, or nothing. No renegotiation where the line is there already. */
  sendVideo(track: MediaStreamTrack | null): Promise<void> {
    this.track = track;
    return this.attach();
  }

  /** Ask for another direction (the dispatcher's « Activer ma caméra »). */
  setDirection(direction: RTCRtpTransceiverDirection): void {
    this.options.direction = direction;
    const video = this.video;
    if (video && video.direction !== direction) video.direction = direction;
  }

  /** A description or a candidate of this connection. What cannot be used is dropped: the watchdog restarts. */
  async receive(message: PeerDescription | PeerCandidate): Promise<void> {
    if (message.connectionId !== this.id) return;
    try {
      await (message.t === "peer-description" ? this.takeDescription(message) : this.takeCandidate(message));
    } catch {
      this.isSettingRemoteAnswerPending = false;
    }
  }

  /** The other side came back: an offer that it may have missed is said again (F5). */
  resend(): void {
    if (this.connection.signalingState === "have-local-offer") this.sendLocal();
  }

  /** The server forgot what was under way. A path that works is left alone (F7). */
  resync(iceServers: IceServer[]): void {
    if (this.state === "connected") this.resend();
    else this.restart(iceServers);
  }

  /** Look for a path anew, with credentials that still hold (F18). An offer on its way is only repeated (F5). */
  restart(iceServers: IceServer[]): void {
    if (this.connection.signalingState === "closed") return;
    this.connection.setConfiguration(configuration(iceServers));
    if (this.connection.signalingState === "stable") this.connection.restartIce();
    else this.resend();
  }

  close(): void {
    clearTimeout(this.offerTimer);
    const c = this.connection;
    c.onnegotiationneeded = c.onicecandidate = c.ontrack = null;
    c.onconnectionstatechange = c.oniceconnectionstatechange = null;
    c.close();
  }

  private get video(): RTCRtpTransceiver | undefined {
    return this.connection.getTransceivers().find(({ receiver }) => receiver.track.kind === "video");
  }

  private async negotiate(): Promise<void> {
    try {
      this.makingOffer = true;
      await this.connection.setLocalDescription();
      this.sendLocal();
    } catch {
      // Glare: the other side's offer came first; negotiationneeded fires again if it is still needed.
    } finally {
      this.makingOffer = false;
    }
  }

  private sendLocal(local: RTCLocalSessionDescriptionInit | null = this.connection.localDescription): void {
    if (!local || (local.type !== "offer" && local.type !== "answer")) return;
    const { type, sdp = "" } = local;
    const key = type === "answer" ? `${ANSWERS}${this.offerKey}\r\n` : "";
    this.options.send({ t: "description", connectionId: this.id, type, sdp: sdp + key });
    clearTimeout(this.offerTimer);
    if (local.type === "offer") this.offerTimer = setTimeout(() => this.resend(), ANSWER_WITHIN_MS);
  }

  private sendCandidate({ candidate, sdpMid, sdpMLineIndex, usernameFragment }: RTCIceCandidate): void {
    if (!candidate) return;
    const connectionId = this.id;
    this.options.send({ t: "candidate", connectionId, candidate, sdpMid, sdpMLineIndex, usernameFragment });
  }

  private async takeDescription({ type, sdp }: PeerDescription): Promise<void> {
    const { connection } = this;
    const { signalingState } = connection;
    const isReady = !this.makingOffer && (signalingState === "stable" || this.isSettingRemoteAnswerPending);
    this.ignoreOffer = type === "offer" && !isReady && !this.options.polite;
    if (this.ignoreOffer) return;
    if (type === "answer" && !this.isAwaited(sdp)) return;
    this.isSettingRemoteAnswerPending = type === "answer";
    if (type === "offer") this.offerKey = keyOf(sdp);
    await connection.setRemoteDescription({ type: type as RTCSdpType, sdp: sdp.split(ANSWERS)[0] ?? sdp });
    this.isSettingRemoteAnswerPending = false;
    if (type === "offer") await this.answer();
    await this.takeEarly();
  }

  /** An offer that was said twice is answered twice: the second answer must not be taken for that of a later offer. */
  private isAwaited(sdp: string): boolean {
    const { signalingState, localDescription } = this.connection;
    if (signalingState !== "have-local-offer" || this.isSettingRemoteAnswerPending) return false;
    const key = sdp.split(ANSWERS)[1];
    return !key || key.trim() === keyOf(localDescription?.sdp ?? "");
  }

  private async answer(): Promise<void> {
    const video = this.video;
    if (video) {
      video.direction = this.options.direction;
      this.options.prefer?.(video);
      await this.attach();
    }
    await this.setAnswer();
    if (video) await limitSender(video.sender, START);
  }

  private async setAnswer(): Promise<void> {
    const { connection } = this;
    const { mayAnswer } = this.options;
    this.options.mayAnswer = undefined;
    if (!mayAnswer) {
      await connection.setLocalDescription();
      return this.sendLocal();
    }
    const answer = await connection.createAnswer();
    await mayAnswer;
    const isSet = connection.setLocalDescription(answer);
    this.sendLocal(answer);
    return isSet;
  }

  /** Of another generation, or ahead of its description: keep it until a description knows its ufrag (F10). */
  private async takeCandidate(message: PeerCandidate): Promise<void> {
    if (!message.candidate) return;
    if (this.knows(message)) await this.connection.addIceCandidate(message as RTCIceCandidateInit);
    else if (this.early.push(message) > EARLY_CANDIDATES) this.early.shift();
  }

  private async takeEarly(): Promise<void> {
    const waiting = this.early;
    this.early = [];
    for (const message of waiting) await this.takeCandidate(message);
  }

  private knows(message: PeerCandidate): boolean {
    const remote = this.connection.remoteDescription;
    if (!remote) return false;
    const ufrag = message.usernameFragment ?? / ufrag (\S+)/.exec(message.candidate ?? "")?.[1];
    return !ufrag || remote.sdp.includes(`a=ice-ufrag:${ufrag}\r\n`);
  }

  private async attach(): Promise<void> {
    const sender = this.video?.sender;
    if (sender) await this.give(sender, this.track);
  }

  /** A sender has its former track until `replaceTrack` is done: what it was given last counts too. */
  protected async give(sender: RTCRtpSender, track: MediaStreamTrack | null): Promise<void> {
    if (sender.track === track && (this.given.get(sender) ?? null) === track) return;
    this.given.set(sender, track);
    await sender.replaceTrack(track);
  }
}

/** What tells an offer from another: its session's version and its ICE generation. */
function keyOf(sdp: string): string {
  return (sdp.match(/^(o=|a=ice-ufrag:).*/gm) ?? []).slice(0, 2).join(" ");
}

/** The server leaves out what a server of ICE does not have, as the W3C dictionary wishes. */
function configuration(iceServers: IceServer[]): RTCConfiguration {
  return { iceServers: iceServers as RTCIceServer[], bundlePolicy: "max-bundle" };
}
