/**
 * The caller's picture: video, or frames over the socket where video has no path. Shown from its first frame on, muted,
 * inline; and frozen on demand.
 */
import { signal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../ui/button.tsx";
import { serverNow } from "../ui/clock.ts";
import { invitation, isLive, isPictureShown, picture } from "./dispatch-state.ts";
import { drawFrames } from "./frames-inbox.ts";
import { askFrames, firstFrame, framesShown } from "./seat.ts";
import { begin, framesMoved, lastMovedAt, type Shown, videoMoved } from "./two-pictures.ts";
import { t } from "./words.ts";

/** When « Figer » was pressed; null while the picture moves. Server's clock. */
export const frozenAt = signal<number | null>(null);
/** The browser refuses to play by itself (power saving): it wants a press (F38). */
const needsPress = signal(false);

/** Which of the two pictures is in front. */
const shown = signal<Shown>("video");
let moved = begin();
let seenIn = "";

/** When a frame was last shown, by either way (performance.now). */
export function lastFrameAt(): number {
  return lastMovedAt(moved);
}

/** Milliseconds since then. A hidden page shows none, which means nothing. */
export function frameAgeMs(): number {
  return document.hidden ? 0 : performance.now() - lastFrameAt();
}

export function freeze(): void {
  frozenAt.value = frozenAt.value === null ? serverNow() : null;
}

export function Picture() {
  const video = useRef<HTMLVideoElement>(null);
  const frames = useRef<HTMLCanvasElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => (video.current ? followFrames(video.current) : undefined), []);
  useEffect(() => drawFrames({ canvas: () => frames.current, onDrawn: drawn, onNeedKey: askFrames }), []);
  useEffect(
    () => () => {
      frozenAt.value = null;
    },
    [],
  );
  useSignalEffect(() => forgetOther(invitation.value?.id ?? ""));
  useSignalEffect(() => {
    if (video.current) attach(video.current, picture.value);
  });
  useSignalEffect(() => {
    const seen = shown.peek() === "frames" ? frames.current : video.current;
    if (frozenAt.value !== null && seen && canvas.current) draw(seen, canvas.current);
  });
  const isFrozen = frozenAt.value !== null;
  const areFrames = shown.value === "frames";
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
        aria-hidden={areFrames}
      />
      <canvas ref={frames} hidden={!areFrames} role="img" aria-label={t("call.picture")} />
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

/** Another invitation: what was seen in the one before counts no more. */
function forgetOther(id: string): void {
  if (id === seenIn) return;
  seenIn = id;
  moved = begin();
  shown.value = moved.shown;
}

function attach(video: HTMLVideoElement, stream: MediaStream | null): void {
  video.muted = true;
  if (video.srcObject === stream) return;
  video.srcObject = stream;
  moved = { ...moved, videoAt: Number.NEGATIVE_INFINITY };
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
  const seen = () => {
    if (video.videoWidth === 0) return;
    moved = videoMoved(moved, performance.now());
    shown.value = moved.shown;
    if (!isPictureShown.value) firstFrame();
  };
  video.addEventListener("playing", seen);
  if (!video.requestVideoFrameCallback) {
    video.addEventListener("timeupdate", seen);
    return () => undefined;
  }
  let ticket = 0;
  const next = () => {
    ticket = video.requestVideoFrameCallback(() => {
      seen();
      next();
    });
  };
  next();
  return () => video.cancelVideoFrameCallback(ticket);
}

/** A frame from the socket is on its canvas. */
function drawn(): void {
  moved = framesMoved(moved, performance.now());
  shown.value = moved.shown;
  framesShown();
}

function draw(seen: HTMLVideoElement | HTMLCanvasElement, canvas: HTMLCanvasElement): void {
  canvas.width = seen instanceof HTMLVideoElement ? seen.videoWidth : seen.width;
  canvas.height = seen instanceof HTMLVideoElement ? seen.videoHeight : seen.height;
  canvas.getContext("2d")?.drawImage(seen, 0, 0);
}
