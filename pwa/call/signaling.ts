import {
  CloseCode,
  type FromClient,
  type FromServer,
  type Hello,
  type JoinMessages,
  type Welcome,
} from "../protocol.ts";
import { newId } from "./ids.ts";

/** `replaced`: another device or tab took the seat. `over`: finished. `refused`: the seat no longer holds. */
export type SocketState = "connecting" | "open" | "down" | "replaced" | "over" | "refused";

type Numbered = Extract<FromClient, { id: string }>;
export type WithoutId<M> = M extends unknown ? Omit<M, "id"> : never;
/** What a page sends; `Signaling` gives it its id. */
export type Draft = WithoutId<Numbered>;
export type EarlyMessage = JoinMessages["messages"][number];

export interface SignalingOptions {
  url: string;
  /** Name and version of the page, for the server's log. */
  page: string;
  /** Each message once, in order. */
  onMessage(message: FromServer): void;
  onState(state: SocketState): void;
  /** A frame of the caller's picture, outside the sequence. */
  onFrame?(bytes: ArrayBuffer): void;
  /** Carries messages by another way until the socket has first opened. Rejects when they did not arrive. */
  carry?(seatToken: string, messages: EarlyMessage[]): Promise<void>;
}

const PING_EVERY_MS = 10_000;
const ANSWER_WITHIN_MS = 5_000;
/** A socket that has just opened has a path; its first answer is one round trip away. */
const WELCOME_WITHIN_MS = 3_000;
const REPEAT_EVERY_MS = 3_000;
/** Unreadable for longer in a row than this: something that we keep saying is the cause. */
const SPOILED_LIMIT = 4;
const ACK_AFTER_MS = 200;
const HINT_EVERY_MS = 3_000;
/** JoinMessages takes no more. */
const EARLY_BATCH = 64;
const BACK_OFF_MS = 500;
/** Short, for both sides must be back within 10 s of a server's crash, its own start included (F7). */
const BACK_OFF_LIMIT_MS = 2_000;

const FINAL: Partial<Record<number, SocketState>> = {
  [CloseCode.REPLACED]: "replaced",
  [CloseCode.OVER]: "over",
  [CloseCode.NOT_AUTHENTICATED]: "refused",
  [CloseCode.NOT_ALLOWED]: "refused",
};
const NEGOTIATION = ["description", "candidate", "put-offer", "refresh-ice"];
const SOCKET_ONLY = ["put-offer", "refresh-ice", "switch-camera"];

/**
 * The seat's stream to the server: numbered, acknowledged, resumed after a drop (F6, F8).
 *
 * A new socket is opened beside a doubtful one and takes over when it is open, so that doubt costs nothing.
 */
export class Signaling {
  state: SocketState = "connecting";
  /** The one in use. What is written to it directly is outside the sequence and may be lost. */
  socket: WebSocket | null = null;
  private opening: WebSocket | null = null;
  private token: string | undefined;
  private epoch: string | null = null;
  private lastSeq = 0;
  private readonly pending = new Map<string, Numbered>();
  private failures = 0;
  /** How often in a row the server could not read us. */
  private spoiled = 0;
  /** The socket in use has been answered. */
  private isWelcome = false;
  private heardAt = 0;
  private hintedAt = Number.NEGATIVE_INFINITY;
  private carrying = false;
  private ackTimer: Timer;
  private pingTimer: Timer;
  private repeatTimer: Timer;
  private deadline: Timer;
  private openTimer: Timer;

  constructor(private readonly options: SignalingOptions) {}

  /** Open the socket. It waits for `start` to say hello. */
  connect(): void {
    if (this.opening || this.isEnded) return;
    clearTimeout(this.openTimer);
    const socket = new WebSocket(this.options.url);
    this.opening = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.greet();
    socket.onmessage = (event) => this.hear(socket, event.data);
    socket.onclose = (event) => this.lose(socket, event.code);
    this.openTimer = setTimeout(() => this.abandon(socket), ANSWER_WITHIN_MS);
  }

  /** Say hello with this seat token, now or as soon as the socket is open. */
  start(seatToken: string): void {
    this.token = seatToken;
    if (this.opening?.readyState === WebSocket.OPEN) this.greet();
    else this.connect();
    void this.carry();
  }

  /** Send once the socket allows; sent again, under the same id, until the server has dealt with it. */
  send(draft: Draft): string {
    const message = { ...draft, id: newId() } as Numbered;
    this.pending.set(message.id, message);
    if (this.state !== "open") void this.carry();
    else if (this.isWelcome) this.write(message); // Else the welcome repeats them all, in their order.
    return message.id;
  }

  /** The network may have changed, or the page is back: do not trust the present socket (F1, F6). */
  hint(): void {
    const now = performance.now();
    if (this.token === undefined || now - this.hintedAt < HINT_EVERY_MS) return;
    this.hintedAt = now;
    this.connect();
  }

  /** Begin the stream anew, as a page loaded anew would: whatever was amiss with it is left behind. */
  rejoin(): void {
    this.epoch = null;
    this.lastSeq = 0;
    this.connect();
  }

  close(): void {
    this.end("over");
  }

  private get isEnded(): boolean {
    return this.state === "replaced" || this.state === "over" || this.state === "refused";
  }

  private greet(): void {
    if (this.token === undefined || !this.opening) return;
    clearTimeout(this.openTimer);
    if (this.socket) release(this.socket);
    this.socket = this.opening;
    this.opening = null;
    this.isWelcome = false;
    const hello: Hello = {
      t: "hello",
      token: this.token,
      epoch: this.epoch,
      lastSeq: this.lastSeq,
      page: this.options.page,
    };
    this.write(hello);
    this.expectAnswer(this.socket, WELCOME_WITHIN_MS);
  }

