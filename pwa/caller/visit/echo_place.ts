/** The echo test of the server: /api/join/echo. */
import type { EchoAnswer, EchoPlace, EchoView, ProblemView } from "../../protocol.ts";

/** Every place is taken, or this server has no echo. */
export class NoEcho extends Error {
  constructor(
    readonly code: string,
    readonly retryAfterS: number,
  ) {
    super(code);
  }
}

export function takePlace(token: string): Promise<EchoPlace> {
  return ask<EchoPlace>("POST", "", { token });
}

export function openEcho(id: string, sdp: string): Promise<EchoAnswer> {
  return ask<EchoAnswer>("PUT", `/${id}`, { sdp });
}

export function viewEcho(id: string): Promise<EchoView> {
  return ask<EchoView>("GET", `/${id}`);
}

/** Judged now, by what has come so far. */
export function endEcho(id: string): Promise<void> {
  return ask<void>("DELETE", `/${id}`);
}

/** Rejects with NoEcho when the server says no, and as `fetch` does when the network is away. */
async function ask<T>(method: string, path: string, body?: object): Promise<T> {
  const sent = body && { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
  const answer = await fetch(`/api/join/echo${path}`, { method, ...sent });
  if (answer.ok) return answer.status === 204 ? (undefined as T) : answer.json();
  const problem: Partial<ProblemView> = await answer.json().catch(() => ({}));
  throw new NoEcho(problem.code ?? "", problem.retryAfterS ?? 0);
}
