/** In the head of the page: asks who is calling while the rest of the page is still on its way. */
import type { DoorRequest, EnterRequest, IntakeAnswer, JoinMessages } from "../protocol.ts";

declare global {
  /** POST /api/join/… */
  function ask(
    action: string,
    body: DoorRequest | EnterRequest | IntakeAnswer | JoinMessages,
  ): Promise<Response>;
  /** The answer to `peek`, if it could be asked at once on the connection that brings the page. */
  var early: Promise<Response> | undefined;
}

globalThis.ask = (action, body) =>
  fetch(`/api/join/${action}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

// Under HTTP/1.1 a request beside the page would open a second connection: three round trips for one.
const [page] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
if (location.hash && page && (/h[23]/.test(page.nextHopProtocol) || page.responseEnd))
  globalThis.early = ask("peek", { token: location.hash.slice(1) });
globalThis.early?.catch(() => undefined);
