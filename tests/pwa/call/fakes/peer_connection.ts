/**
 * A small RTCPeerConnection: the signaling state machine of the W3C text (rollback, negotiation needed, operations one
 * after another), and an ICE that connects when both ends know each other's user fragment and a candidate of it.
 */

type Kind = "offer" | "answer";
interface Description {
  type: Kind;
  sdp: string;
}

let sessions = 0;
let clock: () => number = () => 0;
let flowing = false;

/** Every connection made since `resetConnections`. */
export const connections: FakePeerConnection[] = [];

/** `random` decides how long each operation takes, in milliseconds up to 30. `flow`: figures tell of what passes. */
export function resetConnections(random: () => number, flow = false): void {
  connections.length = 0;
  flowing = flow;
  clock = () => Math.floor(random() * 30);
}

export class FakeTrack {
  enabled = true;
  muted = false;
  readyState = "live";
  onended: (() => void) | null = null;
  constructor(
    readonly kind = "video",
    readonly label = "",
    readonly settings: Record<string, unknown> = {},
    private readonly onStop: () => void = () => undefined,
  ) {}
  getSettings() {
    return this.settings;
  }
  stop() {
    this.readyState = "ended";
    this.onStop();
  }
}

class FakeTransceiver {
  readonly sender = {
    track: null as FakeTrack | null,
    replaceTrack: async (track: FakeTrack | null) => {
      await Promise.resolve(); // Browsers have the former one until then.
      this.sender.track = track;
    },
    getParameters: () => ({ encodings: [{}] }),
    setParameters: async () => undefined,
  };
  readonly receiver: { track: FakeTrack };
  constructor(
    private readonly owner: FakePeerConnection,
    readonly kind: string,
    private wish: string,
  ) {
    this.receiver = { track: new FakeTrack(kind) };
  }
  get direction() {
    return this.wish;
  }
  set direction(direction: string) {
    this.wish = direction;
    this.owner.look();
  }
}

