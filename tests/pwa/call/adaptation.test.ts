import { describe, expect, it } from "vitest";
import {
  type Adaptation,
  adapt,
  beginAdaptation,
  gradeOf,
  type Outlook,
} from "../../../pwa/call/adaptation.ts";

type Seen = Partial<Omit<Outlook, "at">>;
const FINE: Omit<Outlook, "at"> = {
  availableOutgoingBitrate: 900_000,
  sentLoss: 0,
  sentLimitedBy: "none",
  roundTripMs: 50,
};
const held = (availableOutgoingBitrate: number): Seen => ({
  availableOutgoingBitrate,
  sentLimitedBy: "bandwidth",
});
const ROOM: Seen = { availableOutgoingBitrate: 5_000_000 };

/** A look a second, for `seconds`. */
function live(state: Adaptation, seconds: number, seen: Seen, from = state.changedAt): Adaptation {
  let now = state;
  for (let second = 1; second <= seconds; second++)
    now = adapt(now, { at: from + second * 1000, ...FINE, ...seen });
  return now;
}

function bitrate(state: Adaptation): number {
  return gradeOf("motion", state).bitrate / 1000;
}

const start = beginAdaptation(0);

describe("the bound on a picture", () => {
  it("starts at 480 lines, 15 images a second, 800 kbit/s", () => {
    expect(gradeOf("motion", start)).toEqual({ bitrate: 800_000, lines: 480, framerate: 15 });
  });

  it.each([
    ["there is much room, for 10 s", 10, ROOM, 2000],
    ["nothing is amiss, and no more room is known of, for 7 s", 7, {}, 800],
    ["nothing is amiss for long: a bound sender cannot know of room", 10, {}, 1200],
    ["there is no estimate and no loss", 13, { availableOutgoingBitrate: null }, 1200],
    ["the path takes 500 kbit/s", 4, held(500_000), 400],
    ["the path takes 300 kbit/s", 4, held(300_000), 200],
    ["the path takes next to nothing", 4, held(40_000), 100],
    ["a dark room needs little, and the estimate is low", 7, { availableOutgoingBitrate: 300_000 }, 800],
    ["it is poor for 2 s only", 2, held(40_000), 800],
    ["one packet in five is lost", 4, { sentLoss: 0.2 }, 400],
    [
      "one packet in five is lost, and no estimate is there",
      4,
      { sentLoss: 0.2, availableOutgoingBitrate: null },
      400,
    ],
    ["one packet in twenty is lost: retransmission mends that", 30, { sentLoss: 0.05 }, 800],
    ["packets stand in a queue of 2 s", 4, { roundTripMs: 2000 }, 400],
    ["the telephone itself is too slow", 4, { sentLimitedBy: "cpu" }, 400],
  ])("when %s, after %i s", (_, seconds, seen, expected) => {
    expect(bitrate(live(start, seconds, seen))).toBe(expected);
  });

  it("goes down to 180 lines and 5 images a second, and no lower, on 3 % of what it wants [F21]", () => {
    const low = live(start, 60, {
      availableOutgoingBitrate: 25_000,
      sentLoss: 0.3,
      sentLimitedBy: "bandwidth",
    });
    expect(gradeOf("motion", low)).toEqual({ bitrate: 100_000, lines: 180, framerate: 5 });
  });

  it("goes up to 720 lines and 30 images a second, and no higher", () => {
    const high = live(start, 60, ROOM);
    expect(gradeOf("motion", high)).toEqual({ bitrate: 2_000_000, lines: 720, framerate: 30 });
  });

  it("comes back up one grade at a time when the path is good again [F21]", () => {
    const low = live(start, 4, held(90_000));
    expect(bitrate(low)).toBe(100);
    expect(bitrate(live(low, 5, ROOM))).toBe(200);
    expect(bitrate(live(low, 60, ROOM))).toBe(2000);
  });

  it("is back at its start within 40 s of a poor time, whatever was too much before it [F21]", () => {
    const high = live(start, 30, ROOM);
    const low = live(high, 20, { ...held(60_000), sentLoss: 0.05 });
    expect(bitrate(low)).toBe(100);
    const unaware = live(low, 40, { availableOutgoingBitrate: null });
    expect(bitrate(unaware)).toBeGreaterThanOrEqual(800);
  });

  it("does not swing: a rise that was too much is tried again ever more seldom", () => {
    let state = start;
    const rises: number[] = [];
    for (let second = 1; second <= 600; second++) {
      const estimate = state.level > 3 ? 600_000 : 5_000_000; // the path breaks down above 800 kbit/s
      const path = state.level > 3 ? held(estimate) : { availableOutgoingBitrate: estimate };
      const next = adapt(state, { at: second * 1000, ...FINE, ...path });
      if (next.level > 3 && state.level <= 3) rises.push(second);
      state = next;
    }
    expect(rises.length).toBeLessThanOrEqual(14);
    const gaps = rises.slice(1).map((at, index) => at - (rises[index] ?? 0));
    expect(Math.max(...gaps)).toBeGreaterThan(3 * (gaps[0] ?? 0));
  });

  it("never leaves its ladder, whatever is measured", () => {
    const random = seeded(7);
    let state = start;
    for (let second = 1; second <= 5_000; second++) {
      const seen = {
        availableOutgoingBitrate: random() < 0.2 ? null : random() * 4_000_000,
        sentLoss: random() < 0.2 ? null : random() * 0.5,
        sentLimitedBy: ["none", "cpu", "bandwidth", "other", null][Math.floor(random() * 5)] ?? null,
        roundTripMs: random() < 0.2 ? null : random() * 3000,
      };
      const next = adapt(state, { at: second * 1000, ...seen });
      expect(next.level).toBeGreaterThanOrEqual(0);
      expect(next.level).toBeLessThanOrEqual(5);
      expect(next.level - state.level).toBeLessThanOrEqual(1);
      state = next;
    }
  });
});

describe("« détail » against « mouvement »", () => {
  it.each([100, 200, 400, 800, 1200, 2000].map((rate, level) => [rate, level]))(
    "has more lines or as many, and fewer images, at %i kbit/s",
    (rate, level) => {
      const motion = gradeOf("motion", { ...start, level });
      const detail = gradeOf("detail", { ...start, level });
      expect([motion.bitrate, detail.bitrate]).toEqual([rate * 1000, rate * 1000]);
      expect(detail.lines).toBeGreaterThanOrEqual(motion.lines);
      expect(detail.framerate).toBeLessThan(motion.framerate);
    },
  );
});

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
