/** The server's routes, one function each. What can go wrong is an `ApiProblem` or an `Unreachable`. */
import type {
  AgendaView,
  AppointmentRequest,
  AppointmentView,
  CancelRequest,
  CurrentInvitation,
  GuestRequest,
  GuestView,
  ImmediateRequest,
  IncidentReport,
  InstanceView,
  IntakeDecision,
  IntakeView,
  InvitationRequest,
  InvitationView,
  MeetingSeatView,
  PhotosView,
  ProblemView,
  RecordRequest,
  SessionView,
  SignInChallenge,
  SignInCode,
  SignInRequest,
  TracesView,
  TrainingView,
} from "../protocol.ts";
import { noteServerDate } from "./clock.ts";

/** The server refused, and says why. `code` is stable; screens translate it. */
export class ApiProblem extends Error {
  readonly code: string;
  readonly status: number;
  readonly field: string | null;
  /** Seconds. */
  readonly retryAfterS: number | null;

  constructor(problem: ProblemView) {
    super(`${problem.status} ${problem.code}`);
    this.code = problem.code;
    this.status = problem.status;
    this.field = problem.field ?? null;
    this.retryAfterS = problem.retryAfterS ?? null;
  }
}

/** No answer of the server came: no network, a timeout, or a front whose server is down. */
export class Unreachable extends Error {}

/** Longer than any answer of a healthy server over a bad link; shorter than a dispatcher's patience. */
const TIMEOUT_MS = 8000;
const IMAGE_MS = 60_000;

/** What a front answers when it finds nobody behind it. */
const NOBODY_BEHIND = [502, 503, 504];

type Method = "GET" | "POST" | "PUT";

export const getInstance = () => ask<InstanceView>("GET", "/api/instance");
export const postSignIn = (body: SignInRequest) => ask<SignInChallenge>("POST", "/api/sign-in", body);
export const postSignInCode = (body: SignInCode) => ask<SessionView>("POST", "/api/sign-in/code", body);
export const postSignOut = () => ask<void>("POST", "/api/sign-out");
export const getSession = () => ask<SessionView>("GET", "/api/session");
export const postInvitation = (body: InvitationRequest) =>
  ask<InvitationView>("POST", "/api/invitations", body);
export const getCurrentInvitation = () => ask<CurrentInvitation>("GET", "/api/invitations/current");
export const postResend = (id: string, body: InvitationRequest) =>
  ask<InvitationView>("POST", `/api/invitations/${id}/resend`, body);
export const postCancel = (id: string) => ask<void>("POST", `/api/invitations/${id}/cancel`);
export const postFinish = (encounterId: string) => ask<void>("POST", `/api/encounters/${encounterId}/finish`);
export const getPhotos = (encounterId: string) =>
  ask<PhotosView>("GET", `/api/encounters/${encounterId}/photos`);
export const getAppointments = (query: AgendaQuery) =>
  ask<AgendaView>("GET", `/api/appointments${queryString(query)}`);
export const getAppointment = (id: string) => ask<AppointmentView>("GET", `/api/appointments/${id}`);
export const postAppointment = (body: AppointmentRequest) =>
  ask<AppointmentView>("POST", "/api/appointments", body);
export const putAppointment = (id: string, body: AppointmentRequest) =>
  ask<AppointmentView>("PUT", `/api/appointments/${id}`, body);
export const postAppointmentCancel = (id: string, body: CancelRequest) =>
  ask<AppointmentView>("POST", `/api/appointments/${id}/cancel`, body);
export const postAppointmentResend = (id: string) =>
  ask<AppointmentView>("POST", `/api/appointments/${id}/resend`);
export const postNoshow = (id: string) => ask<AppointmentView>("POST", `/api/appointments/${id}/noshow`);
export const postImmediate = (body: ImmediateRequest) =>
  ask<AppointmentView>("POST", "/api/appointments/immediate", body);
export const postTraining = () => ask<TrainingView>("POST", "/api/training");
export const postRecord = (id: string, body: RecordRequest) =>
  ask<AppointmentView>("POST", `/api/appointments/${id}/record`, body);
export const postMeetingSeat = (id: string) => ask<MeetingSeatView>("POST", `/api/appointments/${id}/seat`);
export const postParticipant = (encounterId: string, body: GuestRequest) =>
  ask<GuestView>("POST", `/api/encounters/${encounterId}/participants`, body);
export const getIntake = (encounterId: string) =>
  ask<IntakeView>("GET", `/api/encounters/${encounterId}/intake`);
export const putIntake = (encounterId: string, body: IntakeDecision) =>
  ask<IntakeView>("PUT", `/api/encounters/${encounterId}/intake`, body);
export const getTraces = (encounterId: string) =>
  ask<TracesView>("GET", `/api/encounters/${encounterId}/timeline`);
export const postIncident = (body: IncidentReport) => ask<void>("POST", "/api/incidents", body);

/** Which appointments: those that touch the time between two moments (milliseconds), and match what is searched. */
export interface AgendaQuery {
  from?: number;
  to?: number;
  search?: string;
  /** The newest first, instead of the order of time. */
  order?: "newest";
  /** What follows this appointment, the last of the page before. */
  after?: string;
}

function queryString(query: AgendaQuery): string {
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return pairs.length ? `?${pairs.join("&")}` : "";
}

async function ask<T>(method: Method, path: string, body?: object): Promise<T> {
  const response = await send(method, path, body);
  noteServerDate(response.headers.get("Date"));
  const answer = await content(response);
  if (response.ok) return answer as T;
  throw refusal(response.status, answer);
}

/** A photo's JPEG. It may take longer than an answer of the server. */
export async function getPhotoImage(encounterId: string, photoId: string): Promise<Blob> {
  const response = await send("GET", `/api/encounters/${encounterId}/photos/${photoId}`, undefined, IMAGE_MS);
  if (!response.ok) throw refusal(response.status, await content(response));
  return await response.blob().catch((cause) => {
    throw new Unreachable(`photo: ${cause}`);
  });
}

async function send(method: Method, path: string, body?: object, timeoutMs = TIMEOUT_MS): Promise<Response> {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), timeoutMs);
  try {
    return await fetch(path, {
      method,
      signal: control.signal,
      credentials: "same-origin",
      ...encoded(body),
    });
  } catch (cause) {
    throw new Unreachable(`${method} ${path}: ${cause}`);
  } finally {
    clearTimeout(timer);
  }
}

function encoded(body?: object): RequestInit {
  if (!body) return {};
  return { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
}

/** The decoded body; undefined when there is none or when it is not JSON. */
async function content(response: Response): Promise<unknown> {
  const text = await response.text().catch(() => "");
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

function refusal(status: number, answer: unknown): Error {
  if (isProblem(answer)) return new ApiProblem(answer);
  if (NOBODY_BEHIND.includes(status)) return new Unreachable(`status ${status}`);
  return new ApiProblem({ code: "unexpected", status });
}

function isProblem(answer: unknown): answer is ProblemView {
  return typeof answer === "object" && answer !== null && typeof (answer as ProblemView).code === "string";
}
