/** The agenda in its days: today first, then what comes, then what was. Pure. */
import type { AppointmentView } from "../../protocol.ts";
import { dayOf } from "../../ui/format.ts";

const DAY_MS = 86_400_000;

export interface Day {
  /** 2026-11-23 */
  day: string;
  when: "today" | "tomorrow" | "yesterday" | null;
  visits: AppointmentView[];
}

export function inDays(visits: AppointmentView[], now: number): Day[] {
  const byDay = new Map<string, AppointmentView[]>();
  for (const visit of [...visits].sort((one, other) => one.startAt - other.startAt)) {
    const day = dayOf(visit.startAt);
    byDay.set(day, [...(byDay.get(day) ?? []), visit]);
  }
  const today = dayOf(now);
  const days = [...byDay.keys()].sort();
  const ordered = [...days.filter((day) => day >= today), ...days.filter((day) => day < today).reverse()];
  return ordered.map((day) => ({ day, when: whenIs(day, now), visits: byDay.get(day) ?? [] }));
}

function whenIs(day: string, now: number): Day["when"] {
  if (day === dayOf(now)) return "today";
  if (day === dayOf(noonOf(now) + DAY_MS)) return "tomorrow";
  return day === dayOf(noonOf(now) - DAY_MS) ? "yesterday" : null;
}

/** Far from the nights whose length is not 24 hours. */
function noonOf(now: number): number {
  return Date.parse(`${dayOf(now)}T12:00:00Z`);
}
