import { expect, it } from "vitest";
import { callStatus, type Seen } from "../../../pwa/pro/call-status.ts";
import type { Step } from "../../../pwa/protocol.ts";

const live: Seen = {
  timeline: [],
  link: "live",
  rung: "video",
  source: "live",
  isPictureShown: true,
  frameAgeMs: 60,
};

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

it("tells an interrupted camera from a lost path, by its steps or by what the phone says again [F29]", () => {
  expect(callStatus({ ...after("first-frame", "camera-frozen"), frameAgeMs: 9000 })).toBe("frozen");
  expect(callStatus(after("camera-frozen", "camera-back"))).toBe("live");
  expect(callStatus({ ...live, source: "frozen", link: "lost" })).toBe("frozen");
  expect(callStatus({ ...live, source: "paused" })).toBe("paused");
});

it("tells by which way the picture comes while the path of the video is lost", () => {
  expect(callStatus({ ...live, link: "lost", rung: "stills", frameAgeMs: 1900 })).toBe("stills");
  expect(callStatus({ ...live, link: "lost", rung: "frames" })).toBe("frames");
  expect(callStatus({ ...live, link: "lost", rung: "stills", frameAgeMs: 7000 })).toBe("reconnecting");
  expect(callStatus({ ...live, link: "joining", rung: "photo", isPictureShown: false })).toBe("photo");
});

it("tells that the caller stopped, or that the camera is refused", () => {
  expect(callStatus(after("first-frame", "caller-left"))).toBe("left");
  expect(callStatus(after("first-frame", "camera-refused"))).toBe("camera-refused");
  expect(callStatus(after("first-frame", "camera-failed", "camera-granted"))).toBe("live");
});
