import { expect, it } from "vitest";
import {
  begin,
  framesMoved,
  lastMovedAt,
  type TwoPictures,
  videoMoved,
} from "../../../pwa/pro/two-pictures.ts";

/** Moves each picture at its pace, each while it lives; returns when the one in front changed. */
function watch(untilMs: number, video: (at: number) => boolean, frames: (at: number) => boolean): string[] {
  const changes: string[] = [];
  let now: TwoPictures = begin();
  for (let at = 0; at <= untilMs; at += 50) {
    const before = now.shown;
    if (video(at)) now = videoMoved(now, at);
    if (frames(at)) now = framesMoved(now, at);
    if (now.shown !== before) changes.push(`${at} ${now.shown}`);
  }
  return changes;
}

const every = (ms: number, from: number, until: number) => (at: number) =>
  at >= from && at < until && at % ms === 0;

it("frames take over one second after video stopped, and give way once it has moved for 0.7 s", () => {
  const video = (at: number) => every(50, 0, 3_000)(at) || every(50, 6_000, 9_000)(at);
  expect(watch(9_000, video, every(100, 3_000, 8_000))).toEqual(["4000 frames", "6700 video"]);
});

it("frames show at once when there was no video", () => {
  expect(watch(3_000, () => false, every(100, 2_000, 3_000))).toEqual(["2000 frames"]);
});

it("a video of single pictures does not make the screen flicker", () => {
  const changes = watch(30_000, every(1_500, 0, 30_000), every(1_000, 2_000, 30_000));
  expect(changes.length).toBeLessThan(3);
});

it("the age of the picture is that of the newer one", () => {
  expect(lastMovedAt(framesMoved(videoMoved(begin(), 100), 300))).toBe(300);
});
