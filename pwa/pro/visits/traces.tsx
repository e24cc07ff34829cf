/** What noted itself during a visit: who came and when, what failed, how it ended (R8). */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Step, TimelineStep, TracesView } from "../../protocol.ts";
import { getTraces } from "../../ui/api.ts";
import { timeOfDay } from "../../ui/format.ts";
import { Timeline, type TimelineItem } from "../../ui/timeline.tsx";
import { stepLabel } from "../join-card.tsx";
import { asked } from "../session.ts";
import { language, t } from "../words.ts";

/** Of the invitation the messages tell already. */
const TOLD_ELSEWHERE = /^invitation-/;
const FAULTS: Step[] = [
  "connection-lost",
  "participant-away",
  "participant-late",
  "participant-declined",
  "camera-failed",
  "camera-refused",
  "microphone-failed",
  "consent-refused",
  "visit-missed",
  "visit-unsuitable",
];

/** Nothing while there is nothing to tell, or when it cannot be had: the rest of the page does without. */
export function Traces({ encounterId }: { encounterId: string }) {
  const traces = useSignal<TracesView | null>(null);
  useEffect(() => {
    void asked(getTraces(encounterId)).then(
      (view) => {
        traces.value = view;
      },
      () => undefined,
    );
  }, [encounterId]);
  const steps = traces.value?.timeline.filter(({ step }) => !TOLD_ELSEWHERE.test(step)) ?? [];
  if (!steps.length) return null;
  return (
    <section class="stack visit-section" aria-label={t("traces.title")}>
      <h3>{t("traces.title")}</h3>
      <Timeline
        items={steps.map((entry, index) => itemOf(entry, index, traces.value))}
        label={t("traces.title")}
      />
    </section>
  );
}

function itemOf(entry: TimelineStep, index: number, traces: TracesView | null): TimelineItem {
  const person = traces?.people.find(({ id }) => id === entry.participantId);
  const isFault = FAULTS.includes(entry.step);
  return {
    id: `${index}-${entry.step}`,
    label: labelOf(entry),
    state: isFault ? "failed" : "done",
    stateWord: t(isFault ? "state.failed" : "state.done"),
    time: timeOfDay(entry.at, language.value),
    dateTime: new Date(entry.at).toISOString(),
    detail: person && `${person.name} · ${t(`participant-role.${person.role}`)}`,
  };
}

function labelOf(entry: TimelineStep): string {
  const isLate = entry.step === "participant-late" && entry.detail;
  return isLate ? t("traces.late", { minutes: entry.detail ?? "" }) : stepLabel(entry);
}
