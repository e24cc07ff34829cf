/** Who has come to a waiting room, wherever the practitioner is in the app: the desk's own socket (C11). */
import { computed, effect, signal } from "@preact/signals";
import { Signaling, type SocketState } from "../../call/signaling.ts";
import type { AgendaChanged, AppointmentView, FromServer } from "../../protocol.ts";
import { getAppointment, getAppointments } from "../../ui/api.ts";
import { serverNow } from "../../ui/clock.ts";
import { note } from "../journal.ts";
import { asked, serverAnswers, session } from "../session.ts";
import { forgetAgenda, loadAgenda, renew, startOfDay, visits } from "./agenda-state.ts";
import { meeting } from "./meeting-state.ts";
import { ring } from "./ring.ts";

const TWO_DAYS_MS = 172_800_000;
/** A desk that the server refused is asked for again after this long. */
const AGAIN_MS = 5_000;

/** Visits in whose waiting room somebody is. */
const attending = signal<AppointmentView[]>([]);
export const deskSocket = signal<SocketState | null>(null);

/** Those of whom the practitioner must be told: not those of the visit that she is in. */
export const waitingElsewhere = computed(() =>
  attending.value.filter(({ id }) => id !== meeting.value?.appointment.id),
);

const isWanted = computed(() => session.value?.modules.includes("teleconsultation") ?? false);

let desk: Signaling | null = null;
let isEntering = false;
let again: ReturnType<typeof setTimeout> | undefined;
/** The stream has begun: another beginning means that something was missed. */
let isFollowing = false;

/** Follow the agenda as long as somebody is signed in who has one. Returns how to stop. */
export function followDesk(): () => void {
  const stop = effect(() => {
    const mayAsk = serverAnswers.value;
    if (!isWanted.value) leaveDesk();
    else if (mayAsk && !desk) void enterDesk();
  });
  return () => {
    stop();
    leaveDesk();
  };
}

/** Take the desk, from any other tab too. */
export async function enterDesk(): Promise<void> {
  if (isEntering) return;
  isEntering = true;
  const token = await lookWhoWaits();
  isEntering = false;
  if (!isWanted.value) return;
  if (!token) return enterAgain();
  desk?.close();
  desk = listen(token);
}

/** All anew: who waits now, and the token of the desk. */
async function lookWhoWaits(): Promise<string | null> {
  const from = startOfDay(serverNow());
  try {
    const agenda = await asked(getAppointments({ from, to: from + TWO_DAYS_MS }));
    attending.value = agenda.appointments.filter(({ waiting }) => waiting > 0);
    return agenda.deskToken;
  } catch {
    return null;
  }
}

function enterAgain(): void {
  clearTimeout(again);
  again = setTimeout(() => isWanted.value && !desk && void enterDesk(), AGAIN_MS);
}

function listen(token: string): Signaling {
  const own: Signaling = new Signaling({
    url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/socket`,
    page: `pro ${session.value?.version ?? ""}`,
    onMessage: (message) => own === desk && hear(message),
    onState: (state) => own === desk && socketBecame(state),
  });
  isFollowing = false;
  own.start(token);
  return own;
}

function hear(message: FromServer): void {
  if (message.t === "agenda-changed") void changed(message);
  if (message.t !== "welcome") return;
  if (isFollowing && !message.resumed) void catchUp();
  isFollowing = true;
}

/** What the lost stream told is not known. */
async function catchUp(): Promise<void> {
  await lookWhoWaits();
  if (visits.value) await loadAgenda();
}

async function changed({ appointmentId, waiting }: AgendaChanged): Promise<void> {
  note(waiting ? "visit waiting" : "agenda changed");
  if (waiting && meeting.value?.appointment.id !== appointmentId) ring();
  const visit = await asked(getAppointment(appointmentId)).catch(() => null);
  if (!visit) return;
  const others = attending.value.filter(({ id }) => id !== visit.id);
  attending.value = visit.waiting > 0 ? [...others, visit] : others;
  if (visits.value) renew(visit);
}

function socketBecame(state: SocketState): void {
  note(`desk ${state}`);
  deskSocket.value = state;
  if (state !== "refused" && state !== "over") return;
  desk = null;
  enterAgain();
}

function leaveDesk(): void {
  const old = desk;
  desk = null;
  clearTimeout(again);
  old?.close();
  attending.value = [];
  deskSocket.value = null;
  if (!isWanted.value) forgetAgenda();
}
