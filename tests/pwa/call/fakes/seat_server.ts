/** The server's end of one seat, in memory: numbered stream, acknowledgements, replay, ids that count once. */
import type { FromClient, FromServer, Welcome } from "../../../../pwa/protocol.ts";

type Sent = Extract<FromClient, { id: string }>;

export class SeatServer {
  epoch = "epoch-1";
  /** Messages dealt with, each id once. */
  readonly handled: Sent[] = [];
  readonly hellos: { epoch: string | null; lastSeq: number }[] = [];
  readonly sockets: FakeSocket[] = [];
  /** Half-open: the socket looks open and nothing passes. */
  isSilent = false;
  /** Refuse new sockets. */
  isDown = false;
  /** What this seat's welcome says beside the stream. */
  welcomeWith: () => Partial<Welcome> = () => ({});
  /** For each frame to the page: how many times it arrives. */
  copies: () => number = () => 1;
  private seq = 0;
  private unread: FromServer[] = [];
  private current: FakeSocket | null = null;
  private readonly seen = new Set<string>();

  push(message: FromServer): void {
    const numbered = { ...message, seq: ++this.seq };
    this.unread.push(numbered);
    this.deliver(numbered);
  }

  /** kill -9: streams are forgotten, sockets broken. */
  restart(): void {
    this.epoch = `epoch-${this.hellos.length + 2}`;
    this.seq = 0;
    this.unread = [];
    this.seen.clear();
    this.cut(1006);
  }

  cut(code: number): void {
    this.current?.drop(code);
    this.current = null;
  }

  take(socket: FakeSocket, message: FromClient): void {
    if (this.isSilent) return;
    if ((message.t === "hello") === (socket === this.current)) return socket.drop(4400);
    if (message.t === "hello") return this.welcome(socket, message.epoch ?? null, message.lastSeq ?? 0);
    if (message.t === "ping") return this.write(socket, { t: "pong", last: this.seq });
    if (message.t === "ack") return this.acknowledge(message.seq);
    if (!this.seen.has(message.id)) this.handled.push(message);
    this.seen.add(message.id);
    this.write(socket, { t: "confirmed", id: message.id });
  }

  private welcome(socket: FakeSocket, epoch: string | null, lastSeq: number): void {
    this.hellos.push({ epoch, lastSeq });
    const resumed = epoch === this.epoch;
    this.current = socket;
    if (!resumed) this.begin();
    this.write(socket, {
      t: "welcome",
      epoch: this.epoch,
      role: "caller",
      resumed,
      peerPresent: true,
      iceServers: [],
      version: "1",
      ...this.welcomeWith(),
    });
    this.acknowledge(lastSeq);
    for (const message of this.unread) this.deliver(message);
  }

  private begin(): void {
    this.seq = 0;
    this.unread = [];
  }

  private acknowledge(seq: number): void {
    this.unread = this.unread.filter((message) => (message.seq ?? 0) > seq);
  }

  private deliver(message: FromServer): void {
    if (!this.current || this.isSilent) return;
    for (let copy = this.copies(); copy > 0; copy--) this.write(this.current, message);
  }

  private write(socket: FakeSocket, message: FromServer): void {
    socket.arrive(JSON.stringify(message));
  }
}

/** What a socket needs at its other end. */
export interface Server {
  readonly sockets: FakeSocket[];
  isSilent: boolean;
  isDown: boolean;
  take(socket: FakeSocket, message: FromClient): void;
}

let server: Server;

/** How a frame travels: it is handed `deliver`, to be called when it arrives; never, once, or more often. */
export type Line = (deliver: () => void) => void;

const GOOD_LINE: Line = (deliver) => void setTimeout(deliver, 5);
let line = GOOD_LINE;

export function useLine(present: Line = GOOD_LINE): void {
  line = present;
}

export function useServer(present: Server): void {
  server = present;
}

/** A WebSocket whose other end is the `SeatServer` in use. Opens after 20 ms; frames take 5, on a good line. */
export class FakeSocket {
  static readonly OPEN = 1;
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(readonly url: string) {
    server.sockets.push(this);
    setTimeout(() => {
      if (server.isDown) return this.drop(1006);
      if (server.isSilent) return;
      this.readyState = 1;
      this.onopen?.();
    }, 20);
  }

  send(data: string): void {
    const to = server;
    line(() => this.readyState === 1 && to.take(this, JSON.parse(data)));
  }

  close(): void {
    this.readyState = 3;
  }

  arrive(data: string): void {
    line(() => this.readyState === 1 && this.onmessage?.({ data }));
  }

  drop(code: number): void {
    this.readyState = 3;
    setTimeout(() => this.onclose?.({ code }));
  }
}
