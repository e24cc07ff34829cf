import type { EarlyMessage } from "../call/signaling.ts";
import type {
  CameraRequest,
  DoorRequest,
  EnterRequest,
  GuestView,
  IntakeAnswer,
  JoinMessages,
  PeekView,
  ProblemView,
  SeatView,
} from "../protocol.ts";
import type {} from "./early.ts";

const PATIENCE_MS = 10_000;

/** The server said no, and why. Whatever else a request rejects with is the network. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
  ) {
    super(code);
  }
}

/** The last word of a page that closes: the browser sends it after the page is gone. */
export function carryLast(seatToken: string, message: EarlyMessage): void {
  const body = JSON.stringify({ seatToken, messages: [message] });
  navigator.sendBeacon("/api/join/messages", new Blob([body], { type: "application/json" }));
}

/** POST /api/join/… */
export function post(action: "peek", body: DoorRequest): Promise<PeekView>;
export function post(action: "enter", body: EnterRequest): Promise<SeatView>;
export function post(action: "messages", body: JoinMessages): Promise<void>;
export function post(action: "intake", body: IntakeAnswer): Promise<void>;
export function post(action: "camera", body: CameraRequest): Promise<GuestView>;
export async function post(action: string, body: object): Promise<unknown> {
  const asked = globalThis.early ?? ask(action, body);
  globalThis.early = undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(reject, PATIENCE_MS);
  });
  return Promise.race([asked.then(read), late]).finally(() => clearTimeout(timer));
}

async function read(answer: Response): Promise<unknown> {
  if (answer.ok) return answer.status === 204 ? undefined : answer.json();
  throw await refusal(answer);
}

/** A front that cannot reach the server answers with a page of its own: that is the network, not a refusal. */
async function refusal(answer: Response): Promise<Error> {
  if (answer.status >= 500) return new Error();
  const problem: Partial<ProblemView> = await answer.json().catch(() => ({}));
  return new Refusal(problem.code ?? "", answer.status);
}
