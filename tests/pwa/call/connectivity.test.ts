import { describe, expect, it } from "vitest";
import {
  begin,
  type Command,
  type Connectivity,
  networkChanged,
  type Poll,
  poll,
} from "../../../pwa/call/connectivity.ts";

const LOOK_MS = 250;
type Event = [atMs: number, ...Command[]];

/** Looks four times a second; `life` says what there is to see at each moment. Returns what was commanded, and when. */
function run(
  durationMs: number,
  life: (at: number) => Partial<Poll>,
  from: Connectivity = begin(0),
): Event[] {
  const events: Event[] = [];
  let memory = from;
  for (let at = LOOK_MS; at <= durationMs; at += LOOK_MS) {
    const seen: Poll = { at, state: "connected", received: 0, isExpecting: true, ...life(at) };
    const [next, commands] = poll(memory, seen);
    memory = next;
    if (commands.length) events.push([at, ...commands]);
  }
  return events;
}

/** Bytes flow outside the silence. */
const silentBetween = (start: number, end: number) => (at: number) => ({
  received: at <= start ? at : at < end ? start : at,
});

describe("silence", () => {
  it("of one second opens a new socket and restarts ICE, then again every 1.5 s, then slower [F1] [F2]", () => {
    const restart: Command[] = ["reopen-socket", "restart-ice"];
    expect(run(13_000, silentBetween(2_000, 99_000))).toEqual([
      [3_000, "tell-lost", ...restart],
      [4_500, ...restart],
      [6_000, ...restart],
      [7_500, ...restart],
      [10_500, ...restart],
    ]);
  });

  it("that ends is told once, and all is calm again [F3]", () => {
    const events = run(9_000, silentBetween(2_000, 5_000));
    expect(events.at(-1)).toEqual([5_000, "tell-back"]);
  });

  it("of 15 s calls for another connection, and again 15 s later [F4]", () => {
    const rebuilds = run(50_000, silentBetween(2_000, 99_000)).filter(([, ...commands]) =>
      commands.includes("rebuild"),
    );
    expect(rebuilds.map(([at]) => at)).toEqual([20_500, 35_500]);
  });

  it("means nothing while the caller has paused [F32]", () => {
    expect(run(9_000, (at) => ({ received: Math.min(at, 2_000), isExpecting: at < 2_500 }))).toEqual([]);
  });

  it("means nothing after the page slept [F34]", () => {
    const [awake] = poll(begin(0), { at: 250, state: "connected", received: 9, isExpecting: true });
    const [, commands] = poll(awake, { at: 60_000, state: "connected", received: 9, isExpecting: true });
    expect(commands).toEqual([]);
  });
});

describe("before anything has come", () => {
  it("a person may take all the time to answer the camera's prompt", () => {
    expect(run(120_000, () => ({ received: 0 }))).toEqual([]);
  });

  it("a slow link has 15 s to connect, then another connection is tried [F22]", () => {
    expect(run(16_000, () => ({ state: "connecting" }))).toEqual([[15_000, "reopen-socket", "rebuild"]]);
  });

  it("a failure is answered at once", () => {
    expect(run(1_000, () => ({ state: "failed" }))).toEqual([[250, "reopen-socket", "restart-ice"]]);
  });
});

describe("a change of network", () => {
  it("does not wait for the silence, and holds back the watchdog's own restart [F1]", () => {
    const [live] = poll(begin(0), { at: 250, state: "connected", received: 9, isExpecting: true });
    const [memory, commands] = networkChanged(live, 300);
    expect(commands).toEqual(["reopen-socket", "restart-ice"]);
    expect(run(1_750, () => ({ received: 9 }), memory)).toEqual([[1_250, "tell-lost"]]);
  });

  it("before the connection only renews the socket", () => {
    expect(networkChanged(begin(0), 100)[1]).toEqual(["reopen-socket"]);
  });
});
