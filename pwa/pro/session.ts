/** Who is signed in, whether the server answers, and what this installation is. */
import { computed, signal } from "@preact/signals";
import type { InstanceView, SessionView } from "../protocol.ts";
import { ApiProblem, getInstance, getSession, postSignOut } from "../ui/api.ts";

/** undefined: not asked yet. null: nobody, or no longer. */
export const session = signal<SessionView | null | undefined>(undefined);
export const instance = signal<InstanceView | null>(null);
/** False from a request without an answer to the next answer. */
export const serverAnswers = signal(true);
/** The session ended by itself (not by « Se déconnecter »): the sign-in page says so. */
export const sessionExpired = signal(false);

/** A newer server than this page: reload when nothing is under way, never in a call (F57). */
export const isOutdated = computed(() => {
  const version = session.value?.version ?? instance.value?.version;
  loadedVersion ??= version;
  return version !== undefined && version !== loadedVersion;
});
let loadedVersion: string | undefined;

/** Waits between two tries to reach the server, in seconds; then always the last. */
const RETRY_S = [1, 2, 3, 5];
/** Often enough to notice an expired session before a caller does; it keeps the session alive through the shift (S46). */
const REFRESH_MS = 240_000;

let retrying: ReturnType<typeof setTimeout> | undefined;
let triesWithoutAnswer = 0;

/** Run a request, and learn from it whether the server answers and whether the session holds. */
export async function asked<T>(request: Promise<T>): Promise<T> {
  try {
    const answer = await request;
    noteAnswer();
    return answer;
  } catch (error) {
    learnFrom(error);
    throw error;
  }
}

function noteAnswer(): void {
  triesWithoutAnswer = 0;
  serverAnswers.value = true;
}

function learnFrom(error: unknown): void {
  if (!(error instanceof ApiProblem)) {
    tryAgainLater();
    return;
  }
  noteAnswer();
  if (error.status !== 401 || !session.value) return;
  sessionExpired.value = true;
  session.value = null;
}

function tryAgainLater(): void {
  serverAnswers.value = false;
  if (retrying) return;
  const waitS = RETRY_S[Math.min(triesWithoutAnswer, RETRY_S.length - 1)] ?? 5;
  triesWithoutAnswer += 1;
  retrying = setTimeout(() => {
    retrying = undefined;
    void refreshSession();
  }, waitS * 1000);
}

/** Ask who is signed in. A server that does not answer changes nothing. */
export async function refreshSession(): Promise<void> {
  try {
    session.value = await asked(getSession());
  } catch (error) {
    if (error instanceof ApiProblem) session.value = null;
  }
}

export function signedIn(view: SessionView): void {
  sessionExpired.value = false;
  session.value = view;
}

export async function signOut(): Promise<void> {
  await asked(postSignOut()).catch(() => undefined);
  sessionExpired.value = false;
  session.value = null;
}

export async function learnInstance(): Promise<void> {
  instance.value = await asked(getInstance()).catch(() => instance.value);
}

/** Stay fresh through sleep, network loss and hours of waiting. Returns how to stop. */
export function keepSession(): () => void {
  const refresh = () => {
    if (document.visibilityState === "visible" && session.value) void refreshSession();
  };
  document.addEventListener("visibilitychange", refresh);
  addEventListener("online", refresh);
  const timer = setInterval(() => session.value && void refreshSession(), REFRESH_MS);
  return () => {
    document.removeEventListener("visibilitychange", refresh);
    removeEventListener("online", refresh);
    clearInterval(timer);
  };
}
