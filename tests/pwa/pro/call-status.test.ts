import { expect, it } from "vitest";
import type { Figures } from "../../../pwa/call/stats.ts";
import { callStatus, quality, type Seen } from "../../../pwa/pro/call-status.ts";
import type { Step } from "../../../pwa/protocol.ts";

const live: Seen = { timeline: [], link: "live", isPictureShown: true, frameAgeMs: 60 };

function after(...steps: Step[]): Seen {
  return { ...live, timeline: steps.map((step, at) => ({ step, at })) };
}

it("is live only when frames come", () => {
  expect(callStatus(live)).toBe("live");
  expect(callStatus({ ...live, frameAgeMs: 3500 })).toBe("stalled");
  expect(callStatus({ ...live, isPictureShown: false })).toBe("connecting");
});

it("says « reconnexion » while the path is lost [F2]", () => {
  expect(callStatus({ ...live, link: "lost", frameAgeMs: 5000 })).toBe("reconnecting");
});

it("tells a paused page from a lost path [F32]", () => {
  expect(callStatus({ ...after("first-frame", "caller-paused"), link: "lost" })).toBe("paused");
  expect(callStatus(after("first-frame", "caller-paused", "caller-resumed"))).toBe("live");
});

it("tells that the caller stopped, or that the camera is refused", () => {
  expect(callStatus(after("first-frame", "caller-left"))).toBe("left");
  expect(callStatus(after("first-frame", "camera-refused"))).toBe("camera-refused");
  expect(callStatus(after("first-frame", "camera-failed", "camera-granted"))).toBe("live");
});

it.each([
  [15, 50, "good"],
  [8, 50, "fair"],
  [15, 500, "fair"],
  [3, 50, "poor"],
  [15, 900, "poor"],
])("%i images a second with %i ms of round trip are %s", (framesPerSecond, roundTripMs, expected) => {
  expect(quality({ framesPerSecond, roundTripMs } as Figures)).toBe(expected);
});
