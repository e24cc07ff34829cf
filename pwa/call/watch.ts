import { begin, type Command, type Connectivity, type Event, type Link, step } from "./connectivity.ts";
import type { Peer } from "./peer.ts";
import { type Pulse, type Reports, takePulse } from "./pulse.ts";

export interface WatchOptions {
  everyMs: number;
  /** When the seat was taken (performance.now). */
  since: number;
  /** The connection to look at now, if there is one. */
  peer(): Peer | null;
  /** Whether bytes should come. */
  isExpecting(): boolean;
  /** Whether pictures should pass. */
  isPictureDue(): boolean;
  /** What grows with each picture that passes. */
  pictures(pulse: Pulse): number;
  obey(command: Command, link: Link): void;
  onPulse(pulse: Pulse, link: Link, reports: Reports): void;
}

const NOTHING: Reports = new Map();

/** Looks at a connection at a steady pace, and hands on what `connectivity` decides. */
export class Watch {
  private memory: Connectivity;
  private timer: ReturnType<typeof setInterval> | undefined;
  private isLooking = false;
  private watched: Peer | null = null;

  constructor(private readonly options: WatchOptions) {
    this.memory = begin(options.since);
  }

  get link(): Link {
    return this.memory.link;
  }

  start(): void {
    this.timer ??= setInterval(() => this.turn(), this.options.everyMs);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.tell({ is: "closed" });
  }

  /** Something happened. */
  tell(event: Event): void {
    const { link } = this.memory;
    const [memory, commands] = step(this.memory, performance.now(), event);
    this.memory = memory;
    for (const command of commands) this.options.obey(command, link);
  }

  private async turn(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    await this.look(this.options.peer()).catch(() => undefined); // A connection closed meanwhile has no figures.
    this.isLooking = false;
  }

  private async look(peer: Peer | null): Promise<void> {
    if (peer !== this.watched) this.tell({ is: "replaced" });
    this.watched = peer;
    const reports = peer ? await reportsOf(peer) : NOTHING;
    if (peer !== this.options.peer() || !this.timer) return;
    const pulse = takePulse(reports);
    this.tell({
      is: "look",
      state: peer?.state ?? "closed",
      received: pulse.bytesReceived,
      isExpecting: this.options.isExpecting(),
      pictures: this.options.pictures(pulse),
      isPictureDue: this.options.isPictureDue(),
    });
    if (peer) this.options.onPulse(pulse, this.memory.link, reports);
  }
}

/** Read once: each pass over what browsers give makes all of its members anew. */
async function reportsOf(peer: Peer): Promise<Reports> {
  return new Map((await peer.connection.getStats()) as unknown as Reports);
}
