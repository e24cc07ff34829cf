/** « Image bonne », « Image faible », « Pas d'image », and why: three bars, never by their colour alone. */
import { effect, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { serverNow } from "../ui/clock.ts";
import { currentStatus } from "./call-now.ts";
import { figures, packetLoss } from "./dispatch-state.ts";
import { pictureMode } from "./picture-mode.ts";
import { judge, type Level, type Steady, steady } from "./quality.ts";
import { t } from "./words.ts";

const UNKNOWN: Steady = {
  shown: { level: "good", reason: null },
  next: { level: "good", reason: null },
  since: 0,
};
const quality = signal(UNKNOWN);
const BARS: Record<Level, number> = { good: 3, weak: 2, lost: 0 };

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
      <Bars lit={BARS[level]} />
      <span class="quality-word">
        {t(`quality-level.${level}`)}
        {reason && <span class="quality-reason">{` : ${t(`quality-reason.${reason}`)}`}</span>}
      </span>
    </span>
  );
}

/** Filled bars against hollow ones; crossed out when there is none. */
function Bars({ lit }: { lit: number }) {
  return (
    <svg class="quality-bars" viewBox="0 0 18 14" aria-hidden="true">
      {[5, 9, 13].map((height, index) => (
        <rect
          key={height}
          x={1 + index * 6}
          y={13.5 - height}
          width="4"
          height={height}
          rx="1"
          stroke="currentColor"
          fill={index < lit ? "currentColor" : "none"}
        />
      ))}
      {lit === 0 && <path d="M1 1l16 12" stroke="currentColor" stroke-width="2" />}
    </svg>
  );
}
