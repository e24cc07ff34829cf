/** « Changer de caméra » from the dispatcher's side: asked, then done, failed, or no answer (S52). */
import type { PeerCamera } from "../protocol.ts";
import { cameraSwitch } from "./dispatch-state.ts";

/** The phone answers in one round trip and the opening of a camera; longer than this, it will not. */
const ANSWER_WITHIN_MS = 8000;
/** The outcome is said for a while, then the place is free for other news. */
const SAID_MS = 10_000;

let timer: ReturnType<typeof setTimeout> | undefined;

export function switchAsked(): void {
  cameraSwitch.value = "asked";
  clearTimeout(timer);
  timer = setTimeout(() => became("silent"), ANSWER_WITHIN_MS);
}

export function switchAnswered({ failed }: PeerCamera): void {
  if (cameraSwitch.value === "asked") became(failed ? "failed" : "done");
}

export function forgetSwitch(): void {
  clearTimeout(timer);
  cameraSwitch.value = null;
}

/** The caller may change it too: a step of the timeline all the same. */
export function isOtherSide(now: PeerCamera, before: PeerCamera | null): boolean {
  return Boolean(now.facing && before?.facing && now.facing !== before.facing);
}

function became(outcome: "done" | "failed" | "silent"): void {
  cameraSwitch.value = outcome;
  clearTimeout(timer);
  timer = setTimeout(forgetSwitch, SAID_MS);
}
