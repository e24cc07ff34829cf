/** The visit under way, as the server and the engine tell it. One at a time; it outlives the screens. */
import { batch, computed, signal } from "@preact/signals";
import type { Link } from "../../call/connectivity.ts";
import type { MeetingFigures } from "../../call/meeting.ts";
import type { SocketState } from "../../call/signaling.ts";
import type { IntakeView, MeetingSeatView, ParticipantView, Roster, Said } from "../../protocol.ts";
import { serverNow } from "../../ui/clock.ts";
import { lossBetween } from "../quality.ts";

/** The seat taken, and its appointment. */
export const meeting = signal<MeetingSeatView | null>(null);
export const participants = signal<ParticipantView[]>([]);
/** Since when the consultation has been under way; null until somebody was let in. */
export const startedAt = signal<number | null>(null);
export const streams = signal<ReadonlyMap<string, MediaStream>>(new Map());
export const links = signal<ReadonlyMap<string, Link>>(new Map());
export const figures = signal<ReadonlyMap<string, MeetingFigures>>(new Map());
/** Part of the packets of each one's picture lost lately, 0 to 1. */
export const losses = signal<ReadonlyMap<string, number>>(new Map());
export const chat = signal<Said[]>([]);
/** Lines that came since the chat was last in sight. */
export const unread = signal(0);
export const intake = signal<IntakeView | null>(null);
export const meetingSocket = signal<SocketState | null>(null);
export const meetingDownAt = signal<number | null>(null);
/** Why something that was asked was not done: a problem code. */
export const refusedCode = signal<string | null>(null);
/** Another device or tab has the seat, or the server no longer gives it. */
export const seatLoss = signal<"replaced" | "refused" | null>(null);

const others = computed(() => participants.value.filter(({ id }) => id !== meeting.value?.participantId));

/** In the call, also while their network is away: they left neither by themselves nor sent out. */
export const admitted = computed(() => others.value.filter(({ status }) => status === "admitted"));
export const waiting = computed(() =>
  others.value.filter(({ status, present }) => status === "waiting" && present),
);
/** Not in the call: never came, went away, left the waiting room, or was not let in. */
export const awaited = computed(() =>
  others.value.filter(({ status, present }) => status !== "admitted" && !(status === "waiting" && present)),
);

export function nameIn(id: string): string {
  return participants.value.find((each) => each.id === id)?.name ?? "";
}

export function hearRoster(roster: Roster): void {
  batch(() => {
    participants.value = roster.participants;
    startedAt.value = roster.startedAt ?? null;
  });
}

export function placed<V>(map: ReadonlyMap<string, V>, id: string, value: V | null): ReadonlyMap<string, V> {
  const next = new Map(map);
  if (value === null) next.delete(id);
  else next.set(id, value);
  return next;
}

export function hearFigures(id: string, now: MeetingFigures): void {
  const loss = lossBetween(figures.value.get(id) ?? null, now);
  batch(() => {
    losses.value = placed(losses.value, id, loss);
    figures.value = placed(figures.value, id, now);
  });
}

/** A line said again by the server, after a drop, counts once. */
export function hearSaid(said: Said): void {
  if (chat.value.some(({ id }) => id === said.id)) return;
  batch(() => {
    chat.value = [...chat.value, said];
    if (said.sender !== meeting.value?.participantId) unread.value += 1;
  });
}

export function socketBecame(state: SocketState): void {
  meetingSocket.value = state;
  meetingDownAt.value = state === "down" ? (meetingDownAt.value ?? serverNow()) : null;
}

/** Nothing of one visit stays for the next. */
export function forgetMeeting(): void {
  batch(() => {
    meeting.value = startedAt.value = intake.value = seatLoss.value = null;
    participants.value = [];
    chat.value = [];
    unread.value = 0;
    forgetConnections();
  });
}

/** A new seat begins without connections. */
export function forgetConnections(): void {
  batch(() => {
    streams.value = new Map();
    links.value = new Map();
    figures.value = new Map();
    losses.value = new Map();
    meetingSocket.value = meetingDownAt.value = refusedCode.value = null;
  });
}
