import { describe, expect, it } from "vitest";
import { inDays } from "../../../pwa/pro/visits/days.ts";
import { mayBeAbsent, mayJoin, visitStatus } from "../../../pwa/pro/visits/visit-status.ts";
import type { AppointmentView } from "../../../pwa/protocol.ts";
import { visit } from "./stand.ts";

const now = Date.now();
const HOUR = 3_600_000;
const status = (changes: Partial<AppointmentView>) => visitStatus(visit(changes), now);

describe("where a visit stands [S32]", () => {
  it("tells what became of the invitation [F60]", () => {
    expect(status({ deliveries: [] })).toBe("unsent");
    expect(status({ deliveries: [{ channel: "sms", to: "1", status: "waiting" }] })).toBe("sending");
    expect(status({ deliveries: [{ channel: "sms", to: "1", status: "failed" }] })).toBe("undelivered");
    expect(status({})).toBe("sent");
  });

  it("needs one way that works, and believes the last message of each", () => {
    const failed = { channel: "sms" as const, to: "1", status: "failed" as const };
    expect(status({ deliveries: [failed, { channel: "email", to: "2", status: "sent" }] })).toBe("sent");
    expect(status({ deliveries: [failed, { ...failed, status: "delivered" }] })).toBe("sent");
    expect(status({ deliveries: [{ ...failed, status: "sent" }, failed] })).toBe("undelivered");
  });

  it("tells the equipment test, then who waits, then the call, then the end", () => {
    expect(status({ precall: "ok" })).toBe("tested");
    expect(status({ precall: "weak" })).toBe("troubled");
    expect(status({ precall: "ok", waiting: 1 })).toBe("waiting");
    expect(status({ encounterStatus: "in-progress" })).toBe("in-progress");
    expect(status({ status: "fulfilled", encounterStatus: "finished" })).toBe("done");
    expect(status({ status: "cancelled" })).toBe("cancelled");
    expect(status({ status: "noshow" })).toBe("noshow");
  });

  it("tells that nobody came once the slot is over, but not of a call under way [F58]", () => {
    const over = { startAt: now - 2 * HOUR, closesAt: now - HOUR };
    expect(status(over)).toBe("lapsed");
    expect(status({ ...over, encounterStatus: "in-progress" })).toBe("in-progress");
  });
});

it("may be joined while its link works, and as long as somebody is in it [S31 F58]", () => {
  const booked = visit();
  const { opensAt, closesAt } = booked;
  expect(mayJoin(booked, opensAt - 1)).toBe(false);
  expect(mayJoin(booked, opensAt)).toBe(true);
  expect(mayJoin(booked, closesAt)).toBe(false);
  expect(mayJoin({ ...booked, encounterStatus: "in-progress" }, closesAt + HOUR)).toBe(true);
  expect(mayJoin({ ...booked, status: "cancelled", waiting: 1 }, opensAt)).toBe(false);
});

it("may be noted absent once its time has come, and nobody with it", () => {
  const booked = visit();
  const { startAt } = booked;
  expect(mayBeAbsent(booked, startAt - 1)).toBe(false);
  expect(mayBeAbsent(booked, startAt)).toBe(true);
  expect(mayBeAbsent(visit({ waiting: 1 }), startAt)).toBe(false);
  expect(mayBeAbsent(visit({ encounterStatus: "in-progress" }), startAt)).toBe(false);
});

it("shows today first, then what comes, then what was, the latest first [S32]", () => {
  const noon = Date.parse("2026-11-23T11:00:00Z");
  const at = (id: string, startAt: number) => visit({ id, startAt });
  const DAY = 24 * HOUR;
  const list = [
    at("c", noon + DAY),
    at("b", noon + HOUR),
    at("x", noon - 3 * DAY),
    at("y", noon - DAY),
    at("a", noon - HOUR),
    at("d", noon + 5 * DAY),
  ];
  const days = inDays(list, noon);
  expect(days.map(({ when }) => when)).toEqual(["today", "tomorrow", null, "yesterday", null]);
  expect(days.flatMap(({ visits }) => visits.map(({ id }) => id)).join("")).toBe("abcdyx");
});
