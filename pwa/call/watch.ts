import { begin, type Command, type Connectivity, type Link, networkChanged, poll } from "./connectivity.ts";
import type { Peer } from "./peer.ts";
import { type Pulse, type Reports, takePulse } from "./pulse.ts";

export interface WatchOptions {
  everyMs: number;
  /** The connection to look at now, if there is one. */
  peer(): Peer | null;
  isExpecting(): boolean;
  obey(command: Command): void;
  onPulse(pulse: Pulse, link: Link, reports: Reports): void;
}

/** Looks at a connection at a steady pace, and hands on what `connectivity` decides. */
export class Watch {
  private memory: Connectivity = begin(performance.now());
  private timer: ReturnType<typeof setInterval> | undefined;
  private isLooking = false;
  private watched: Peer | null = null;

  constructor(private readonly options: WatchOptions) {}

  start(): void {
    this.timer ??= setInterval(() => this.turn(), this.options.everyMs);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  networkChanged(): void {
    this.decide(networkChanged(this.memory, performance.now()));
  }

  private async turn(): Promise<void> {
    const peer = this.options.peer();
    if (!peer || this.isLooking) return;
    this.isLooking = true;
    await this.look(peer).catch(() => undefined); // A connection closed meanwhile has no figures.
    this.isLooking = false;
  }

  private async look(peer: Peer): Promise<void> {
    if (peer !== this.watched) this.follow(peer);
    const reports = (await peer.connection.getStats()) as unknown as Reports;
    if (peer !== this.options.peer() || !this.timer) return;
    const pulse = takePulse(reports);
    const seen = { at: performance.now(), state: peer.state, received: pulse.bytesReceived };
    this.decide(poll(this.memory, { ...seen, isExpecting: this.options.isExpecting() }));
    this.options.onPulse(pulse, this.memory.link, reports);
  }

  /** Another connection starts from zero; what was lost stays lost until bytes come. */
  private follow(peer: Peer): void {
    const { link } = this.memory;
    this.watched = peer;
    this.memory = { ...begin(performance.now()), link: link === "lost" ? link : "joining" };
  }

  private decide([memory, commands]: [Connectivity, Command[]]): void {
    this.memory = memory;
    for (const command of commands) this.options.obey(command);
  }
}
