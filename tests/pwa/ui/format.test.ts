import { expect, it } from "vitest";
import { noteServerDate, serverNow } from "../../../pwa/ui/clock.ts";
import { dictated, duration, momentOf, timeOfDay, typedDate, typedTime } from "../../../pwa/ui/format.ts";

const plain = (text: string) => text.replace(/\u00a0/g, " ");

it("tells the time of Paris wherever the workstation is, summer and winter", () => {
  expect(timeOfDay(Date.UTC(2026, 6, 14, 12, 3, 5), "fr")).toBe("14:03:05");
  expect(timeOfDay(Date.UTC(2026, 11, 24, 12, 3, 5), "fr")).toBe("13:03:05");
});

it.each([
  [400, "0 s"],
  [12_000, "12 s"],
  [65_000, "1 min 05 s"],
  [3_720_000, "1 h 02 min"],
  [-5_000, "0 s"],
])("tells %i ms as people do", (ms, text) => {
  expect(plain(duration(ms))).toBe(text);
});

it("dictates a French number by pairs, and leaves the others as they are", () => {
  expect(dictated("+33612345678")).toBe("06 12 34 56 78");
  expect(dictated("+3225551212")).toBe("+3225551212");
});

it("follows the server's clock when the workstation's is wrong, not the rounding of a right one [F24]", () => {
  const now = Date.now();
  noteServerDate(new Date(now - 86_400_000).toUTCString(), now);
  expect(Math.abs(serverNow() - (now - 86_400_000))).toBeLessThan(2000);
  noteServerDate(new Date(now - 900).toUTCString(), now);
  expect(Math.abs(serverNow() - Date.now())).toBeLessThan(50);
});

it.each([
  ["12/03/1948", "1948-03-12"],
  ["12.3.1948", "1948-03-12"],
  ["12031948", "1948-03-12"],
  ["29/02/1948", "1948-02-29"],
  ["29/02/1949", null],
  ["12/03/48", null],
  ["", null],
])("reads « %s » as the day %s", (typed, day) => {
  expect(typedDate(typed)).toBe(day);
});

it.each([
  ["14:30", "14:30"],
  ["9h30", "09:30"],
  ["9 h", "09:00"],
  ["0905", "09:05"],
  ["25:00", null],
  ["9:75", null],
  ["midi", null],
])("reads « %s » as the time %s", (typed, time) => {
  expect(typedTime(typed)).toBe(time);
});

it("knows the moment of a day and a time in Paris, and that some do not exist", () => {
  expect(momentOf("2026-07-14", "14:03")).toBe(Date.UTC(2026, 6, 14, 12, 3));
  expect(momentOf("2026-12-24", "14:03")).toBe(Date.UTC(2026, 11, 24, 13, 3));
  expect(momentOf("2027-03-28", "02:30")).toBeNull();
});
