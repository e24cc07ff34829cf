/** The join timeline as a dispatcher reads it: six milestones, and what else happened (S65). */
import type { Step, TimelineStep } from "../protocol.ts";
import type { TimelineState } from "../ui/timeline.tsx";

export type Milestone = "sent" | "opened" | "asked" | "allowed" | "connecting" | "picture";

/** In their order, each with the steps that reach it. */
const REACHED_BY: [Milestone, Step[]][] = [
  ["sent", ["invitation-sent", "invitation-delivered"]],
  ["opened", ["link-opened"]],
  ["asked", ["camera-asked", "caller-entered"]],
  ["allowed", ["camera-granted"]],
  ["connecting", ["connecting"]],
  ["picture", ["first-frame"]],
];

/** Steps that put a milestone in trouble until it is reached again. */
const TROUBLED_BY: Partial<Record<Step, Milestone>> = {
  "invitation-failed": "sent",
  "camera-refused": "allowed",
  "camera-failed": "allowed",
};

/** What the phone says of its camera. */
const CAMERA_TOLD: Step[] = ["camera-asked", "camera-granted", "camera-refused", "camera-failed"];

/** Steps told below the milestones, in the order in which they came. */
const EVENTS: Step[] = [
  "caller-replaced",
  "caller-paused",
  "caller-resumed",
  "caller-left",
  "connection-lost",
  "connection-back",
  "camera-switched",
  "camera-frozen",
  "camera-back",
  "frames-started",
  "stills-started",
  "video-back",
  "photo-offered",
  "photo-asked",
  "photo-received",
  "photo-failed",
];

export interface MilestoneView {
  milestone: Milestone;
  state: TimelineState;
  /** The step that decides the label: « Caméra refusée » stands where « Caméra autorisée » would. */
  step: Step | null;
  at: number | null;
  detail: string | null;
}

/** `hasMessage` is false when only the QR code and the spoken code open the door: nothing is then sent. */
export function milestones(timeline: TimelineStep[], hasMessage: boolean): MilestoneView[] {
  const seen = meaningful(timeline);
  const views = REACHED_BY.map(([milestone, steps]) => view(milestone, steps, seen));
  const last = views.reduce((found, { step }, index) => (step ? index : found), -1);
  return views.map((each, index) => ({ ...each, state: stateOf(each, index, last, hasMessage) }));
}

/**
 * The path is made while the phone still asks for the camera: « connexion » means something to people only once the
 * camera is allowed.
 */
export function meaningful(timeline: TimelineStep[]): TimelineStep[] {
  const told = timeline.filter(({ step }) => CAMERA_TOLD.includes(step));
  const isAllowed = told[told.length - 1]?.step === "camera-granted";
  return isAllowed || timeline.some(({ step }) => step === "first-frame")
    ? timeline
    : timeline.filter(({ step }) => step !== "connecting");
}

function view(milestone: Milestone, steps: Step[], timeline: TimelineStep[]): MilestoneView {
  const reached = timeline.filter(({ step }) => steps.includes(step));
  const troubled = timeline.filter(({ step }) => TROUBLED_BY[step] === milestone);
  const first = reached[0];
  const trouble = troubled[troubled.length - 1];
  const recovered = reached[reached.length - 1];
  const isTroubled = trouble && (!recovered || timeline.indexOf(recovered) < timeline.indexOf(trouble));
  const entry = isTroubled ? trouble : trouble ? recovered : first;
  return {
    milestone,
    state: isTroubled ? "failed" : "done",
    step: entry?.step ?? null,
    at: entry?.at ?? null,
    detail: entry?.detail ?? null,
  };
}

function stateOf(each: MilestoneView, index: number, last: number, hasMessage: boolean): TimelineState {
  if (each.step === null) {
    if (index < last) return "skipped";
    if (index === 0 && !hasMessage) return "skipped";
    return "todo";
  }
  if (each.state === "failed") return "failed";
  return index === last && each.milestone !== "picture" ? "current" : "done";
}

/** What happened besides the milestones. */
export function events(timeline: TimelineStep[]): TimelineStep[] {
  return timeline.filter(({ step }) => EVENTS.includes(step));
}

/** Add one step; the same one twice (a replay after a drop) counts once. */
export function withStep(timeline: TimelineStep[], entry: TimelineStep): TimelineStep[] {
  const known = timeline.some(({ step, at }) => step === entry.step && at === entry.at);
  if (known) return timeline;
  return [...timeline, entry].sort((a, b) => a.at - b.at);
}
