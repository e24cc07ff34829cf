import type { IceServer, ParticipantView, PeerCandidate, PeerDescription } from "../protocol.ts";
import { CallPeer } from "./call_peer.ts";
import { withoutStrayLines } from "./codecs.ts";
import type { Command, Link } from "./connectivity.ts";
import { newId } from "./ids.ts";
import type { MeetingFigures } from "./meeting.ts";
import { ofVideo, type Pulse, type Reports } from "./pulse.ts";
import { Sending, type Shown } from "./sending.ts";
import type { Draft } from "./signaling.ts";
import { soundOf } from "./sound_figures.ts";
import { figuresOf } from "./stats.ts";
import { Watch } from "./watch.ts";

export interface LineOptions {
  /** The other end, as the roster has it now. */
  other: ParticipantView;
  /** Names the two pages that this line is between. */
  pages: string;
  /** The greater id makes the connections, offers, and does not yield (F9). */
  isMaker: boolean;
  iceServers(): IceServer[];
  voice: MediaStreamTrack | null;
  picture: MediaStreamTrack | null;
  shown(): Shown;
  send(draft: Draft): void;
  /** Ask for fresh ICE servers, then `restart` (F18). */
  askRestart(): void;
  /** The socket is in doubt. */
  reopenSocket(): void;
  /** Nothing has helped for 45 s: the seat's stream is in doubt. */
  rejoin(): void;
  onStream(stream: MediaStream | null): void;
  onLink(link: Link | null): void;
  onFigures(figures: MeetingFigures): void;
}

const LOOK_EVERY_MS = 500;
/** Figures are for people, and for the bounds of our picture: one look in two. */
const LOOKS_A_FIGURE = 2;
/** Bytes of a picture that came within this: it should be seen. */
const PICTURE_COMES_MS = 2_000;
const HELD_CANDIDATES = 64;

/**
 * All there is between us and one other participant: the connection of now, the one before it until the new one is
 * there, and what looks after them. It outlives sockets, and ends when one of the two leaves or loads the page anew.
 */
export class Line {
  private now: CallPeer | null = null;
  private before: CallPeer | null = null;
  private readonly watch: Watch;
  private readonly sending = new Sending();
  private other: ParticipantView;
  private link: Link = "joining";
  private shown: CallPeer | null = null;
  private held: PeerCandidate[] = [];
  private pictureBytes = 0;
  private pictureCameAt = Number.NEGATIVE_INFINITY;
  private looks = 0;
  private isOver = false;

  constructor(private readonly options: LineOptions) {
    this.other = options.other;
    this.watch = new Watch({
      everyMs: LOOK_EVERY_MS,
      since: performance.now(),
      peer: () => this.now,
      isExpecting: () => this.isExpecting,
      isPictureDue: () => this.other.camera && performance.now() - this.pictureCameAt < PICTURE_COMES_MS,
      pictures: ({ framesDecoded }) => framesDecoded,
      obey: (command, link) => this.obey(command, link),
      onPulse: (pulse, link, reports) => this.feel(pulse, link, reports),
    });
    options.onLink("joining");
    if (options.isMaker) this.make(connectionName()).offerCall();
    this.watch.start();
  }

  /** A page loaded anew has none of the connections of the one before. */
  isBetween(pages: string): boolean {
    return pages === this.options.pages;
  }

  /** A second camera only shows: whatever were sent to it would be taken from what it sends (idea 11). */
  get isListening(): boolean {
    return this.other.role !== "camera";
  }

  get isUp(): boolean {
    return this.link === "live";
  }

  /** The roster says this of the other end now. Who comes back to a line that was lost meanwhile is sought at once. */
  see(other: ParticipantView): void {
    const isBack = other.present && !this.other.present;
    this.other = other;
    if (isBack && !this.isUp) this.options.askRestart();
  }

  /** A description or a candidate of theirs. */
  receive(message: PeerDescription | PeerCandidate): void {
    const id = message.connectionId;
    const known = [this.now, this.before].find((peer) => peer?.id === id);
    if (known) void known.receive(message);
    else if (id > (this.now?.id ?? "")) this.meet(message);
  }

  sendVoice(track: MediaStreamTrack | null): void {
    this.options.voice = track;
    if (this.isListening) for (const peer of this.peers) peer.sendVoice(track);
  }

  sendPicture(track: MediaStreamTrack | null): void {
    this.options.picture = track;
    if (this.isListening) for (const peer of this.peers) void peer.sendVideo(track).catch(() => undefined);
  }

