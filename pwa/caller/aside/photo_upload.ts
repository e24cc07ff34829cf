import type { PhotoProgress, ProblemView } from "../../protocol.ts";
import { Refusal } from "../door.ts";

export interface PhotoUpload {
  photoId: string;
  photo: Blob;
  seatToken: string;
  /** Between 0 and 1. */
  onProgress(part: number): void;
  /** False once nobody wants it any more. */
  isWanted(): boolean;
}

/** Bytes. The server takes no more at once; a part that a slow path carries in a second is long enough. */
const LONGEST = 65_536;
const FIRST = 16_384;
const SHORTEST = 4_096;
const QUICK_MS = 1_000;
const PATIENCE_MS = 10_000;
/** The answer to the last part comes when the photo is kept. */
const LAST_PATIENCE_MS = 40_000;
const WAITS_MS = [300, 1_000, 2_000, 4_000];

/** No longer wanted: the call ended, or another photo was asked for. */
export class Unwanted extends Error {}

/**
 * Sends a photo in parts, over whatever network there is, from where it was cut. Rejects with a `Refusal` when the
 * server will not have it, with `Unwanted` when nobody waits for it any more.
 */
export async function uploadPhoto(upload: PhotoUpload): Promise<void> {
  const { size } = upload.photo;
  let [received, length, failures] = [0, FIRST, 0];
  while (received < size) {
    if (!upload.isWanted()) throw new Unwanted();
    const began = performance.now();
    try {
      // After a failure the server may have more than we know: an empty part asks.
      received = await put(upload, received, failures ? 0 : length);
      length = performance.now() - began < QUICK_MS ? Math.min(length * 2, LONGEST) : length;
      failures = 0;
      upload.onProgress(received / size);
    } catch (error) {
      if (error instanceof Refusal) throw error;
      length = Math.max(length / 2, SHORTEST);
      await wait(WAITS_MS[Math.min(failures++, WAITS_MS.length - 1)] ?? 0);
    }
  }
}

/** How much the server has after this part. */
async function put(
  { photo, photoId, seatToken }: PhotoUpload,
  from: number,
  length: number,
): Promise<number> {
  const isLast = from + length >= photo.size || length === 0;
  const cut = cutOff(isLast ? LAST_PATIENCE_MS : PATIENCE_MS);
  try {
    const answer = await fetch(`/api/join/photos/${photoId}?offset=${from}&total=${photo.size}`, {
      method: "PUT",
      headers: { Authorization: `Bearer ${seatToken}`, "Content-Type": "application/octet-stream" },
      body: photo.slice(from, from + length),
      signal: cut.signal,
    });
    if (answer.ok || answer.status === 409) return ((await answer.json()) as PhotoProgress).received;
    throw await trouble(answer);
  } finally {
    cut.end();
  }
}

/** Too many, or too busy: later. The rest is a refusal. */
async function trouble(answer: Response): Promise<Error> {
  if (answer.status === 429 || answer.status >= 500) return new Error();
  const problem: Partial<ProblemView> = await answer.json().catch(() => ({}));
  return new Refusal(problem.code ?? "photo-not-sent", answer.status);
}

/** Ends a request that takes too long, or whose network has just been replaced by another. */
function cutOff(patienceMs: number): { signal: AbortSignal; end(): void } {
  const abort = new AbortController();
  const now = () => abort.abort();
  const timer = setTimeout(now, patienceMs);
  addEventListener("online", now);
  const end = () => {
    clearTimeout(timer);
    removeEventListener("online", now);
  };
  return { signal: abort.signal, end };
}

/** Or until the network says that it is back. */
function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      removeEventListener("online", over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    addEventListener("online", over);
  });
}
