/** What the others see of the practitioner, in a corner, mirrored as in a looking-glass. */
import { useEffect, useRef } from "preact/hooks";
import { t } from "../words.ts";
import { cameraProblem, cameraTrack, isOpening } from "./equipment.ts";

export function OwnPicture() {
  const video = useRef<HTMLVideoElement>(null);
  const track = cameraTrack.value;
  useEffect(() => {
    if (!video.current) return;
    video.current.muted = true;
    video.current.srcObject = track ? new MediaStream([track]) : null;
    if (track) video.current.play().catch(() => undefined);
  }, [track]);
  return (
    <figure class={`own-view meeting-own${track ? "" : " meeting-own-off"}`}>
      {track && <video ref={video} muted autoplay playsInline aria-label={t("own-camera.view")} />}
      <figcaption>{t(caption())}</figcaption>
    </figure>
  );
}

function caption() {
  if (cameraTrack.value) return "meeting.you" as const;
  if (isOpening.value) return "meeting.opening" as const;
  return cameraProblem.value ? ("meeting.you-unseen" as const) : ("meeting.you-off" as const);
}