  private write(message: FromClient): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private hear(socket: WebSocket, data: string | ArrayBuffer): void {
    if (socket !== this.socket) return;
    if (typeof data !== "string") return this.options.onFrame?.(data);
    const message = JSON.parse(data) as FromServer;
    if (message.t === "welcome") this.welcome(message);
    else if (!this.isWelcome) return this.connect();
    this.heardAt = performance.now();
    const seq = message.seq ?? 0;
    const isLost = message.t === "pong" && (message.last ?? 0) > this.lastSeq;
    if (isLost || seq > this.lastSeq + 1) this.connect();
    else if (seq === 0 || seq > this.lastSeq) this.take(message, seq);
  }

  private take(message: FromServer, seq: number): void {
    if (seq) this.acknowledge(seq);
    if (message.t === "confirmed") this.spoiled = 0;
    if ((message.t === "confirmed" || message.t === "refused") && message.id) this.pending.delete(message.id);
    this.options.onMessage(message);
  }

  private welcome(welcome: Welcome): void {
    if (!welcome.resumed) this.forget();
    this.isWelcome = true;
    this.epoch = welcome.epoch;
    this.failures = 0;
    this.become("open");
    this.keepAlive();
    this.repeat();
  }

  /** A new stream: the old numbers mean nothing, and the page will send its negotiation state afresh. */
  private forget(): void {
    this.lastSeq = 0;
    if (this.epoch === null) return;
    for (const [id, message] of this.pending) if (NEGOTIATION.includes(message.t)) this.pending.delete(id);
  }

  private acknowledge(seq: number): void {
    this.lastSeq = seq;
    this.ackTimer ??= setTimeout(() => {
      this.ackTimer = undefined;
      this.write({ t: "ack", seq: this.lastSeq });
    }, ACK_AFTER_MS);
  }

  private keepAlive(): void {
    clearTimeout(this.pingTimer);
    this.pingTimer = setTimeout(() => {
      this.write({ t: "ping" });
      if (this.socket) this.expectAnswer(this.socket);
      this.keepAlive();
    }, PING_EVERY_MS);
  }

  /** What is not confirmed, under the same ids: they count once. The pong tells of what we have missed. */
  private repeat(): void {
    clearTimeout(this.repeatTimer);
    this.repeatTimer = setTimeout(() => this.repeat(), REPEAT_EVERY_MS);
    for (const message of this.pending.values()) this.write(message);
    if (this.pending.size) this.write({ t: "ping" });
  }

  private expectAnswer(socket: WebSocket, withinMs = ANSWER_WITHIN_MS): void {
    const askedAt = performance.now();
    clearTimeout(this.deadline);
    this.deadline = setTimeout(() => {
      if (this.heardAt < askedAt) this.abandon(socket);
    }, withinMs);
  }

  /** A half-open socket may take minutes to close by itself: let go of it now. */
  private abandon(socket: WebSocket): void {
    if (socket === this.opening && socket.readyState === WebSocket.OPEN) return;
    release(socket);
    this.lose(socket, 1006);
  }

  private lose(socket: WebSocket, code: number): void {
    if (socket === this.opening) {
      this.opening = null;
      this.hintedAt = Number.NEGATIVE_INFINITY; // Tried in vain: the next hint counts.
    } else if (socket === this.socket) this.socket = null;
    else return;
    const final = FINAL[code];
    if (final) this.end(final);
    else if (!this.socket) this.comeBack(code);
  }

  private comeBack(code: number): void {
    clearTimeout(this.pingTimer);
    if ((code === CloseCode.BAD_MESSAGE || code === CloseCode.TOO_BIG) && ++this.spoiled > SPOILED_LIMIT)
      this.pending.clear();
    this.become("down");
    if (this.token === undefined || this.opening) return;
    clearTimeout(this.openTimer);
    this.openTimer = setTimeout(() => this.connect(), this.delay(code));
  }

  /** Milliseconds to wait: next to nothing at first, then doubling, never in step with other pages. */
  private delay(code: number): number {
    const tries = this.failures++ + (code === CloseCode.TOO_MANY ? 2 : 0);
    if (tries === 0) return Math.random() * 300;
    return Math.min(BACK_OFF_LIMIT_MS, BACK_OFF_MS * 2 ** tries) * (0.5 + Math.random() / 2);
  }

  private end(state: SocketState): void {
    this.become(state);
    this.pending.clear();
    for (const timer of [this.ackTimer, this.pingTimer, this.repeatTimer, this.deadline, this.openTimer])
      clearTimeout(timer);
    for (const socket of [this.socket, this.opening]) if (socket) release(socket);
    this.socket = this.opening = null;
  }

  private become(state: SocketState): void {
    if (state === this.state) return;
    this.state = state;
    this.options.onState(state);
  }

  /** Until the first welcome, messages go by `options.carry`; the socket repeats what did not arrive. */
  private async carry(): Promise<void> {
    const { carry } = this.options;
    if (!carry || this.carrying || this.epoch !== null || this.token === undefined) return;
    const batch = [...this.pending.values()].filter(isEarly).slice(0, EARLY_BATCH);
    if (!batch.length) return;
    this.carrying = true;
    const hasArrived = await carry(this.token, batch).then(
      () => true,
      () => false,
    );
    this.carrying = false;
    if (!hasArrived) return;
    for (const { id } of batch) this.pending.delete(id);
    await this.carry();
  }
}

type Timer = ReturnType<typeof setTimeout> | undefined;

function isEarly(message: Numbered): message is EarlyMessage {
  return !SOCKET_ONLY.includes(message.t);
}

function release(socket: WebSocket): void {
  socket.onopen = socket.onmessage = socket.onclose = null;
  socket.close();
}
