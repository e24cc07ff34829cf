/** What happened in this page lately, in codes: no name, no number, no token (S60). Feeds the incident report. */
import { serverNow } from "../ui/clock.ts";
import { timeOfDay } from "../ui/format.ts";

export interface Entry {
  at: number;
  /** Kebab-case words, such as `step link-opened` or `socket down`. */
  code: string;
}

/** The protocol takes 200 lines. */
const KEPT = 120;

let entries: Entry[] = [];

export function note(code: string, at = serverNow()): void {
  entries = [...entries, { at, code }].slice(-KEPT);
}

/** « 14:03:12 step link-opened », oldest first. */
export function journalLines(): string[] {
  return [...entries].sort((a, b) => a.at - b.at).map(({ at, code }) => `${timeOfDay(at, "fr")} ${code}`);
}

export function forgetJournal(): void {
  entries = [];
}