export class FakePeerConnection {
  signalingState = "stable";
  iceConnectionState = "new";
  iceGatheringState = "new";
  onnegotiationneeded: (() => void) | null = null;
  onicecandidate: ((event: { candidate: unknown }) => void) | null = null;
  ontrack: ((event: { track: FakeTrack }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  onicegatheringstatechange: (() => void) | null = null;
  localDescription: Description | null = null;
  private answered: Description | null = null;
  remoteDescription: Description | null = null;
  /** What a browser would have thrown at the page, had it not been caught. */
  readonly errors: string[] = [];
  readonly configurations: unknown[] = [];
  /** Set by a test to break the path. */
  isCut = false;
  /** Set by a test: bytes of a picture come, and no picture comes of them. */
  isBlind = false;
  /** Whether figures tell of what passes; else they are empty, as in a browser that tells nothing. */
  doesFlow = flowing;
  private bytes = 0;
  private pictureBytes = 0;
  private frames = 0;
  private readonly transceivers: FakeTransceiver[] = [];
  private readonly session = `${++sessions}`;
  private version = 1;
  private ufrag = "";
  private wantsRestart = false;
  private agreed = "";
  private stable: [Description | null, Description | null, string] = [null, null, ""];
  private candidates = new Set<string>();
  private chain: Promise<unknown> = Promise.resolve();
  private running = 0;
  private lastState = "new";

  constructor(configuration: unknown) {
    this.configurations.push(configuration);
    connections.push(this);
  }

  get connectionState(): string {
    if (this.signalingState === "closed") return "closed";
    return this.lastState;
  }

  addTransceiver(kind: string, { direction }: { direction: string }) {
    const transceiver = new FakeTransceiver(this, kind, direction);
    this.transceivers.push(transceiver);
    this.look();
    return transceiver;
  }

  getTransceivers() {
    return this.transceivers;
  }

  setConfiguration(configuration: unknown) {
    this.configurations.push(configuration);
  }

  restartIce() {
    this.wantsRestart = true;
    this.look();
  }

  async createAnswer(): Promise<Description> {
    await this.next(async () => this.chooseAnswer());
    return this.describe("answer");
  }

  /** With or without the answer that it made itself: the same. */
  setLocalDescription(): Promise<void> {
    return this.next(() => this.setLocal());
  }

  setRemoteDescription(description: Description): Promise<void> {
    if (description.type === "answer" && this.signalingState !== "have-local-offer" && this.running === 0)
      return this.fail("InvalidStateError");
    return this.next(() => this.setRemote(description));
  }

  addIceCandidate({ usernameFragment }: { usernameFragment: string }): Promise<void> {
    return this.next(async () => {
      if (!this.remoteDescription) return this.fail("InvalidStateError");
      // A description that overtook it has made it old: a browser says OperationError, and nothing is lost.
      if (ufragOf(this.remoteDescription) !== usernameFragment) throw new DOMException("", "OperationError");
      this.candidates.add(usernameFragment);
      checkPaths();
    });
  }

  /** Bytes come while the other end sends a track; a decoded picture with them where it sends one. */
  async getStats(): Promise<Map<string, object>> {
    const [far] = this.doesFlow ? connections.filter((peer) => this.isPairedWith(peer)) : [];
    const sent = far?.connectionState === "connected" ? far.sentKinds() : [];
    if (sent.length) this.bytes += 1_000;
    if (sent.includes("video")) this.pictureBytes += 500;
    if (sent.includes("video") && !this.isBlind) this.frames += 1;
    const pair = { type: "candidate-pair", selected: true, bytesReceived: this.bytes };
    const picture = {
      type: "inbound-rtp",
      kind: "video",
      bytesReceived: this.pictureBytes,
      framesDecoded: this.frames,
    };
    return new Map(this.doesFlow ? Object.entries({ pair, picture }) : []);
  }

  sentKinds(): string[] {
    return this.transceivers.filter(({ sender }) => sender.track).map(({ kind }) => kind);
  }

  close() {
    this.signalingState = "closed";
    checkPaths();
  }

  /** Fire negotiationneeded once the state allows. */
  look() {
    setTimeout(() => {
      if (this.signalingState === "stable" && this.running === 0 && this.isNeeded())
        this.onnegotiationneeded?.();
    });
  }

  isNeeded(): boolean {
    return this.wantsRestart || this.wishes() !== this.agreed;
  }

  isPairedWith(other: FakePeerConnection): boolean {
    const theirs = this.remoteDescription && ufragOf(this.remoteDescription);
    return (
      this.signalingState === "stable" &&
      theirs === other.ufrag &&
      other.ufrag !== "" &&
      (this.candidates.has(theirs) || other.candidates.has(this.ufrag))
    );
  }

  become(state: string) {
    if (state === this.lastState) return;
    this.lastState = state;
    this.onconnectionstatechange?.();
  }

  private wishes(): string {
    return this.transceivers.map(({ direction }) => direction).join();
  }

  private async setLocal(): Promise<void> {
    if (this.signalingState === "have-remote-offer") return this.answer();
    if (this.wantsRestart || !this.ufrag) this.ufrag = `${this.session}u${++this.version}`;
    this.localDescription = this.describe("offer");
    this.signalingState = "have-local-offer";
    this.gather();
  }

  private chooseAnswer(): void {
    const restarts = this.remoteDescription && ufragOf(this.remoteDescription) !== this.stable[2];
    if (this.answered === this.remoteDescription) return;
    if (!this.ufrag || restarts) this.ufrag = `${this.session}u${++this.version}`;
    this.answered = this.remoteDescription;
  }

  private answer(): void {
    this.chooseAnswer();
    this.localDescription = this.describe("answer");
    this.settle();
    this.gather();
  }

  private async setRemote(description: Description): Promise<void> {
    if (description.type === "answer") {
      if (this.signalingState !== "have-local-offer") return this.fail("InvalidStateError");
      this.remoteDescription = description;
      this.wantsRestart = false;
      return this.settle();
    }
    if (this.signalingState === "have-local-offer") [this.localDescription] = this.stable;
    this.remoteDescription = description;
    this.signalingState = "have-remote-offer";
    const offered = [...description.sdp.matchAll(/^m=(\w+)/gm)].slice(this.transceivers.length);
    for (const [, kind = ""] of offered) this.open(new FakeTransceiver(this, kind, "recvonly"));
  }

  private open(transceiver: FakeTransceiver): void {
    this.transceivers.push(transceiver);
    this.ontrack?.(transceiver.receiver);
  }

  private settle(): void {
    this.signalingState = "stable";
    this.agreed = this.wishes();
    const remote = this.remoteDescription ? ufragOf(this.remoteDescription) : "";
    this.stable = [this.localDescription, this.remoteDescription, remote];
    checkPaths();
    this.look();
  }

  private describe(type: Kind): Description {
    const lines = this.transceivers.map(({ kind }) => `m=${kind}\r\n`).join("");
    return {
      type,
      sdp: `v=0\r\no=- ${this.session} ${++this.version}\r\na=ice-ufrag:${this.ufrag}\r\n${lines}`,
    };
  }

  private gather(): void {
    const usernameFragment = this.ufrag;
    for (const port of [1, 2])
      setTimeout(() => {
        const candidate = `candidate:${port} ufrag ${usernameFragment}`;
        this.onicecandidate?.({ candidate: { candidate, sdpMid: "0", sdpMLineIndex: 0, usernameFragment } });
      }, clock());
  }

  private next(work: () => Promise<void> | void): Promise<void> {
    this.running += 1;
    const done = this.chain.then(async () => {
      await new Promise((resolve) => setTimeout(resolve, clock()));
      if (this.signalingState !== "closed") await work();
    });
    const after = () => {
      this.running -= 1;
      this.look();
    };
    this.chain = done.then(after, after);
    return done;
  }

  private fail(name: string): Promise<void> {
    this.errors.push(name);
    return Promise.reject(new DOMException(name, name));
  }
}

export function ufragOf({ sdp }: Description): string {
  return /a=ice-ufrag:(\S+)/.exec(sdp)?.[1] ?? "";
}

/** Connects the pairs that know each other, and disconnects those whose path a test has cut. */
export function checkPaths(): void {
  for (const one of connections) {
    const other = connections.find(
      (peer) => peer !== one && one.isPairedWith(peer) && peer.isPairedWith(one),
    );
    if (other && !one.isCut && !other.isCut) one.become("connected");
    else if (one.connectionState === "connected" && (one.isCut || other?.isCut)) one.become("disconnected");
  }
}
