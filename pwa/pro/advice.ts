/**
 * What the dispatcher can say to the caller now (S49-S52), from where the join stands and for how long.
 *
 * The texts are found by name in the locales: `say.<step>`, or a closer one when it exists: `say.<step>.<detail>`,
 * `say.<step>.long`, `say.<step>.email`. `tip.…` likewise, for the dispatcher alone.
 */
import type { DeliveryView, Step, TimelineStep } from "../protocol.ts";
import { cause } from "./detail.ts";
import { meaningful } from "./milestones.ts";
import { isKey, type Key } from "./words.ts";

export interface Advice {
  say: Key;
  tip: Key | null;
  /** Nothing has moved for longer than usual, or something failed. */
  stuck: boolean;
}

/** Milliseconds after which a step has lasted too long: the caller needs another sentence. */
const LONG_MS: Partial<Record<Step, number>> = {
  "invitation-created": 20_000,
  "invitation-sent": 30_000,
  "invitation-delivered": 25_000,
  "link-opened": 20_000,
  "camera-asked": 15_000,
  "caller-entered": 15_000,
  "camera-granted": 10_000,
  connecting: 10_000,
  "connection-lost": 20_000,
};

const TROUBLE: Step[] = [
  "invitation-failed",
  "camera-refused",
  "camera-failed",
  "caller-left",
  "connection-lost",
  "camera-frozen",
  "photo-failed",
];

/** What they mean for the conversation is said by another step. */
const SAME_AS: Partial<Record<Step, Step>> = {
  "caller-resumed": "first-frame",
  "connection-back": "first-frame",
  "camera-switched": "first-frame",
  "camera-back": "first-frame",
  "video-back": "first-frame",
  "caller-replaced": "caller-entered",
};

export function advise(timeline: TimelineStep[], deliveries: DeliveryView[], now: number): Advice {
  const last = decisive(timeline, deliveries);
  const step = last ? (SAME_AS[last.step] ?? last.step) : "invitation-created";
  const isLong = last !== null && now - last.at > (LONG_MS[step] ?? Number.POSITIVE_INFINITY);
  const isSending = step.startsWith("invitation-");
  const closer = isSending
    ? [isLong && "long", channel(deliveries)]
    : [cause(last?.detail), isLong && "long"];
  return {
    say: find("say", step, closer) ?? "say.invitation-created",
    tip: find("tip", step, closer),
    stuck: isLong || TROUBLE.includes(step),
  };
}

/** The step that decides what to say. A failed message counts only while no other door is open. */
function decisive(timeline: TimelineStep[], deliveries: DeliveryView[]): TimelineStep | null {
  const told = meaningful(timeline).filter(({ step }) => !step.startsWith("invitation-"));
  const opened = told.filter((each, index) => !isBesideRefusal(each, told[index - 1]));
  const isOneUnderWay = deliveries.some(({ status }) => status !== "failed");
  const sent = timeline.filter(({ step }) => !(isOneUnderWay && step === "invitation-failed"));
  const steps = opened.length ? opened : sent;
  return steps[steps.length - 1] ?? null;
}

/** A refused camera can be allowed: the photo offered beside it is the second best, and not what to say. */
function isBesideRefusal({ step }: TimelineStep, before: TimelineStep | undefined): boolean {
  return step === "photo-offered" && before?.step === "camera-refused";
}

/** By which way the caller expects the link: nothing was sent, an e-mail only, or an SMS. */
function channel(deliveries: DeliveryView[]): "unsent" | "email" | null {
  if (!deliveries.length) return "unsent";
  return deliveries.every((delivery) => delivery.channel === "email") ? "email" : null;
}

function find(kind: "say" | "tip", step: Step, closer: (string | false | null | undefined)[]): Key | null {
  const names = [...closer.filter(Boolean).map((more) => `${kind}.${step}.${more}`), `${kind}.${step}`];
  return names.find(isKey) ?? null;
}
