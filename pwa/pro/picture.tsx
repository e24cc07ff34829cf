/** The caller's picture: shown from its first frame on, muted, inline; and frozen on demand. */
import { signal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../ui/button.tsx";
import { serverNow } from "../ui/clock.ts";
import { isLive, isPictureShown, picture } from "./dispatch-state.ts";
import { firstFrame } from "./seat.ts";
import { t } from "./words.ts";

/** When « Figer » was pressed; null while the picture moves. Server's clock. */
export const frozenAt = signal<number | null>(null);
/** The browser refuses to play by itself (power saving): it wants a press (F38). */
const needsPress = signal(false);

let lastFrameAt = Number.NEGATIVE_INFINITY;

/** Milliseconds since a frame was last shown. A hidden page shows none, which means nothing. */
export function frameAgeMs(): number {
  return document.hidden ? 0 : performance.now() - lastFrameAt;
}

export function freeze(): void {
  frozenAt.value = frozenAt.value === null ? serverNow() : null;
}

export function Picture() {
  const video = useRef<HTMLVideoElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => (video.current ? followFrames(video.current) : undefined), []);
  useEffect(
    () => () => {
      frozenAt.value = null;
    },
    [],
  );
  useSignalEffect(() => {
    if (video.current) attach(video.current, picture.value);
  });
  useSignalEffect(() => {
    if (frozenAt.value !== null && video.current && canvas.current) draw(video.current, canvas.current);
  });
  const isFrozen = frozenAt.value !== null;
  return (
    <div class={`picture${isLive.value ? "" : " picture-ahead"}`}>
      <video
        ref={video}
        class={isPictureShown.value ? "" : "picture-unseen"}
        aria-label={t("call.picture")}
        muted
        autoplay
        playsInline
        disablePictureInPicture
      />
      <canvas ref={canvas} hidden={!isFrozen} role="img" aria-label={t("call.frozen-picture")} />
      {needsPress.value && (
        <div class="picture-press">
          <Button kind="primary" large icon="play" onPress={() => video.current && play(video.current)}>
            {t("call.show-picture")}
          </Button>
        </div>
      )}
    </div>
  );
}

function attach(video: HTMLVideoElement, stream: MediaStream | null): void {
  video.muted = true;
  if (video.srcObject === stream) return;
  video.srcObject = stream;
  lastFrameAt = Number.NEGATIVE_INFINITY;
  if (stream) play(video);
}

function play(video: HTMLVideoElement): void {
  needsPress.value = false;
  video.play().catch((error: unknown) => {
    needsPress.value = error instanceof Error && error.name === "NotAllowedError";
  });
}

/** Each frame on the screen; where the browser does not tell them, the advance of the picture. */
function followFrames(video: HTMLVideoElement): () => void {
  const shown = () => {
    if (video.videoWidth === 0) return;
    lastFrameAt = performance.now();
    if (!isPictureShown.value) firstFrame();
  };
  video.addEventListener("playing", shown);
  if (!video.requestVideoFrameCallback) {
    video.addEventListener("timeupdate", shown);
    return () => undefined;
  }
  let ticket = 0;
  const next = () => {
    ticket = video.requestVideoFrameCallback(() => {
      shown();
      next();
    });
  };
  next();
  return () => video.cancelVideoFrameCallback(ticket);
}

function draw(video: HTMLVideoElement, canvas: HTMLCanvasElement): void {
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d")?.drawImage(video, 0, 0);
}
