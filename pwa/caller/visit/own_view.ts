import * as words from "@words";
import { h } from "../dom.ts";
import { status, tell } from "./face.ts";
import type { OwnMedia } from "./own_media.ts";

const METER_EVERY_MS = 100;

export interface OwnView {
  node: HTMLElement;
  update(): void;
  leave(): void;
}

/** One's own picture as in a mirror, and what the microphone hears: a bar for the eye, a sentence for everybody. */
export function ownView(own: OwnMedia): OwnView {
  const video = h("video", { muted: true, playsInline: true });
  video.setAttribute("aria-label", words.liveOwn);
  const placard = h("p", { className: "placard" });
  const bar = h("span", { className: "level" });
  const line = status("hearing");
  const picture = h("div", { className: "frame" }, video, placard);
  const meter = h("div", { className: "meter" }, bar);
  meter.setAttribute("aria-hidden", "true");
  const timer = setInterval(() => {
    bar.style.transform = `scaleX(${own.isMuted ? 0 : own.level})`;
  }, METER_EVERY_MS);
  return {
    node: h("div", { className: "own" }, picture, meter, line),
    update: () => {
      showTrack(video, own.isCameraOff ? null : own.camera.track);
      tell(placard, video.hidden ? words.visitCameraOff : "");
      meter.hidden = !own.microphone.track;
      tell(line, hearingOf(own));
    },
    leave: () => clearInterval(timer),
  };
}

/** A video shows one track at a time, and is put away when there is none. A mirror, unless it looks outwards. */
export function showTrack(video: HTMLVideoElement, track: MediaStreamTrack | null): void {
  video.hidden = track === null;
  if (trackIn(video) === track) return;
  video.srcObject = track && new MediaStream([track]);
  video.classList.toggle("mirrored", track?.getSettings().facingMode !== "environment");
  if (track) void video.play().catch(() => undefined);
}

function trackIn({ srcObject }: HTMLVideoElement): MediaStreamTrack | null {
  return srcObject instanceof MediaStream ? (srcObject.getTracks()[0] ?? null) : null;
}

/** Said in words: a bar alone tells nothing to whoever does not see it. */
function hearingOf(own: OwnMedia): string {
  if (!own.microphone.track) return "";
  if (own.isMuted) return words.visitMuted;
  if (!own.hearing) return "";
  if (own.hearing === "dead") return words.visitMicrophoneDead;
  return own.hearing === "voice" ? words.visitMicrophoneWorks : words.visitMicrophoneQuiet;
}
