import { expect, it } from "vitest";
import type { Figures } from "../../../pwa/call/stats.ts";
import { judge, lossBetween, type Quality, type QualitySeen, steady } from "../../../pwa/pro/quality.ts";

const figures = { framesPerSecond: 15, roundTripMs: 60, packetsLost: 0, packetsReceived: 0 } as Figures;
const live: QualitySeen = { status: "live", figures, loss: 0, mode: "motion" };

it.each<[string, Partial<QualitySeen>, Quality]>([
  ["nothing is amiss", {}, { level: "good", reason: null }],
  ["figures have not come yet", { figures: null }, { level: "good", reason: null }],
  ["one packet in ten is lost", { loss: 0.1 }, { level: "weak", reason: "network" }],
  ["5 images a second come", of({ framesPerSecond: 5 }), { level: "weak", reason: "slow" }],
  [
    "5 images come in « détail »",
    { ...of({ framesPerSecond: 5 }), mode: "detail" },
    { level: "good", reason: null },
  ],
  [
    "one image a second comes in « détail »",
    { ...of({ framesPerSecond: 1 }), mode: "detail" },
    { level: "weak", reason: "slow" },
  ],
  ["it has 240 lines", of({ frameWidth: 320, frameHeight: 240 }), { level: "weak", reason: "slow" }],
  ["it has 360 lines, upright", of({ frameWidth: 360, frameHeight: 480 }), { level: "good", reason: null }],
  ["it is a second late", of({ roundTripMs: 1000 }), { level: "weak", reason: "delay" }],
  [
    "it comes by a relay over TLS",
    of({ localType: "relay", relayProtocol: "tls" }),
    { level: "good", reason: "relay-tls" },
  ],
  [
    "it comes by a relay over UDP",
    of({ localType: "relay", relayProtocol: "udp" }),
    { level: "good", reason: null },
  ],
  ["images come one by one", { status: "stills" }, { level: "weak", reason: "stills" }],
  ["video comes through the server", { status: "frames" }, { level: "weak", reason: "frames" }],
  ["the path is lost", { status: "reconnecting" }, { level: "lost", reason: null }],
  ["the camera is paused", { status: "paused" }, { level: "lost", reason: null }],
])("the picture when %s", (_, seen, expected) => {
  expect(judge({ ...live, ...seen })).toEqual(expected);
});

function of(more: Partial<Figures>): Partial<QualitySeen> {
  return { figures: { ...figures, ...more } };
}

it("counts losses between two looks, not since the beginning", () => {
  const at = (packetsLost: number, packetsReceived: number) => ({ ...figures, packetsLost, packetsReceived });
  expect(lossBetween(at(50, 950), at(60, 1040))).toBe(0.1);
  expect(lossBetween(at(50, 950), at(50, 1040))).toBe(0);
  expect(lossBetween(null, at(50, 950))).toBe(0);
  expect(lossBetween(at(50, 950), at(0, 10))).toBe(0); // another connection counts from zero
});

it("says a weak picture only once it lasts, and a loss at once", () => {
  const good: Quality = { level: "good", reason: null };
  const weak: Quality = { level: "weak", reason: "slow" };
  const lost: Quality = { level: "lost", reason: null };
  let now = steady({ shown: good, next: good, since: 0 }, weak, 1000);
  expect(now.shown).toEqual(good);
  now = steady(now, weak, 3000);
  expect(now.shown).toEqual(good);
  now = steady(now, weak, 4000);
  expect(now.shown).toEqual(weak);
  now = steady(now, lost, 4500);
  expect(now.shown).toEqual(lost);
  expect(steady(now, good, 5000).shown).toEqual(good);
  const stills: Quality = { level: "weak", reason: "stills" };
  expect(steady({ shown: good, next: good, since: 0 }, stills, 1000).shown).toEqual(stills);
});
