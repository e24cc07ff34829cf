import { expect, it } from "vitest";
import { events, milestones, withStep } from "../../../pwa/pro/milestones.ts";
import type { Step, TimelineStep } from "../../../pwa/protocol.ts";

/** One step a second. */
function steps(...names: Step[]): TimelineStep[] {
  return names.map((step, index) => ({ step, at: 1000 * (index + 1) }));
}

function states(timeline: TimelineStep[], hasMessage = true): string {
  return milestones(timeline, hasMessage)
    .map(({ state }) => state)
    .join(" ");
}

it("marks the last milestone reached as the current one [S65]", () => {
  expect(states(steps("invitation-created"))).toBe("todo todo todo todo todo todo");
  expect(states(steps("invitation-created", "invitation-sent"))).toBe("current todo todo todo todo todo");
  expect(states(steps("invitation-sent", "link-opened"))).toBe("done current todo todo todo todo");
});

it("ends with nothing current: the picture is there", () => {
  const all = steps(
    "invitation-sent",
    "link-opened",
    "camera-asked",
    "camera-granted",
    "connecting",
    "first-frame",
  );
  expect(states(all)).toBe("done done done done done done");
});

it("skips what was not needed: nothing is sent for a QR code", () => {
  expect(states(steps("invitation-created"), false)).toBe("skipped todo todo todo todo todo");
  expect(states(steps("link-opened"), false)).toBe("skipped current todo todo todo todo");
});

it("shows a refusal in place of the permission, until it is given", () => {
  const refused = steps("invitation-sent", "link-opened", "camera-asked", "camera-refused");
  expect(milestones(refused, true)[3]).toMatchObject({ state: "failed", step: "camera-refused", at: 4000 });
  const granted = [...refused, { step: "camera-granted" as const, at: 5000 }];
  expect(milestones(granted, true)[3]).toMatchObject({ state: "current", step: "camera-granted", at: 5000 });
});

it("does not speak of the connection while the phone still asks for the camera", () => {
  const asking = steps("invitation-sent", "link-opened", "camera-asked", "caller-entered", "connecting");
  expect(states(asking)).toBe("done done current todo todo todo");
  expect(states([...asking, { step: "camera-granted", at: 9000 }])).toBe("done done done done current todo");
});

it("shows a message that failed, and that it left after all", () => {
  expect(milestones(steps("invitation-created", "invitation-failed"), true)[0]?.state).toBe("failed");
  const resent = steps("invitation-created", "invitation-failed", "invitation-sent");
  expect(milestones(resent, true)[0]).toMatchObject({ state: "current", step: "invitation-sent" });
});

it("tells what else happened in its order", () => {
  const timeline = steps("first-frame", "caller-paused", "caller-resumed");
  expect(events(timeline).map(({ step }) => step)).toEqual(["caller-paused", "caller-resumed"]);
});

it("counts a step replayed after a drop once, and puts a late one in its place [F8]", () => {
  const timeline = steps("invitation-sent", "link-opened");
  expect(withStep(timeline, { step: "link-opened", at: 2000 })).toBe(timeline);
  const late = withStep(timeline, { step: "invitation-delivered", at: 1500 });
  expect(late.map(({ step }) => step)).toEqual(["invitation-sent", "invitation-delivered", "link-opened"]);
});
