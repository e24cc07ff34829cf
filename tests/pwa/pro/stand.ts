/** A small server, socket and connection that live in memory: the screens run whole, without a network. */
import { vi } from "vitest";
import type {
  AppointmentView,
  FromServer,
  IntakeView,
  InvitationView,
  MeetingSeatView,
  ParticipantView,
  PatientIdentity,
  ProblemView,
  SessionView,
} from "../../../pwa/protocol.ts";

export interface Sent {
  method: string;
  path: string;
  body: unknown;
}

type Answer = { status?: number; body?: unknown } | "silence";

/** Answers by « METHOD /path », with its query or without; a list is used up one by one, its last answer stays. */
export class Server {
  readonly sent: Sent[] = [];
  /** Called when a request has arrived and before its answer leaves. */
  beforeAnswer: (route: string) => void = () => undefined;
  private readonly answers = new Map<string, Answer[]>();

  constructor() {
    vi.stubGlobal("fetch", (path: string, init: RequestInit) => this.serve(path, init));
  }

  on(route: string, ...answers: Answer[]): this {
    this.answers.set(route, answers);
    return this;
  }

  problem(route: string, problem: Partial<ProblemView> & { code: string; status: number }): this {
    return this.on(route, { status: problem.status, body: problem });
  }

  bodies(path: string): unknown[] {
    return this.sent.filter((sent) => sent.path === path).map(({ body }) => body);
  }

  private answersTo(method: string, path: string): Answer[] {
    const [bare = path] = path.split("?");
    const found = this.answers.get(`${method} ${path}`) ?? this.answers.get(`${method} ${bare}`);
    return found ?? [{ status: 404, body: { code: "not-found", status: 404 } }];
  }

  private async serve(path: string, init: RequestInit): Promise<Response> {
    const method = init.method ?? "GET";
    this.sent.push({ method, path, body: init.body ? JSON.parse(String(init.body)) : undefined });
    this.beforeAnswer(`${method} ${path}`);
    const answers = this.answersTo(method, path);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (!answer || answer === "silence") throw new TypeError("Failed to fetch");
    const text = answer.body === undefined ? null : JSON.stringify(answer.body);
    return new Response(text, { status: answer.status ?? (text ? 200 : 204) });
  }
}

/** The server's end of the page's socket. */
export class Socket {
  static opened: Socket[] = [];
  static readonly OPEN = 1;
  readyState = 1;
  readonly heard: Record<string, unknown>[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(readonly url: string) {
    Socket.opened.push(this);
    queueMicrotask(() => this.onopen?.());
  }

  static get last(): Socket {
    const socket = Socket.opened[Socket.opened.length - 1];
    if (!socket) throw new Error("no socket was opened");
    return socket;
  }

  send(data: string): void {
    const message = JSON.parse(data) as Record<string, unknown>;
    this.heard.push(message);
    if (message.t === "hello") this.say({ ...WELCOME });
  }

  say(message: FromServer): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  /** The server closes. */
  end(code: number): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  close(): void {
    this.readyState = 3;
  }

  /** The one that said hello with this token. */
  static of(token: string): Socket {
    const socket = [...Socket.opened].reverse().find(({ heard }) => heard[0]?.token === token);
    if (!socket) throw new Error(`no socket for ${token}`);
    return socket;
  }

  static reported(step: string): boolean {
    return Socket.opened.some(({ heard }) => heard.some((message) => message.step === step));
  }
}

const WELCOME: FromServer = {
  t: "welcome",
  epoch: "1",
  role: "dispatcher",
  resumed: true,
  peerPresent: false,
  iceServers: [],
  version: "1.0.0",
};

/** A connection on which nothing ever comes; it remembers whether it was closed. */
class Connection {
  static open = 0;
  connectionState = "new";
  signalingState = "stable";
  iceGatheringState = "complete";
  localDescription = null;
  remoteDescription = null;

  constructor() {
    Connection.open += 1;
  }

  addTransceiver() {
    return { receiver: { track: { kind: "video" } }, sender: { track: null }, direction: "recvonly" };
  }

