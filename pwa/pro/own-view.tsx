/** What the caller sees of the dispatcher, in a corner. */
import { useEffect, useRef } from "preact/hooks";
import { ownTrack } from "./own-camera.ts";
import { t } from "./words.ts";

export function OwnView() {
  const video = useRef<HTMLVideoElement>(null);
  const track = ownTrack.value;
  useEffect(() => {
    if (!video.current || !track) return;
    video.current.muted = true;
    video.current.srcObject = new MediaStream([track]);
    video.current.play().catch(() => undefined);
  }, [track]);
  if (!track) return null;
  return (
    <figure class="own-view">
      <video ref={video} muted autoplay playsInline aria-label={t("own-camera.view")} />
      <figcaption>{t("own-camera.seen")}</figcaption>
    </figure>
  );
}
