/** The appointments on the screen: which are asked for, what came, what is new. */
import { batch, signal } from "@preact/signals";
import type { AppointmentView } from "../../protocol.ts";
import { type AgendaQuery, getAppointments } from "../../ui/api.ts";
import { serverNow } from "../../ui/clock.ts";
import { dayOf, momentOf, typedDate } from "../../ui/format.ts";
import { asked } from "../session.ts";

export type Filter = "upcoming" | "past" | "all";

export const filter = signal<Filter>("upcoming");
/** As typed. */
export const search = signal("");
/** Null until the first answer. */
export const visits = signal<AppointmentView[] | null>(null);
export const isLoading = signal(false);
export const agendaFailure = signal<unknown>(null);
/** Whose details are open. */
export const openVisitId = signal<string | null>(null);
/** What became of the visit that was just left, for the agenda to say (`done`, or why the server ended it). */
export const lastEnd = signal<string | null>(null);

/** The appointment that was just made or changed. */
export const lastSaved = signal<{ id: string; isNew: boolean } | null>(null);

/** Of a name, no more letters than this leave the page (R13). */
export const LETTERS = 3;

/** What is asked of the server for what was typed; null: not yet enough of a date. */
export function searchTerm(typed: string): string | null {
  const text = typed.trim();
  if (/^\p{L}/u.test(text)) return text.slice(0, LETTERS);
  return text === "" ? "" : typedDate(text);
}

let turn = 0;

/** Ask for what the filter and the search say. An answer that was overtaken is dropped. */
export async function loadAgenda(): Promise<void> {
  const mine = ++turn;
  isLoading.value = true;
  try {
    const { appointments } = await asked(getAppointments(agendaQuery()));
    if (mine === turn) shown(appointments);
  } catch (error) {
    if (mine === turn) agendaFailure.value = error;
  }
  if (mine === turn) isLoading.value = false;
}

function shown(appointments: AppointmentView[]): void {
  batch(() => {
    visits.value = appointments;
    agendaFailure.value = null;
  });
}

function agendaQuery(): AgendaQuery {
  const now = serverNow();
  const query: AgendaQuery = {};
  if (filter.value === "upcoming") query.from = startOfDay(now);
  if (filter.value === "past") query.to = now;
  const term = searchTerm(search.value);
  if (term) query.search = term;
  return query;
}

/** Midnight of the day that people have. */
export function startOfDay(now: number): number {
  return momentOf(dayOf(now), "00:00") ?? now;
}

/** A newer view of one appointment, wherever it is shown. */
export function renew(visit: AppointmentView): void {
  const known = visits.value;
  if (known?.some(({ id }) => id === visit.id))
    visits.value = known.map((each) => (each.id === visit.id ? visit : each));
  else void loadAgenda();
}

/** The agenda shows what was just made or changed, whatever was filtered before. */
export function showInAgenda(id: string, isNew: boolean): void {
  batch(() => {
    filter.value = "upcoming";
    search.value = "";
    lastSaved.value = { id, isNew };
  });
}

/** Signed out: nothing of one practitioner is left for the next. */
export function forgetAgenda(): void {
  turn += 1;
  batch(() => {
    visits.value = agendaFailure.value = openVisitId.value = lastEnd.value = lastSaved.value = null;
    search.value = "";
    filter.value = "upcoming";
    isLoading.value = false;
  });
}
