/** A whole server in memory for one meeting: the roster, who is admitted, the relay between those who are. */
import type { FromClient, ParticipantView, Roster } from "../../../../pwa/protocol.ts";
import { FRESH } from "./room.ts";
import { type FakeSocket, SeatServer, type Server } from "./seat_server.ts";

type Sent = Extract<FromClient, { id: string }>;
type Negotiation = Extract<Sent, { t: "description" | "candidate" }>;

export class MeetingRoom implements Server {
  readonly sockets: FakeSocket[] = [];
  readonly seats = new Map<string, SeatServer>();
  readonly people = new Map<string, ParticipantView>();
  /** Descriptions and candidates that went to somebody, or were sent by somebody, who is not admitted. */
  readonly forbidden: Negotiation[] = [];
  /** Whose network lets nothing through. */
  readonly away = new Set<string>();
  /** Refuse what people ask for with this code, instead of dealing with it. */
  refuses = "";
  isSilent = false;
  isDown = false;
  private readonly idOf = new Map<FakeSocket, string>();
  private readonly dealtWith = new Set<string>();
  private pages = 0;

  constructor(ids: string[]) {
    for (const id of ids) this.seat(id);
  }

  take(socket: FakeSocket, message: FromClient): void {
    if (this.isDown) return;
    if (message.t === "hello") this.idOf.set(socket, message.token);
    const isResumed = message.t === "hello" && message.epoch === this.seats.get(message.token)?.epoch;
    const id = this.idOf.get(socket) ?? "";
    const seat = this.seats.get(id);
    if (!seat) return socket.drop(4400);
    if (this.away.has(id)) return;
    if (this.refuses && "id" in message) return this.refuse(id, message.id);
    seat.take(socket, message);
    if (message.t === "hello") this.arrived(id, message.epoch === null, isResumed);
    else if ("id" in message && seat.handled.includes(message)) this.deal(id, message);
  }

  /** What the practitioner's « Faire entrer » does. */
  admit(id: string): void {
    this.change(id, { status: "admitted" });
  }

  /** The socket breaks, and the server has noticed. */
  cut(id: string): void {
    this.seats.get(id)?.cut(1006);
    this.change(id, { present: false });
  }

  /** kill -9: sockets and streams are gone, who is admitted is on the disk. */
  kill(): void {
    this.isDown = true;
    for (const [id, seat] of this.seats) {
      seat.restart();
      Object.assign(this.person(id), {
        present: false,
        microphone: false,
        camera: false,
        pictureMode: "motion",
      });
    }
  }

  revive(): void {
    this.isDown = false;
  }

  person(id: string): ParticipantView {
    const person = this.people.get(id);
    if (!person) throw new Error(`nobody is called ${id}`);
    return person;
  }

  change(id: string, news: Partial<ParticipantView>): void {
    Object.assign(this.person(id), news);
    for (const seat of this.seats.values()) seat.push(this.roster);
  }

  private get roster(): Roster {
    return { t: "roster", participants: [...this.people.values()].map((one) => ({ ...one })) };
  }

  private seat(id: string): void {
    const seat = new SeatServer();
    seat.welcomeWith = () => ({
      role: "participant",
      participantId: id,
      iceServers: this.isIn(id) ? FRESH : [],
    });
    this.seats.set(id, seat);
    this.people.set(id, {
      id,
      role: "companion",
      name: id,
      status: "waiting",
      present: false,
      freshAt: 0,
      microphone: false,
      camera: false,
    });
  }

  private refuse(id: string, messageId: string): void {
    this.seats.get(id)?.push({ t: "refused", id: messageId, code: this.refuses });
  }

  private isIn(id: string | null | undefined): boolean {
    return this.people.get(id ?? "")?.status === "admitted";
  }

  /** Who goes on with its stream where nothing has changed hears nothing new. */
  private arrived(id: string, isFresh: boolean, isResumed: boolean): void {
    const wasPresent = this.person(id).present;
    if (isFresh || !wasPresent) this.change(id, { present: true, ...(isFresh && { freshAt: ++this.pages }) });
    else if (!isResumed) this.seats.get(id)?.push(this.roster);
  }

  private deal(id: string, message: Sent): void {
    if (this.dealtWith.has(message.id)) return;
    this.dealtWith.add(message.id);
    const { t } = message;
    if (t === "description" || t === "candidate") this.relay(id, message);
    else if (t === "refresh-ice" && this.isIn(id))
      this.seats.get(id)?.push({ t: "ice-servers", iceServers: FRESH });
    else if (t === "media-state") this.change(id, { microphone: message.microphone, camera: message.camera });
    else if (t === "admit") this.admit(message.participantId);
    else if (t === "set-picture-mode") this.change(message.to ?? "", { pictureMode: message.mode });
    else if (t === "decline") this.change(message.participantId, { status: "declined" });
    else if (t === "leave-meeting") this.change(id, { status: "left", present: false });
    else if (t === "say") this.say(id, message.text);
  }

  private relay(sender: string, message: Negotiation): void {
    if (!this.isIn(sender) || !this.isIn(message.to)) return void this.forbidden.push(message);
    const { id: _, to, ...rest } = message;
    const seat = this.seats.get(to ?? "");
    if (rest.t === "description") seat?.push({ ...rest, t: "peer-description", sender });
    else seat?.push({ ...rest, t: "peer-candidate", sender });
  }

  private say(sender: string, text: string): void {
    for (const seat of this.seats.values())
      seat.push({ t: "said", id: `${this.dealtWith.size}`, sender, name: sender, text, at: 0 });
  }
}