  /** Look for another path, with fresh ICE servers. */
  restart(): void {
    this.now?.restart(this.options.iceServers());
  }

  /** The server forgot what was under way. A path that works is left alone (F7). */
  resync(): void {
    this.now?.resync(this.options.iceServers());
  }

  networkChanged(): void {
    this.watch.tell({ is: "hint" });
  }

  close(): void {
    this.isOver = true;
    this.watch.stop();
    for (const peer of this.peers) peer.close();
    this.now = this.before = null;
    this.options.onStream(null);
    this.options.onLink(null);
  }

  private get peers(): CallPeer[] {
    return [this.now, this.before].filter((peer) => peer !== null);
  }

  /** Who sends nothing is silent by right. */
  private get isExpecting(): boolean {
    return this.other.microphone || this.other.camera;
  }

  /** The first we hear of a connection that the other side has made. Its candidates may come before its offer. */
  private meet(message: PeerDescription | PeerCandidate): void {
    if (message.t === "peer-candidate") {
      if (this.held.push(message) > HELD_CANDIDATES) this.held.shift();
      return;
    }
    if (message.type !== "offer") return;
    const peer = this.make(message.connectionId);
    void peer.receive(message);
    for (const candidate of this.held) void peer.receive(candidate);
    this.held = [];
  }

  /** The connection before is kept until this one is there: it may still carry the voice. */
  private make(id: string): CallPeer {
    const { isMaker, iceServers } = this.options;
    const peer: CallPeer = new CallPeer({
      id,
      polite: !isMaker,
      iceServers: iceServers(),
      send: (draft) => this.send(draft),
      onState: (state) => state === "connected" && this.connected(peer),
    });
    this.retire(this.now);
    this.now = peer;
    this.sendVoice(this.options.voice);
    this.sendPicture(this.options.picture);
    return peer;
  }

  private retire(peer: CallPeer | null): void {
    const isUseful = peer?.state === "connected";
    if (isUseful) this.before?.close();
    if (isUseful) this.before = peer;
    else peer?.close();
  }

  private connected(peer: CallPeer): void {
    if (peer !== this.now || peer === this.shown) return;
    this.shown = peer;
    this.before?.close();
    this.before = null;
    this.options.onStream(new MediaStream(peer.received));
  }

  private send(draft: Draft): void {
    const to = this.other.id;
    if (draft.t === "candidate") this.options.send({ ...draft, to });
    else if (draft.t === "description")
      this.options.send({ ...draft, sdp: withoutStrayLines(draft.sdp), to });
  }

  /**
   * Nothing helps against somebody who is not there: what was lost meanwhile is sought when they are back. A lost path is
   * seen by both, and one of them replaces it; that no picture comes is seen only by the one who should see it (F23).
   */
  private obey(command: Command, link: Link): void {
    if (this.isOver || !this.other.present) return;
    const mayMake = this.options.isMaker || link === "live";
    if (command === "reopen-socket") this.options.reopenSocket();
    else if (command === "rejoin") this.options.rejoin();
    else if (command === "rebuild" && mayMake) this.make(connectionName()).offerCall();
    else if (command === "rebuild" || command === "restart-ice") this.options.askRestart();
  }

  private feel(pulse: Pulse, link: Link, reports: Reports): void {
    this.followPicture(reports);
    const isCalm = this.now?.state === "connected" && !this.isExpecting;
    this.tell(isCalm ? "live" : link);
    if (this.looks++ % LOOKS_A_FIGURE || !this.now) return;
    const figures = figuresOf(reports);
    this.options.onFigures({ ...figures, sound: soundOf(reports) });
    if (pulse.bytesReceived) this.sending.look(this.now, figures, this.options.shown());
  }

  private followPicture(reports: Reports): void {
    const bytes = ofVideo(reports, "inbound-rtp")?.bytesReceived ?? 0;
    if (bytes > this.pictureBytes) this.pictureCameAt = performance.now();
    this.pictureBytes = bytes;
  }

  private tell(link: Link): void {
    if (link === this.link) return;
    this.link = link;
    this.options.onLink(link);
  }
}

let lastNamedAt = 0;

/** Of two connections the newer has the greater name, so that an offer which comes late is known to be of the past. */
function connectionName(): string {
  lastNamedAt = Math.max(Date.now(), lastNamedAt + 1);
  return `${lastNamedAt.toString(36)}-${newId()}`;
}
