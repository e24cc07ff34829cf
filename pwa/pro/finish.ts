/** Telling the server that an encounter is over, again and again until it has heard (F7). */
import { ApiProblem, postFinish } from "../ui/api.ts";
import { asked, session } from "./session.ts";

const AGAIN_MS = 3000;

let unfinished: string | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Raises what went wrong; it is tried again all the same. */
export async function finish(encounterId: string): Promise<void> {
  unfinished = encounterId;
  clearTimeout(timer);
  try {
    await asked(postFinish(encounterId));
  } catch (error) {
    if (!isOver(error)) {
      timer = setTimeout(() => void finishQuietly(), AGAIN_MS);
      throw error;
    }
  }
  unfinished = null;
}

/** Before anything new begins: one invitation at a time. */
export async function finishPending(): Promise<void> {
  if (unfinished) await finish(unfinished);
}

/** Signed out, nobody may finish anything: the next sign-in does it. */
async function finishQuietly(): Promise<void> {
  if (session.value) await finishPending().catch(() => undefined);
}

/** The server says that there is nothing left to end. */
export function isOver(error: unknown): boolean {
  return error instanceof ApiProblem && [404, 409, 410].includes(error.status);
}
