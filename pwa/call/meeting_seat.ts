import type {
  FromServer,
  IceServer,
  ParticipantView,
  PeerCandidate,
  PeerDescription,
  PictureMode,
  Refused,
  Roster,
  Said,
  Step,
  Welcome,
} from "../protocol.ts";
import type { Link } from "./connectivity.ts";
import { Line } from "./line.ts";
import type { Meeting, MeetingEnd, MeetingOptions } from "./meeting.ts";
import { type Draft, Signaling, type SocketState } from "./signaling.ts";

/** What came for a line that is not made yet, because our ICE servers are still on their way. */
const HELD_MESSAGES = 256;
const LEAVE_WITHIN_MS = 2_000;

/**
 * A participant's place in a meeting: the roster followed, one line to each other participant, what they share.
 *
 * Lines end when somebody leaves, is sent out, or loads the page anew; never because a socket or the server dropped.
 */
export class MeetingSeat implements Meeting {
  private readonly signaling: Signaling;
  private readonly lines = new Map<string, Line>();
  private roster: Roster = { t: "roster", participants: [] };
  private me = "";
  private microphone: MediaStreamTrack | null = null;
  private camera: MediaStreamTrack | null = null;
  /** What was asked of whose picture: a server that was started anew has forgotten it. */
  private readonly modes = new Map<string, PictureMode>();
  /** The last that was said of both. */
  private described = "";
  /** Null until the server has given some: it gives none before we are admitted. */
  private iceServers: IceServer[] | null = null;
  /** The message that asks for them, while it is under way. */
  private asking = "";
  private readonly toRestart = new Set<Line>();
  private held: (PeerDescription | PeerCandidate)[] = [];
  /** Lines of the chat that were read: a stream that begins anew tells them again. */
  private readonly said = new Set<string>();
  /** What the person did, and may be refused. */
  private readonly deeds = new Set<string>();
  /** With whom the connection is lost. */
  private readonly lost = new Set<string>();
  private mayHaveMissed = false;
  private isOver = false;
  private leaving = "";
  private hasLeft: () => void = () => undefined;

  constructor(private readonly options: MeetingOptions) {
    this.signaling = new Signaling({
      url: options.socketUrl,
      page: options.page,
      onMessage: (message) => this.hear(message),
      onState: (state) => this.socketBecame(state),
    });
  }

  start(): void {
    this.signaling.start(this.options.seatToken);
  }

  setMicrophone(track: MediaStreamTrack | null): void {
    this.microphone = track;
    for (const line of this.lines.values()) line.sendVoice(track);
    this.describe();
  }

  setCamera(track: MediaStreamTrack | null): void {
    this.camera = track;
    for (const line of this.lines.values()) line.sendPicture(track);
    this.describe();
  }

  setPictureMode(participantId: string, mode: PictureMode): void {
    this.modes.set(participantId, mode);
    this.act({ t: "set-picture-mode", mode, to: participantId });
  }

  admit(participantId: string): void {
    this.act({ t: "admit", participantId });
  }

  decline(participantId: string, reason = ""): void {
    this.act({ t: "decline", participantId, reason });
  }

  say(text: string, to: string | null = null): void {
    this.act({ t: "say", text, to });
  }

  report(step: Step, detail: string | null = null): void {
    if (!this.isOver) this.signaling.send({ t: "report-step", step, detail });
  }

  /** A network that went is no news, and would hold back what is to be done when the next one comes (F1). */
  networkChanged(): void {
    if (!navigator.onLine) return;
    this.signaling.hint();
    for (const line of this.lines.values()) line.networkChanged();
  }

  hide(isHidden: boolean): void {
    if (!isHidden) this.signaling.hint();
  }

  async leave(): Promise<void> {
    if (this.isOver) return;
    this.isOver = true;
    this.dropAll();
    this.leaving = this.signaling.send({ t: "leave-meeting" });
    await new Promise<void>((resolve) => {
      this.hasLeft = resolve;
      setTimeout(resolve, LEAVE_WITHIN_MS);
    });
    this.signaling.close();
  }

