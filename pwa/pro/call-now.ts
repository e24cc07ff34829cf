/** The call as it is this second: its status, and what to say. Reading it in a screen renews that screen. */
import { ticking } from "../ui/clock.ts";
import type { Advice } from "./advice.ts";
import { type CallStatus, callStatus } from "./call-status.ts";
import { isPictureShown, lastStep, link, rung, source, timeline } from "./dispatch-state.ts";
import { frameAgeMs } from "./picture.tsx";
import { currentAdvice } from "./say-card.tsx";
import type { Key } from "./words.ts";

/** No picture for longer than this calls for another sentence. */
const LONG_MS = 20_000;

export function currentStatus(): CallStatus {
  void ticking.value;
  return callStatus({
    timeline: timeline.value,
    link: link.value,
    rung: rung.value,
    source: source.value,
    isPictureShown: isPictureShown.value,
    frameAgeMs: frameAgeMs(),
  });
}

/** What is said in a call whatever the timeline had last: its steps come by several ways, and some come late. */
const SAID: Partial<Record<CallStatus, Key>> = {
  live: "say.first-frame",
  connecting: "say.connecting",
  frames: "say.frames-started",
  stills: "say.stills-started",
  photo: "say.photo-offered",
  paused: "say.caller-paused",
  frozen: "say.camera-frozen",
  left: "say.caller-left",
};
/** These have words of their own, for what has just happened. */
const HAS_OWN_WORDS = /^(photo-|camera-frozen|caller-left)/;

/** The timeline remembers a picture; what counts in a call is whether there is one now. */
export function callAdvice(status: CallStatus): Advice {
  const said = SAID[status];
  const isStuck = status === "frozen" || status === "left";
  if (said && !HAS_OWN_WORDS.test(lastStep.value?.step ?? ""))
    return { say: said, tip: null, stuck: isStuck };
  if (status !== "reconnecting" && status !== "stalled") return currentAdvice();
  const isLong = frameAgeMs() > LONG_MS;
  return { say: isLong ? "say.connection-lost.long" : "say.connection-lost", tip: null, stuck: true };
}
