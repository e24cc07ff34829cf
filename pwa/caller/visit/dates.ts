/** Days, hours and lengths of time as people say them, in the time zone of the installation. */
import * as words from "@words";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Up to here hours are counted, then days. */
const HOURS_COUNTED = 48;

/** Milliseconds since the epoch by the server's clock, which alone decides (F24, F58); the device's may be wrong. */
export type Clock = () => number;

export function clockOf(serverNow: number): Clock {
  const offset = serverNow - performance.now();
  return () => offset + performance.now();
}

/** « lundi 23 novembre » */
export function dayOf(at: number, timeZone: string): string {
  return format(at, { weekday: "long", day: "numeric", month: "long", timeZone });
}

/** « 14 h 00 », and whose hour it is where the device lives by another one. */
export function hourOf(at: number, timeZone: string): string {
  const own = hourIn(at, undefined);
  const said = hourIn(at, timeZone);
  if (own === said) return said;
  const city = timeZone.split("/").pop()?.replace(/_/g, " ") ?? timeZone;
  return `${said} ${words.visitZone.replace("{city}", city)}`;
}

/** « aujourd’hui », or « le lundi 23 novembre ». */
export function dayFrom(at: number, now: number, timeZone: string): string {
  const day = dayOf(at, timeZone);
  return day === dayOf(now, timeZone) ? words.visitToday : words.visitOnDay.replace("{day}", day);
}

/** « 45 s », « 12 min », « 2 h 05 », « 3 jours ». `ms` below zero is none. */
export function lengthOf(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.max(0, Math.ceil(ms / 1_000))} s`;
  const minutes = Math.floor(ms / MINUTE_MS);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(ms / HOUR_MS);
  if (hours >= HOURS_COUNTED) return words.visitDays.replace("{days}", String(Math.floor(hours / 24)));
  return `${hours} h ${String(minutes % 60).padStart(2, "0")}`;
}

function hourIn(at: number, timeZone: string | undefined): string {
  const said = format(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone });
  return said.replace(":", words.visitHourSign);
}

/** A device that does not know the zone says its own hour. */
function format(at: number, wanted: Intl.DateTimeFormatOptions): string {
  try {
    return new Intl.DateTimeFormat(words.visitLocale, wanted).format(at);
  } catch {
    return new Intl.DateTimeFormat(words.visitLocale, { ...wanted, timeZone: undefined }).format(at);
  }
}
