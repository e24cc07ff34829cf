/** The join timeline (S65): where the caller is, since when. */

import type { Step, TimelineStep } from "../protocol.ts";
import { serverNow, ticking } from "../ui/clock.ts";
import { duration, timeOfDay } from "../ui/format.ts";
import { Timeline, type TimelineItem } from "../ui/timeline.tsx";
import { cause } from "./detail.ts";
import { deliveries, lastStep, timeline } from "./dispatch-state.ts";
import { events, type MilestoneView, milestones } from "./milestones.ts";
import { isKey, type Key, language, t } from "./words.ts";

export function JoinCard() {
  return (
    <section class="card dispatch-join stack" aria-label={t("join.title")}>
      <h2>{t("join.title")}</h2>
      <JoinTimeline />
    </section>
  );
}

export function JoinTimeline() {
  const steps = timeline.value;
  const hasMessage = deliveries.value.length > 0;
  const items = [...milestones(steps, hasMessage).map(milestoneItem), ...events(steps).map(eventItem)];
  return (
    <>
      <Timeline items={items} label={t("join.title")} />
      <p class="said-only" role="status">
        {lastStep.value && stepLabel(lastStep.value)}
      </p>
    </>
  );
}

function milestoneItem(view: MilestoneView): TimelineItem {
  const { milestone, state, step, at, detail } = view;
  return {
    id: milestone,
    label: step ? stepLabel({ step, detail }) : t(`milestone.${milestone}` as Key),
    state,
    stateWord: t(`state.${state}` as Key),
    ...times(at),
    detail: milestoneDetail(view),
  };
}

function milestoneDetail({ milestone, state, at }: MilestoneView): string | null {
  if (state === "skipped" && milestone === "sent") return deliveries.value.length ? null : t("join.unsent");
  if (state === "current" && at !== null) return t("join.since", { duration: duration(ticking.value - at) });
  return milestone === "sent" && hasArrived() ? t("join.delivered") : null;
}

function hasArrived(): boolean {
  return timeline.value.some(({ step }) => step === "invitation-delivered");
}

/** Events that took something away. */
const FAULTS: Step[] = ["connection-lost", "caller-left", "camera-frozen", "photo-failed"];

function eventItem(entry: TimelineStep): TimelineItem {
  return {
    id: `${entry.step}-${entry.at}`,
    label: stepLabel(entry),
    state: FAULTS.includes(entry.step) ? "failed" : "done",
    stateWord: t("state.done"),
    ...times(entry.at),
  };
}

function times(at: number | null): Pick<TimelineItem, "time" | "dateTime"> {
  if (at === null) return {};
  return { time: timeOfDay(at, language.value), dateTime: new Date(at).toISOString() };
}

export function stepLabel({ step, detail }: Pick<TimelineStep, "step" | "detail">): string {
  const closer = `step.${step}.${cause(detail)}`;
  return t(isKey(closer) ? closer : (`step.${step}` as Key));
}

/** How long the picture has been there, in milliseconds; null before it. */
export function pictureAgeMs(): number | null {
  const first = timeline.value.find(({ step }) => step === "first-frame");
  return first ? serverNow() - first.at : null;
}