  close(): void {
    this.isOver = true;
    this.dropAll();
    this.signaling.close();
  }

  private act(draft: Draft): void {
    if (!this.isOver) this.deeds.add(this.signaling.send(draft));
  }

  private socketBecame(state: SocketState): void {
    this.mayHaveMissed ||= state === "down";
    this.options.onSocket(state);
    if (state === "replaced" || state === "refused") this.end({ how: state, reason: "" });
    else if (state === "over") this.end({ how: "finished", reason: "" });
  }

  private end(end: MeetingEnd): void {
    this.hasLeft();
    if (this.isOver) return;
    this.close();
    this.options.onEnd(end);
  }

  private hear(message: FromServer): void {
    if (message.t === "confirmed" || message.t === "refused") this.answered(message.id, message);
    else if (message.t === "finished") this.end({ how: "finished", reason: message.reason });
    else if (this.isOver) return;
    else if (message.t === "welcome") this.greeted(message);
    else if (message.t === "ice-servers") this.supplied(message.iceServers);
    else if (message.t === "roster") this.follow(message);
    else if (message.t === "peer-description" || message.t === "peer-candidate") this.handOver(message);
    else if (message.t === "said") this.read(message);
    else if (message.t === "intake") this.options.onIntake?.(message.intake);
  }

  private read(line: Said): void {
    if (this.said.has(line.id)) return;
    this.said.add(line.id);
    this.options.onSaid(line);
  }

  private answered(id: string | null, message: FromServer): void {
    if (!id) return;
    if (id === this.leaving) this.hasLeft();
    if (message.t === "refused") this.refused(id, message);
    this.deeds.delete(id);
  }

  /** Without a relay the call may still find its way: better than none. */
  private refused(id: string, { code }: Refused): void {
    if (id === this.asking) this.supplied(this.iceServers ?? []);
    if (this.deeds.has(id)) this.options.onRefused?.(code);
  }

  private greeted({ participantId, iceServers, resumed }: Welcome): void {
    const hasMissed = this.mayHaveMissed && !resumed;
    this.mayHaveMissed = true;
    this.me = participantId ?? this.me;
    if (!resumed) this.beginStream();
    if (iceServers.length) this.supplied(iceServers);
    if (hasMissed) for (const line of this.lines.values()) line.resync();
  }

  /** The server knows nothing of us yet, or no longer: what was asked is asked again, what is true is said again. */
  private beginStream(): void {
    const isAsking = this.asking !== "";
    this.asking = this.described = "";
    if (isAsking) this.ask();
    this.describe();
    for (const [to, mode] of this.modes) this.signaling.send({ t: "set-picture-mode", mode, to });
  }

  /** Every page hears of it: said when it changes only. */
  private describe(): void {
    const now = { microphone: this.microphone !== null, camera: this.camera !== null };
    const isNews = JSON.stringify(now) !== this.described;
    if (!isNews || this.isOver || this.signaling.state !== "open") return;
    this.described = JSON.stringify(now);
    this.signaling.send({ t: "media-state", ...now });
  }

  private follow(roster: Roster): void {
    this.roster = roster;
    this.options.onRoster(roster, this.me);
    this.match();
  }

  /** One line to each who is admitted as we are, and no other. */
  private match(): void {
    const others = this.others;
    for (const [id, line] of this.lines) {
      const other = others.find((one) => one.id === id);
      if (!other || !line.isBetween(this.pagesOf(other))) this.drop(id, line);
    }
    if (!this.iceServers) return this.isAdmitted ? this.ask() : undefined;
    for (const other of others) this.meet(other, this.iceServers);
  }

  private get isAdmitted(): boolean {
    return this.self?.status === "admitted";
  }

  private get self(): ParticipantView | undefined {
    return this.roster.participants.find(({ id }) => id === this.me);
  }

