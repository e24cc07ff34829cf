/**
 * How much may leave by the socket so that a picture is less than two seconds old when it arrives.
 *
 * The browser's own count of waiting bytes leaves out what the system has taken and not sent: seconds of it on a
 * slow link. So each frame is followed by a ping; its pong says that everything before it has arrived.
 */

/** Bytes a second: a poor link to begin with; and what the server lets through, less a margin. */
const FIRST = 20_000;
const LEAST = 2_000;
const MOST = 75_000;
/** Time in queues, in milliseconds: above this send less, below that try more. */
const LATE_MS = 400;
const EARLY_MS = 150;
/** Nothing more leaves while the oldest frame has been under way for this long. */
const HOLD_MS = 800;
const LESS = 0.7;
const MORE = 1.08;
const LESS_EVERY_MS = 500;
/** How far the guess may be ahead of what has arrived in the last two seconds. */
const BOLD = 3;
const WINDOW_MS = 2_000;
/** The browser itself holds this many bytes back: wait. */
const WAITING_BYTES = 50_000;

export class Pace {
  /** What the link seems to carry. */
  bytesPerS = FIRST;
  private readonly underWay: [at: number, bytes: number][] = [];
  private arrived: [at: number, bytes: number][] = [];
  private leastMs = Number.POSITIVE_INFINITY;
  private lessAt = Number.NEGATIVE_INFINITY;

  /** A frame of so many bytes, and a ping behind it, have left. */
  sent(at: number, bytes: number): void {
    this.underWay.push([at, bytes]);
  }

  /** The oldest ping is answered. One that was not ours does no harm. */
  answered(at: number): void {
    const [sentAt, bytes] = this.underWay.shift() ?? [];
    if (sentAt === undefined || bytes === undefined) return;
    this.arrived = [...this.arrived.filter(([then]) => at - then < WINDOW_MS), [at, bytes]];
    this.leastMs = Math.min(this.leastMs, at - sentAt);
    const queued = at - sentAt - this.leastMs;
    if (queued > LATE_MS) this.sendLess(at);
    else if (queued < EARLY_MS && this.bytesPerS < this.proven * BOLD)
      this.bytesPerS = Math.min(MOST, this.bytesPerS * MORE);
  }

  /** Whether a frame may leave now. `waiting` is what the browser has not handed to the system (bufferedAmount). */
  maySend(at: number, waiting: number): boolean {
    const age = at - (this.underWay[0]?.[0] ?? at);
    if (age > HOLD_MS * 2) this.sendLess(at);
    return age < HOLD_MS && waiting < WAITING_BYTES;
  }

  /** Another socket: what was under way is lost. */
  reset(): void {
    this.underWay.length = 0;
    this.leastMs = Number.POSITIVE_INFINITY;
  }

  /** Bytes a second that have lately arrived. */
  private get proven(): number {
    return this.arrived.reduce((sum, [, bytes]) => sum + bytes, 0) / (WINDOW_MS / 1000);
  }

  /** It was too much. */
  sendLess(at: number): void {
    if (at - this.lessAt < LESS_EVERY_MS) return;
    this.lessAt = at;
    this.bytesPerS = Math.max(LEAST, this.bytesPerS * LESS);
  }
}
