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
/** There are more than those. */
export const hasMore = signal(false);
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
/** Pages of the agenda that are on the screen. */
let pages = 1;

/** Ask for what the filter and the search say, as much of it as is shown. An answer that was overtaken is dropped. */
export async function loadAgenda(): Promise<void> {
  const mine = ++turn;
  isLoading.value = true;
  try {
    const found = await gather();
    if (mine === turn) shown(found);
  } catch (error) {
    if (mine === turn) agendaFailure.value = error;
  }
  if (mine === turn) isLoading.value = false;
}

/** The filter or the search has changed: from the beginning. */
export function loadAnew(): Promise<void> {
  pages = 1;
  return loadAgenda();
}

/** « Voir la suite » */
export function loadMore(): Promise<void> {
  pages += 1;
  return loadAgenda();
}

interface Found {
  /** By id: one that begins before midnight and ends after it is in two parts. */
  visits: Map<string, AppointmentView>;
  hasMore: boolean;
}

function shown(found: Found): void {
  batch(() => {
    visits.value = [...found.visits.values()];
    hasMore.value = found.hasMore;
    agendaFailure.value = null;
  });
}

/** One part after the other; none before the one that precedes it is whole. */
async function gather(): Promise<Found> {
  const found: Found = { visits: new Map(), hasMore: false };
  for (const part of agendaParts()) {
    found.hasMore = await addPages(found.visits, part);
    if (found.hasMore) break;
  }
  return found;
}

/** Whether there are more. */
async function addPages(known: Found["visits"], part: AgendaQuery): Promise<boolean> {
  let query = part;
  for (let page = 0; page < pages; page++) {
    const answer = await asked(getAppointments(query));
    for (const visit of answer.appointments) known.set(visit.id, visit);
    const last = answer.appointments[answer.appointments.length - 1];
    if (!answer.hasMore || !last) return false;
    query = { ...part, after: last.id };
  }
  return true;
}

/** What is to come in the order of time, what was from the newest on: the first page has what is nearest to now. */
function agendaParts(): AgendaQuery[] {
  const now = serverNow();
  const term = searchTerm(search.value);
  const searched: AgendaQuery = term ? { search: term } : {};
  const today = startOfDay(now);
  if (filter.value === "past") return [{ to: now, ...searched, order: "newest" }];
  const coming = { from: today, ...searched };
  return filter.value === "upcoming" ? [coming] : [coming, { to: today, ...searched, order: "newest" }];
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
  pages = 1;
  batch(() => {
    filter.value = "upcoming";
    search.value = "";
    lastSaved.value = { id, isNew };
  });
}

/** Signed out: nothing of one practitioner is left for the next. */
export function forgetAgenda(): void {
  turn += 1;
  pages = 1;
  batch(() => {
    visits.value = agendaFailure.value = openVisitId.value = lastEnd.value = lastSaved.value = null;
    search.value = "";
    filter.value = "upcoming";
    isLoading.value = hasMore.value = false;
  });
}
