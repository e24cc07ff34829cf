/** Times, durations and telephone numbers as people read them. */

/** Where people read the time, wherever their workstation believes it is. */
const TIME_ZONE = "Europe/Paris";

/** « 14:03:12 » */
export function timeOfDay(at: number, language: string): string {
  return new Intl.DateTimeFormat(language, {
    timeStyle: "medium",
    hour12: false,
    timeZone: TIME_ZONE,
  }).format(at);
}

/** « 14:03 » */
export function hourAndMinute(at: number, language: string): string {
  return new Intl.DateTimeFormat(language, { timeStyle: "short", hour12: false, timeZone: TIME_ZONE }).format(
    at,
  );
}

/** « lundi 23 novembre 2026 » */
export function fullDate(at: number, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "full", timeZone: TIME_ZONE }).format(at);
}

/** « 2026-11-23 »: the day that people there have, for comparing and for date fields. */
export function dayOf(at: number): string {
  return parts(at, { year: "numeric", month: "2-digit", day: "2-digit" }, ["year", "month", "day"], "-");
}

/** « 14:03 », for time fields. */
export function timeIn(at: number): string {
  return parts(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, ["hour", "minute"], ":");
}

/** The moment at which people there read this day and this time; null when there is none, as in the night in March. */
export function momentOf(day: string, time: string): number | null {
  const asUtc = Date.parse(`${day}T${time}:00Z`);
  if (Number.isNaN(asUtc)) return null;
  const moments = [2, 1].map((hours) => asUtc - hours * 3_600_000);
  return moments.find((at) => dayOf(at) === day && timeIn(at) === time) ?? null;
}

type Part = Intl.DateTimeFormatPartTypes;

function parts(at: number, options: Intl.DateTimeFormatOptions, wanted: Part[], glue: string): string {
  const found = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: TIME_ZONE }).formatToParts(at);
  return wanted.map((type) => found.find((part) => part.type === type)?.value ?? "").join(glue);
}

/** « 12/03/1948 » for 1948-03-12; what is no date stays as it is. */
export function shortDate(day: string): string {
  return day.replace(/^(\d{4})-(\d\d)-(\d\d)$/, "$3/$2/$1");
}

/** 1948-03-12 for « 12/03/1948 », « 12.3.1948 » or « 12031948 »; null when there is no such day. */
export function typedDate(text: string): string | null {
  const found =
    /^(\d{1,2})[\s/.-]+(\d{1,2})[\s/.-]+(\d{4})$/.exec(text.trim()) ??
    /^(\d\d)(\d\d)(\d{4})$/.exec(text.trim());
  if (!found) return null;
  const [day = "", month = "", year = ""] = found.slice(1);
  const iso = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const at = Date.parse(`${iso}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(iso) ? iso : null;
}

/** 09:30 for « 9:30 », « 9h30 », « 9 h » or « 0930 »; null when it is no time. */
export function typedTime(text: string): string | null {
  const found = /^(\d{1,2})\s*[:hH.]\s*(\d{2})?$/.exec(text.trim()) ?? /^(\d{1,2})(\d{2})$/.exec(text.trim());
  if (!found) return null;
  const [hour = "", minute = "00"] = found.slice(1);
  if (Number(hour) > 23 || Number(minute) > 59) return null;
  return `${hour.padStart(2, "0")}:${minute}`;
}

/** « 12 s », « 1 min 05 s », « 1 h 02 min »: two units at most, no-break spaces inside. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours > 0) return `${hours}\u00a0h\u00a0${two(minutes % 60)}\u00a0min`;
  if (minutes > 0) return `${minutes}\u00a0min\u00a0${two(seconds % 60)}\u00a0s`;
  return `${seconds}\u00a0s`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}

/** +33612345678 as it is dictated: « 06 12 34 56 78 ». Others stay as they are. */
export function dictated(phone: string): string {
  const french = /^\+33(\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(phone);
  return french ? `0${french.slice(1).join(" ")}` : phone;
}
