import { describe, expect, it } from "vitest";
import { beginSourceWatch, isAlive, type SourceLook, watchSource } from "../../../pwa/call/source_watch.ts";

/** Looks twice a second; `frames` gives the count at each. Returns the second at which each fault was first known. */
function follow(seconds: number, look: (second: number) => Partial<SourceLook>) {
  let watch = beginSourceWatch(0);
  const faults: [string, number][] = [];
  for (let at = 500; at <= seconds * 1000; at += 500) {
    const before = watch.fault;
    watch = watchSource(watch, { at, frames: at, isMuted: false, isExpected: true, ...look(at / 1000) });
    if (watch.fault && watch.fault !== before) faults.push([watch.fault, at / 1000]);
  }
  return { watch, faults };
}

const stopAt = (second: number) => (now: number) => ({ frames: Math.min(now, second) * 15 });

describe("a camera", () => {
  it("that gives pictures is never doubted", () => {
    expect(follow(60, () => ({})).faults).toEqual([]);
  });

  it("that gives one picture a second in the dark is not doubted either", () => {
    expect(follow(60, (second) => ({ frames: Math.floor(second) })).faults).toEqual([]);
  });

  it("that says live and stands still is known within 5 s [F29]", () => {
    const { faults } = follow(20, stopAt(10));
    expect(faults).toEqual([["still", 12.5]]);
  });

  it("that the browser mutes is known within 2 s [F29]", () => {
    expect(follow(20, (second) => ({ isMuted: second >= 10 })).faults).toEqual([["muted", 11]]);
  });

  it("that is muted for a moment while it is set up is not", () => {
    expect(follow(20, (second) => ({ isMuted: second === 10 })).faults).toEqual([]);
  });

  it("that never gives a first picture is known too [F29]", () => {
    expect(follow(20, () => ({ frames: 0 })).faults).toEqual([["still", 6]]);
  });

  it("is alive again after two looks at which it moved, not after one stray picture [F29]", () => {
    const stray = follow(20, (second) => ({ frames: second < 5 ? second : second < 15 ? 5 : 6 }));
    expect(stray.watch.fault).toBe("still");
    const back = follow(20, (second) => ({ frames: second >= 5 && second < 15 ? 5 : second }));
    expect(back.watch.fault).toBe(null);
    expect(isAlive(back.watch)).toBe(true);
  });

  it("of a page that is hidden, or that slept, proves nothing by its silence [F32] [F34]", () => {
    const hidden = follow(60, (second) => ({ ...stopAt(10)(second), isExpected: second < 10 }));
    expect(hidden.faults).toEqual([]);
    const asleep = watchSource(
      { ...beginSourceWatch(0), frames: 5, hasMoved: true },
      { at: 60_000, frames: 5, isMuted: false, isExpected: true },
    );
    expect(asleep.fault).toBe(null);
  });
});
