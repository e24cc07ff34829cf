/** « Image bonne », « Image faible », « Pas d'image », and why: three bars, never by their colour alone. */
import { effect, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { serverNow } from "../ui/clock.ts";
import { currentStatus } from "./call-now.ts";
import { figures, packetLoss } from "./dispatch-state.ts";
import { pictureMode } from "./picture-mode.ts";
import { judge, type Steady, steady } from "./quality.ts";
import { Bars } from "./quality-bars.tsx";
import { t } from "./words.ts";

const UNKNOWN: Steady = {
  shown: { level: "good", reason: null },
  next: { level: "good", reason: null },
  since: 0,
};
const quality = signal(UNKNOWN);

function follow(): () => void {
  return effect(() => {
    const status = currentStatus();
    const now = judge({ status, figures: figures.value, loss: packetLoss.value, mode: pictureMode.value });
    quality.value = steady(quality.peek(), now, serverNow());
  });
}

export function QualityBadge() {
  useEffect(follow, []);
  const { level, reason } = quality.value.shown;
  return (
    <span class={`quality quality-${level}`}>
      <Bars level={level} />
      <span class="quality-word">
        {t(`quality-level.${level}`)}
        {reason && <span class="quality-reason">{` : ${t(`quality-reason.${reason}`)}`}</span>}
      </span>
    </span>
  );
}
