import { afterEach, expect, it, vi } from "vitest";
import { ApiProblem, getSession, postCancel, postSignIn, Unreachable } from "../../../pwa/ui/api.ts";

afterEach(() => vi.unstubAllGlobals());

function answer(status: number, body: string | null, type = "application/json"): void {
  vi.stubGlobal("fetch", async () => new Response(body, { status, headers: { "Content-Type": type } }));
}

async function failure(request: Promise<unknown>): Promise<unknown> {
  return request.then(
    () => null,
    (error: unknown) => error,
  );
}

it("gives a refusal as a problem with its stable code, its field and its delay", async () => {
  const problem = { code: "too-many-tries", status: 429, field: "username", retryAfterS: 30 };
  answer(429, JSON.stringify(problem), "application/problem+json");
  const error = await failure(postSignIn({ username: "a", password: "b" }));
  expect(error).toBeInstanceOf(ApiProblem);
  expect(error).toMatchObject(problem);
});

it("takes an empty answer as done", async () => {
  answer(204, null);
  expect(await postCancel("1")).toBeUndefined();
});

it("tells a missing network from a refusal", async () => {
  vi.stubGlobal("fetch", async () => {
    throw new TypeError("Failed to fetch");
  });
  expect(await failure(getSession())).toBeInstanceOf(Unreachable);
});

it("takes a front with nobody behind it as a missing server, not as a refusal [F7]", async () => {
  answer(502, "<html>Bad gateway</html>", "text/html");
  expect(await failure(getSession())).toBeInstanceOf(Unreachable);
});

it("gives an answer that it does not understand a code of its own", async () => {
  answer(500, "oops", "text/plain");
  expect(await failure(getSession())).toMatchObject({ code: "unexpected", status: 500 });
});

it("gives up waiting after 8 s", async () => {
  vi.useFakeTimers();
  vi.stubGlobal(
    "fetch",
    (_: string, { signal }: RequestInit) =>
      new Promise((_resolve, reject) =>
        signal?.addEventListener("abort", () => reject(new Error("aborted"))),
      ),
  );
  const waiting = failure(getSession());
  await vi.advanceTimersByTimeAsync(8000);
  expect(await waiting).toBeInstanceOf(Unreachable);
  vi.useRealTimers();
});