  /** Ours counts too: a hello that had to be said twice makes the others believe in another page. */
  private pagesOf({ freshAt }: ParticipantView): string {
    return `${this.self?.freshAt} ${freshAt}`;
  }

  private get others(): ParticipantView[] {
    if (!this.isAdmitted) return [];
    return this.roster.participants.filter(({ id, status }) => id !== this.me && status === "admitted");
  }

  /** Somebody who was admitted and is away gets no line before they are back. */
  private meet(other: ParticipantView, iceServers: IceServer[]): void {
    const known = this.lines.get(other.id);
    if (known) return known.see(other);
    if (!other.present) return;
    const line: Line = this.makeLine(other, () => this.iceServers ?? iceServers);
    this.lines.set(other.id, line);
    const held = this.held.filter(({ sender }) => sender === other.id);
    this.held = this.held.filter(({ sender }) => sender !== other.id);
    for (const message of held) line.receive(message);
  }

  private makeLine(other: ParticipantView, iceServers: () => IceServer[]): Line {
    const { id } = other;
    const { options } = this;
    const line: Line = new Line({
      other,
      pages: this.pagesOf(other),
      isMaker: this.me > id,
      iceServers,
      voice: this.microphone,
      picture: this.camera,
      shown: () => ({ mode: this.self?.pictureMode ?? "motion", receivers: this.receivers }),
      send: (draft) => void this.signaling.send(draft),
      askRestart: () => this.askRestart(line),
      reopenSocket: () => this.isAlone && this.signaling.hint(),
      rejoin: () => this.isAlone && this.rejoin(),
      onStream: (stream) => options.onStream(id, stream),
      onLink: (link) => {
        this.trace(other, link);
        options.onLink(id, link);
      },
      onFigures: (figures) => options.onFigures?.(id, figures),
    });
    return line;
  }

  private get receivers(): number {
    return [...this.lines.values()].filter(({ isListening }) => isListening).length;
  }

  /** For the traces of the visit (R8): one page of each pair tells, the practitioner's if it is one of the two. */
  private trace({ id, role }: ParticipantView, link: Link | null): void {
    const isLost = link === "lost";
    if (!isLost && (link === "joining" || !this.lost.delete(id))) return;
    if (isLost) this.lost.add(id);
    const { role: own } = this.roster.participants.find((one) => one.id === this.me) ?? {};
    const isTeller = own === "practitioner" || (role !== "practitioner" && this.me > id);
    if (isTeller && link) this.report(isLost ? "connection-lost" : "connection-back", id);
  }

  /** While anybody is heard, our own network and our socket are not what is wrong. */
  private get isAlone(): boolean {
    return ![...this.lines.values()].some(({ isUp }) => isUp);
  }

  /** As a page loaded anew: the others make new connections to us, and we to them. */
  private rejoin(): void {
    this.dropAll();
    this.signaling.rejoin();
  }

  private handOver(message: PeerDescription | PeerCandidate): void {
    const line = this.lines.get(message.sender ?? "");
    if (line) line.receive(message);
    else if (this.held.push(message) > HELD_MESSAGES) this.held.shift();
  }

  private askRestart(line: Line): void {
    this.toRestart.add(line);
    this.ask();
  }

  private ask(): void {
    this.asking ||= this.signaling.send({ t: "refresh-ice" });
  }

  /** Fresh credentials: for the lines that wait for them, and those not made yet (F18). */
  private supplied(iceServers: IceServer[]): void {
    this.asking = "";
    this.iceServers = iceServers;
    const waiting = [...this.toRestart];
    this.toRestart.clear();
    for (const line of waiting) line.restart();
    this.match();
  }

  private drop(id: string, line: Line): void {
    this.lines.delete(id);
    this.toRestart.delete(line);
    line.close();
  }

  private dropAll(): void {
    for (const [id, line] of this.lines) this.drop(id, line);
    this.held = [];
  }
}
