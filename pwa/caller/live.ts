import * as words from "@words";
import { h, icon } from "./dom.ts";
import type { Gestures, Scene } from "./screen.ts";
import type { View } from "./view.ts";
import { fill } from "./words.ts";

const FLIP = "M4 9a8 8 0 0 1 14-3l2 2M20 4v4h-4M20 15a8 8 0 0 1-14 3l-2-2M4 20v-4h4";
const STOP = "M7 7h10v10H7z";
const SIGHTS = { connecting: words.liveConnecting, seen: words.liveSeen, lost: words.liveLost };

/** The picture that leaves the phone, one sentence of state, and the two gestures, always there (C20). */
export function drawLive(_: Scene, gestures: Gestures): View {
  const own = film(words.liveOwn);
  const theirs = film(words.liveTheirs);
  theirs.className = "theirs";
  const state = h("p", { className: "state" });
  state.setAttribute("role", "status");
  const notice = h("p", { className: "notice" });
  notice.setAttribute("role", "status");
  const flip = round(words.liveFlip, FLIP, () => gestures.flip());
  const stop = round(words.liveStop, STOP, () => gestures.stop());
  stop.className = "stop";
  return {
    nodes: [state, notice, own, theirs, h("div", { className: "bar" }, flip, stop)],
    update: (scene) => {
      tell(scene, state, notice);
      play(own, scene.picture);
      own.classList.toggle("mirrored", scene.isMirrored);
      play(theirs, scene.theirs);
    },
  };
}

function tell({ screen, caller }: Scene, state: HTMLElement, notice: HTMLElement): void {
  if (screen.is !== "live") return;
  say(state, fill(screen.note || SIGHTS[screen.sight], caller));
  say(notice, fill(screen.notice || "", caller));
}

/** Only what has changed is said aloud. */
function say(line: HTMLElement, text: string): void {
  if (line.textContent !== text) line.textContent = text;
}

/** Muted and inline, always: otherwise an iPhone would go full screen and silence the call (F30). */
function film(label: string): HTMLVideoElement {
  const video = h("video", { muted: true, playsInline: true, hidden: true });
  video.setAttribute("aria-label", label);
  return video;
}

function play(video: HTMLVideoElement, picture: MediaStream | null): void {
  if (video.srcObject === picture) return;
  video.srcObject = picture;
  video.hidden = picture === null;
  void video.play().catch(() => undefined);
}

function round(text: string, path: string, onclick: () => void): HTMLButtonElement {
  return h("button", { onclick }, icon(path), text);
}
