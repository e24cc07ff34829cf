import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Unwanted, uploadPhoto } from "../../../pwa/caller/aside/photo_upload.ts";
import { Refusal } from "../../../pwa/caller/door.ts";

const SIZE = 200_000;

/** The server's side, with a network that a test can break. */
class Host {
  bytes = 0;
  offsets: number[] = [];
  lengths: number[] = [];
  /** What happens to the request of this number instead of its answer. */
  troubles = new Map<number, "no-network" | "answer-lost" | number>();
  private count = 0;

  async answer(url: string, { body, signal }: { body: Blob; signal: AbortSignal }): Promise<Response> {
    const trouble = this.troubles.get(this.count++);
    if (trouble === "no-network") throw new TypeError("no network");
    if (typeof trouble === "number") return json({ code: "photo-heic" }, trouble);
    const offset = Number(new URL(url, "http://x").searchParams.get("offset"));
    if (body.size > 0) this.offsets.push(offset);
    this.lengths.push(body.size);
    const fits = body.size === 0 || offset === this.bytes;
    if (fits) this.bytes += body.size;
    if (trouble === "answer-lost") throw new TypeError("cut");
    expect(signal.aborted).toBe(false);
    return json({ received: this.bytes }, fits ? 200 : 409);
  }
}

function json(body: object, status: number): Response {
  return new Response(JSON.stringify(body), { status });
}

let host: Host;
const progress: number[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  host = new Host();
  progress.length = 0;
  vi.stubGlobal("fetch", (url: string, init: { body: Blob; signal: AbortSignal }) => host.answer(url, init));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function upload(isWanted = () => true): Promise<void> {
  const done = uploadPhoto({
    photoId: "p1",
    photo: new Blob([new Uint8Array(SIZE)]),
    seatToken: "seat",
    onProgress: (part) => progress.push(part),
    isWanted,
  });
  const settled = done.catch(() => undefined).then(() => true);
  while (!(await Promise.race([settled, vi.advanceTimersByTimeAsync(100).then(() => false)])));
  await done;
}

it("arrives whole, with its progress, in parts that grow on a quick network", async () => {
  await upload();
  expect(host.bytes).toBe(SIZE);
  expect(progress.at(-1)).toBe(1);
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
  expect(host.lengths[0]).toBe(16_384);
  expect(Math.max(...host.lengths)).toBe(65_536);
});

it("goes on where it was when the network comes back", async () => {
  for (const lost of [2, 3, 4, 5]) host.troubles.set(lost, "no-network");
  await upload();
  expect(host.bytes).toBe(SIZE);
  expect(new Set(host.offsets).size).toBe(host.offsets.length);
});

it("sends nothing twice when only the answer was lost", async () => {
  host.troubles.set(1, "answer-lost");
  await upload();
  expect(host.bytes).toBe(SIZE);
  expect(new Set(host.offsets).size).toBe(host.offsets.length);
});

it("begins again when the server has forgotten it", async () => {
  const wanted = vi.fn(() => {
    if (wanted.mock.calls.length === 3) host.bytes = 0;
    return true;
  });
  await upload(wanted);
  expect(host.bytes).toBe(SIZE);
});

it.each([429, 500, 503])("waits when the server says %i", async (status) => {
  host.troubles.set(0, status);
  host.troubles.set(1, status);
  await upload();
  expect(host.bytes).toBe(SIZE);
});

it.each([400, 401, 403, 410])("gives up when the server refuses with %i, and says why", async (status) => {
  host.troubles.set(1, status);
  await expect(upload()).rejects.toEqual(new Refusal("photo-heic", status));
});

it("stops when nobody waits for it any more", async () => {
  let left = 2;
  await expect(upload(() => left-- > 0)).rejects.toBeInstanceOf(Unwanted);
  expect(host.bytes).toBeLessThan(SIZE);
});

it("tries at once when the system says that the network is back", async () => {
  for (let lost = 1; lost < 6; lost++) host.troubles.set(lost, "no-network");
  const began = Date.now();
  const timer = setInterval(() => dispatchEvent(new Event("online")), 50);
  await upload();
  clearInterval(timer);
  expect(Date.now() - began).toBeLessThan(2_000);
});
