import type { Link } from "../../call/connectivity.ts";
import type { MeetingFigures } from "../../call/meeting.ts";
import type { SocketState } from "../../call/signaling.ts";
import type { ParticipantView, Roster, Said } from "../../protocol.ts";

/** Somebody else in the call, and what comes from there. */
export interface Partner {
  view: ParticipantView;
  stream: MediaStream | null;
  link: Link;
}

/** What this page knows of the meeting: who is there, what they send, what was said. */
export class Gathering {
  me: ParticipantView | null = null;
  messages: Said[] = [];
  socket: SocketState = "connecting";
  private others: ParticipantView[] = [];
  private readonly streams = new Map<string, MediaStream | null>();
  private readonly links = new Map<string, Link>();
  private readonly figures = new Map<string, MeetingFigures>();

  hearRoster({ participants }: Roster, me: string): void {
    this.me = participants.find(({ id }) => id === me) ?? null;
    this.others = participants.filter(({ id }) => id !== me);
  }

  hearStream(id: string, stream: MediaStream | null): void {
    this.streams.set(id, stream);
  }

  hearLink(id: string, link: Link | null): void {
    if (link) this.links.set(id, link);
    else {
      this.links.delete(id);
      this.figures.delete(id);
    }
  }

  hearFigures(id: string, figures: MeetingFigures): void {
    this.figures.set(id, figures);
  }

  /** A line that is told again after a drop stands once. */
  hearSaid(said: Said): void {
    if (!this.messages.some(({ id }) => id === said.id)) this.messages = [...this.messages, said];
  }

  get practitioner(): ParticipantView | undefined {
    return this.others.find(({ role }) => role === "practitioner");
  }

  get isAdmitted(): boolean {
    return this.me?.status === "admitted";
  }

  /** Who is in the call with us, the practitioner first. A socket that dropped takes no picture away (F3). */
  get partners(): Partner[] {
    return this.others
      .filter(({ id, present, status }) => status === "admitted" && (present || this.streams.get(id)))
      .sort((one, other) => rank(one) - rank(other))
      .map((view) => ({
        view,
        stream: this.streams.get(view.id) ?? null,
        link: this.links.get(view.id) ?? "joining",
      }));
  }

  get allFigures(): MeetingFigures[] {
    return [...this.figures.values()];
  }
}

function rank({ role }: ParticipantView): number {
  return role === "practitioner" ? 0 : 1;
}