  getTransceivers() {
    return [];
  }

  async setLocalDescription() {}

  async getStats() {
    return new Map();
  }

  close() {
    if (this.signalingState !== "closed") Connection.open -= 1;
    this.signalingState = "closed";
  }
}

/** Connections that were opened and not closed. */
export function openConnections(): number {
  return Connection.open;
}

export function plugIn(): Server {
  Socket.opened = [];
  Connection.open = 0;
  vi.stubGlobal("WebSocket", Socket);
  vi.stubGlobal("RTCPeerConnection", Connection);
  return new Server();
}

export const DISPATCHER: SessionView = {
  username: "regulateur",
  displayName: "Camille Le Goff",
  role: "dispatcher",
  organizationName: "SAMU 44",
  modules: ["dispatch"],
  demo: false,
  version: "1.0.0",
};

export const INVITATION: InvitationView = {
  id: "invitation1",
  encounterId: "encounter1",
  status: "sent",
  link: "https://samu.example.fr/j#token23456",
  code: "K7M4QP",
  qrSvg: "<svg xmlns='http://www.w3.org/2000/svg'/>",
  expiresAt: Date.now() + 3_600_000,
  seatToken: "seat",
  iceServers: [],
  deliveries: [{ channel: "sms", to: "+33612345678", status: "waiting" }],
  timeline: [{ step: "invitation-created", at: Date.now() }],
};

export const PRACTITIONER: SessionView = {
  username: "medecin",
  displayName: "Dr Anne Kermadec",
  role: "practitioner",
  organizationName: "CHU de Nantes",
  modules: ["teleconsultation"],
  demo: false,
  version: "1.0.0",
};

export const IDENTITY: PatientIdentity = {
  birthName: "DURAND",
  birthFirstNames: "JEANNE MARIE",
  birthDate: "1948-03-12",
  sex: "female",
  birthPlaceCode: "44109",
  usedName: null,
  usedFirstName: null,
  insNumber: null,
  identityStatus: "provisional",
};

const MINUTE = 60_000;

/** Begins in ten minutes; its link is open. */
export function visit(changes: Partial<AppointmentView> = {}): AppointmentView {
  const startAt = Date.now() + 10 * MINUTE;
  return {
    id: "visit1",
    encounterId: "encounter9",
    status: "booked",
    encounterStatus: "planned",
    startAt,
    endAt: startAt + 20 * MINUTE,
    opensAt: startAt - 15 * MINUTE,
    closesAt: startAt + 50 * MINUTE,
    patientName: "Jeanne DURAND",
    patient: IDENTITY,
    reason: "Suivi de plaie",
    contactRole: "patient",
    contactName: "",
    phone: "+33612345678",
    email: null,
    channel: "sms",
    language: "fr",
    isImmediate: false,
    hasRecord: true,
    link: "https://chu.example.fr/j#token23456",
    code: "K7M4QP",
    qrSvg: "<svg xmlns='http://www.w3.org/2000/svg'/>",
    deliveries: [{ channel: "sms", to: "+33612345678", status: "sent" }],
    waiting: 0,
    precall: null,
    cancelledBecause: "",
    version: 1,
    ...changes,
  };
}

export function participant(changes: Partial<ParticipantView> = {}): ParticipantView {
  return {
    id: "patient1",
    role: "patient",
    name: "Jeanne DURAND",
    status: "waiting",
    present: true,
    freshAt: 1,
    microphone: true,
    camera: true,
    waitingSince: Date.now(),
    ...changes,
  };
}

export function seatIn(appointment: AppointmentView): MeetingSeatView {
  return { seatToken: "own-seat", participantId: "doctor1", appointment };
}

export const INTAKE: IntakeView = {
  consent: true,
  consentAt: Date.now(),
  consentBy: "patient",
  refusalReason: "",
  place: "Chez elle, à Rezé",
  callbackPhone: "+33612345678",
  present: "Sa fille",
  identityCheckedAt: null,
  identityMeans: "",
  suitability: null,
};
