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
