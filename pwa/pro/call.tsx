/** In the call: the picture, what to press, what is happening. Dark and neutral around skin and wounds. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { ticking } from "../ui/clock.ts";
import { duration, timeOfDay } from "../ui/format.ts";
import { Icon } from "../ui/icon.tsx";
import { StatusDot } from "../ui/status-dot.tsx";
import { Controls } from "./call-controls.tsx";
import { callAdvice, currentStatus } from "./call-now.ts";
import { CallPanel } from "./call-panel.tsx";
import { type CallStatus, DOT } from "./call-status.ts";
import "./call.css";
import { hangUp } from "./dispatch-actions.ts";
import { hangUpByKey } from "./hang-up-key.ts";
import { pictureAgeMs } from "./join-card.tsx";
import { OwnView } from "./own-view.tsx";
import { frameAgeMs, frozenAt } from "./picture.tsx";
import { QualityBadge } from "./quality-badge.tsx";
import { sayText } from "./say-card.tsx";
import { SeatNotice } from "./seat-notice.tsx";
import { language, t } from "./words.ts";

/** On a wide screen the follow-up stands beside the picture; on a small one it is called for. */
const isPanelOpen = signal(globalThis.matchMedia?.("(min-width: 64rem)").matches ?? false);

export function CallScreen() {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  useEffect(() => hangUpByKey(hangUp), []);
  const status = currentStatus();
  return (
    <>
      <div class="call-top">
        <h1 class="said-only" ref={heading} tabIndex={-1}>
          {t("call.title")}
        </h1>
        <Live status={status} />
      </div>
      <div class="call-over">
        <SeatNotice />
        <Frozen />
        <Trouble status={status} />
      </div>
      <OwnView />
      <Controls isPanelOpen={isPanelOpen.value} onPanel={() => (isPanelOpen.value = !isPanelOpen.value)} />
      {isPanelOpen.value && (
        <CallPanel advice={callAdvice(status)} onClose={() => (isPanelOpen.value = false)} />
      )}
    </>
  );
}

function Live({ status }: { status: CallStatus }) {
  return (
    <p class="call-live">
      <span class="call-state" role="status">
        <StatusDot status={DOT[status]}>{t(`call-status.${status}`)}</StatusDot>
        <QualityBadge />
      </span>
      <span class="soft">{pictureTime(status)}</span>
    </p>
  );
}

/** A picture older than this is said to be so. */
const OLD_MS = 2_000;

/** For how long there has been a picture; when it stopped, how old the last one is. */
function pictureTime(status: CallStatus): string | null {
  void ticking.value;
  const isFresh = status === "live" && frameAgeMs() <= OLD_MS;
  const age = isFresh ? pictureAgeMs() : frameAgeMs();
  if (age === null || !Number.isFinite(age) || (!isFresh && age <= OLD_MS)) return null;
  return t(isFresh ? "call.since" : "call.last", { duration: duration(age) });
}

function Frozen() {
  if (frozenAt.value === null) return null;
  return (
    <p class="call-frozen" role="status">
      <Icon name="freeze" size={20} />
      {t("call.frozen", { time: timeOfDay(frozenAt.value, language.value) })}
    </p>
  );
}

/** Nothing to see: why, and what to say. */
function Trouble({ status }: { status: CallStatus }) {
  if (status === "live" || status === "frames" || status === "stills") return null;
  return (
    <div class={`call-trouble${status === "connecting" ? " call-patience" : ""}`} role="status">
      <p class="call-trouble-title">{t(`call-trouble.${status}`)}</p>
      <p>
        <span class="soft">{t("say.short")}</span> {sayText(callAdvice(status))}
      </p>
    </div>
  );
}
