import { expect, it } from "vitest";
import { noteServerDate, serverNow } from "../../../pwa/ui/clock.ts";
import { dictated, duration, timeOfDay } from "../../../pwa/ui/format.ts";

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
