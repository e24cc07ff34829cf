/** How loud one's own microphone is, as a bar: it moves when one speaks. */
import { useEffect } from "preact/hooks";
import { barOf } from "../../call/level.ts";
import { t } from "../words.ts";
import { isMuted, level, measure, microphoneTrack } from "./equipment.ts";

export function LevelBar() {
  const track = microphoneTrack.value;
  useEffect(() => (track ? measure(track) : undefined), [track]);
  if (!track || isMuted.value) return null;
  return (
    <p class="meeting-level">
      <span id="own-level">{t("meeting.level")}</span>
      <Bar />
    </p>
  );
}

/** Alone in being drawn 20 times a second. */
function Bar() {
  return (
    <meter
      class="level"
      min={0}
      max={1}
      value={barOf(level.value)}
      aria-labelledby="own-level"
      aria-live="off"
    />
  );
}
