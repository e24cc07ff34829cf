/** What time it is for the server: the clock of a workstation may be wrong (F24). */
import { signal } from "@preact/signals";

/** Below this the difference is the journey of the answer, and the second to which `Date` is rounded. */
const TRUSTED_WITHIN_MS = 2000;

let offsetMs = 0;

/** Learn from the `Date` header of an answer that just arrived. */
export function noteServerDate(date: string | null, now = Date.now()): void {
  const server = date ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(server)) return;
  offsetMs = Math.abs(server - now) > TRUSTED_WITHIN_MS ? server - now : 0;
}

/** Milliseconds since the epoch, by the server's clock. */
export function serverNow(): number {
  return Date.now() + offsetMs;
}

/** The server's time, renewed each second while somebody called `startTicking`. */
export const ticking = signal(Date.now());

export function startTicking(): () => void {
  const tick = () => {
    ticking.value = serverNow();
  };
  tick();
  const timer = setInterval(tick, 1000);
  return () => clearInterval(timer);
}
