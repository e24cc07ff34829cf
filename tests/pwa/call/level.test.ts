import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  barOf,
  beginHearing,
  decibels,
  FLOOR_DB,
  type Hearing,
  hear,
  LevelMeter,
} from "../../../pwa/call/level.ts";

const samples = (amplitude: number) =>
  Float32Array.from({ length: 2_048 }, (_, index) => amplitude * Math.sin(index / 5));

describe("how loud it is", () => {
  it("is told in decibels below the loudest there can be", () => {
    expect(decibels(samples(1))).toBeCloseTo(-3, 1);
    expect(decibels(samples(0.1))).toBeCloseTo(-23, 1);
    expect(decibels(new Float32Array(2_048))).toBe(FLOOR_DB);
    expect(decibels(new Float32Array(0))).toBe(FLOOR_DB);
  });

  it("fills a bar from −60 to −12", () => {
    expect([-100, -60, -36, -12, 0].map(barOf)).toEqual([0, 0, 0.5, 1, 1]);
  });
});

describe("whether a microphone hears", () => {
  it.each<[string, number[], Hearing]>([
    ["a voice", [-30], "voice"],
    ["a voice, then a pause", [-30, ...silence(70, -65)], "voice"],
    ["a quiet room", silence(90, -65), "quiet"],
    ["a voice that has stopped long ago", [-30, ...silence(90, -65)], "quiet"],
    ["a switch that is off", silence(40, -100), "dead"],
    ["a moment of nothing", silence(20, -100), "quiet"],
    ["a switch turned off after a voice", [-30, ...silence(40, -100)], "dead"],
    ["a switch turned on again", [...silence(40, -100), -30], "voice"],
  ])("%s", (_, levels, expected) => {
    const last = levels.reduce((watch, db, index) => hear(watch, index * 100, db), beginHearing(0));
    expect(last.hearing).toBe(expected);
  });
});

describe("the meter", () => {
  let state: string;
  beforeEach(() => {
    vi.useFakeTimers();
    state = "running";
    vi.stubGlobal("MediaStream", class {});
    vi.stubGlobal("AudioContext", FakeContext);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("looks twenty times a second, and no more once stopped", async () => {
    const seen: number[] = [];
    const meter = new LevelMeter({} as MediaStreamTrack, (db) => seen.push(db));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(seen).toHaveLength(20);
    expect(seen[0]).toBeCloseTo(-23, 1);
    meter.stop();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(seen).toHaveLength(20);
    expect(state).toBe("closed");
  });

  it("says nothing while the browser holds it back: zeros of a sleeping context are no silence", async () => {
    state = "suspended";
    const seen: number[] = [];
    new LevelMeter({} as MediaStreamTrack, (db) => seen.push(db));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(seen).toEqual([]);
  });

  class FakeContext {
    get state() {
      return state;
    }
    createAnalyser = () => ({
      fftSize: 0,
      getFloatTimeDomainData: (into: Float32Array) => into.set(samples(0.1)),
    });
    createMediaStreamSource = () => ({ connect: () => undefined });
    resume = async () => undefined;
    close = async () => {
      state = "closed";
    };
  }
});

/** So many tenths of a second. */
function silence(count: number, db: number): number[] {
  return Array.from({ length: count }, () => db);
}
