import { describe, expect, it } from "vitest";
import {
  begin,
  CALM_MS,
  type Command,
  type Connectivity,
  type Event,
  HINT_EVERY_MS,
  type Look,
  REBUILD_AFTER_MS,
  RESTART_EVERY_MS,
  STILL_MS,
  step,
} from "../../../pwa/call/connectivity.ts";
import { seeded } from "./fakes/random.ts";

const LOOK_MS = 250;
const RESTART: Command[] = ["reopen-socket", "restart-ice"];
type News = [atMs: number, ...Command[]];
type Life = (at: number) => Partial<Look> & { events?: Event[] };

/** Looks four times a second; `life` says what there is to see, and what happens just before. Returns the commands. */
function run(durationMs: number, life: Life, from: Connectivity = begin(0)): News[] {
  const news: News[] = [];
  let memory = from;
  for (let at = from.clock + LOOK_MS; at <= durationMs; at += LOOK_MS) {
    const { events = [], ...seen } = life(at);
    const given: Command[] = [];
    for (const event of [...events, look(seen)]) {
      const [next, commands] = step(memory, at, event);
      memory = next;
      given.push(...commands);
    }
    if (given.length) news.push([at, ...given]);
  }
  return news;
}

function look(seen: Partial<Look>): Event {
  const received = seen.received ?? 0;
  const usual: Look = {
    state: "connected",
    received,
    isExpecting: true,
    pictures: received,
    isPictureDue: true,
  };
  return { is: "look", ...usual, ...seen };
}

function only(news: News[], ...wanted: Command[]): News[] {
  return news
    .map(([at, ...commands]): News => [at, ...commands.filter((command) => wanted.includes(command))])
    .filter(({ length }) => length > 1);
}

/** A connection over which bytes have flowed, at 250 ms. */
function live(): Connectivity {
  return step(begin(0), LOOK_MS, look({ received: 9 }))[0];
}

/** Bytes flow outside the silence. */
const silentBetween =
  (start: number, end: number): Life =>
  (at) => ({ received: at <= start ? at : at < end ? start : at });

describe("silence", () => {
  it("of one second opens a new socket and restarts ICE, then again every 1.5 s, then slower [F1] [F2]", () => {
    expect(run(13_000, silentBetween(2_000, 99_000))).toEqual([
      [3_000, "tell-lost", ...RESTART],
      [4_500, ...RESTART],
      [6_000, ...RESTART],
      [7_500, ...RESTART],
      [10_500, ...RESTART],
    ]);
  });

  it("that ends is told once, and all is calm again [F3]", () => {
    const news = run(9_000, silentBetween(2_000, 5_000));
    expect(news.at(-1)).toEqual([5_250, "tell-back"]);
  });

  it("of 15 s calls for another connection, and again every 15 s; after 45 s the stream begins anew [F4]", () => {
    const news = only(run(60_000, silentBetween(2_000, 99_000)), "rebuild", "rejoin");
    expect(news).toEqual([
      [20_500, "rebuild"],
      [35_500, "rebuild"],
      [50_500, "rejoin", "rebuild"],
    ]);
  });

  it("of pictures alone, on a path that lives, calls for another connection [F23]", () => {
    const never = run(25_000, (at) => ({ received: at, pictures: 0 }));
    expect(never).toEqual([
      [10_000, "rebuild"],
      [20_000, "rebuild"],
    ]);
    const noMore = run(20_000, (at) => ({ received: at, pictures: Math.min(at, 2_000) }));
    expect(noMore).toEqual([[17_000, "rebuild"]]);
  });

  it("that only checks of the path interrupt is still silence: another connection after 15 s [F4]", () => {
    const checks: Life = (at) => ({ received: at < 2_000 ? at : 2_000 + Math.floor(at / 4_000) });
    const news = run(20_000, checks);
    expect(only(news, "rebuild", "tell-back")).toEqual([[18_000, "rebuild"]]);
  });

  it("means nothing while the caller has paused [F32]", () => {
    const paused = (at: number) => ({
      received: Math.min(at, 2_000),
      isExpecting: at < 2_500,
      isPictureDue: at < 2_500,
    });
    expect(run(9_000, paused)).toEqual([]);
  });

  it("is not waited for when the browser says `disconnected` [F2]", () => {
    const news = run(1_000, (at) => ({ received: at, state: at < 750 ? "connected" : "disconnected" }));
    expect(news).toEqual([[750, "tell-lost", ...RESTART]]);
  });
});

describe("a clock", () => {
  it("that leaps is that of a page that slept: its silence proves nothing, until a second later [F34]", () => {
    const memory = step(live(), 60_000, look({ received: 9 }))[0];
    expect(run(60_750, () => ({ received: 9 }), memory)).toEqual([]);
    expect(run(61_000, () => ({ received: 9 }), memory)).toEqual([[61_000, "tell-lost", ...RESTART]]);
  });

  it("that goes back holds nothing up [F24]", () => {
    const memory = step(live(), -3_600_000, look({ received: 9 }))[0];
    const news = run(-3_590_000, () => ({ received: 9 }), memory);
    expect(news[0]).toEqual([-3_599_000, "tell-lost", ...RESTART]);
  });
});

describe("before anything has come", () => {
  it("a person may take all the time to answer the camera's prompt", () => {
    expect(run(120_000, () => ({ received: 0, isExpecting: false, isPictureDue: false }))).toEqual([]);
  });

  it("a slow link has 15 s to connect, then another connection is tried [F22]", () => {
    expect(run(16_000, () => ({ state: "connecting" }))).toEqual([[15_000, "reopen-socket", "rebuild"]]);
  });

  it("a failure is answered at once, and soon by another connection: there is nothing to keep", () => {
    const news = only(
      run(8_000, () => ({ state: "failed" })),
      "restart-ice",
      "rebuild",
    );
    expect(news).toEqual([
      [250, "restart-ice"],
      [1_750, "restart-ice"],
      [3_250, "rebuild"],
      [4_750, "restart-ice"],
      [7_750, "rebuild"],
    ]);
  });
});

describe("a hint of the system", () => {
  const hints =
    (...times: number[]): Life =>
    (at) => ({
      received: at,
      events: times.includes(at) ? [{ is: "hint" }] : [],
    });

  it("does not wait for the silence, and holds back the watchdog's own restart [F1]", () => {
    const [memory, commands] = step(live(), 300, { is: "hint" });
    expect(commands).toEqual(RESTART);
    expect(run(1_750, () => ({ received: 9 }), memory)).toEqual([[1_300, "tell-lost"]]);
  });

  it("counts at once, and a burst of them once more three seconds later [F1]", () => {
    expect(run(9_000, hints(1_000, 1_250, 1_500, 2_250))).toEqual([
      [1_000, ...RESTART],
      [4_000, ...RESTART],
    ]);
  });

  it("before the connection only renews the socket", () => {
    expect(step(begin(0), 100, { is: "hint" })[1]).toEqual(["reopen-socket"]);
  });

  it("before the connection restarts one that has been slow to come about", () => {
    const slow: Life = (at) => ({ state: "connecting", events: at === 5_000 ? [{ is: "hint" }] : [] });
    expect(run(6_000, slow)).toEqual([[5_000, ...RESTART]]);
  });

  it("a page that is seen again renews its socket", () => {
    expect(step(live(), 300, { is: "visible" })[1]).toEqual(["reopen-socket"]);
  });
});

describe("frames over the socket", () => {
  const SOCKET: Event = { is: "socket", isOpen: true };
  const open = step(begin(0), 0, SOCKET)[0];

  it("begin 2 s after the seat was taken when there is no path, and end once pictures flow for 1 s [F12]", () => {
    const life: Life = (at) => (at < 8_000 ? { state: "connecting" } : { received: at });
    expect(only(run(12_000, life, open), "start-frames", "stop-frames")).toEqual([
      [STILL_MS, "start-frames"],
      [8_000 + CALM_MS, "stop-frames"],
    ]);
  });

  it("begin at once when the camera comes after that", () => {
    const life: Life = (at) => ({ state: "connecting", isPictureDue: at >= 5_000 });
    expect(only(run(6_000, life, open), "start-frames")).toEqual([[5_000, "start-frames"]]);
  });

  it("wait for the path when it is warm and only the camera is late", () => {
    const life: Life = (at) => ({
      received: at < 5_200 ? 0 : at,
      isPictureDue: at >= 5_000,
      isExpecting: at >= 5_000,
    });
    expect(only(run(9_000, life, open), "start-frames")).toEqual([]);
  });

  it("wait for the socket", () => {
    const life: Life = (at) => ({ state: "connecting", events: at === 7_000 ? [SOCKET] : [] });
    expect(only(run(8_000, life), "start-frames")).toEqual([[7_000, "start-frames"]]);
  });

  it("begin 2 s after pictures stopped although bytes flow, within the 3 s that a freeze may last [F21]", () => {
    const life: Life = (at) => ({ received: at, pictures: Math.min(at, 4_000) });
    expect(run(7_000, life, open)).toEqual([[6_000, "start-frames"]]);
  });

  it("stop with the camera, and begin again with it [F32]", () => {
    const life: Life = (at) => ({ state: "connecting", isPictureDue: at < 4_000 || at >= 6_000 });
    expect(only(run(7_000, life, open), "start-frames", "stop-frames")).toEqual([
      [2_000, "start-frames"],
      [4_000, "stop-frames"],
      [6_000, "start-frames"],
    ]);
  });

  it("go on while the other side wants them, whatever flows here", () => {
    const wanted = (isWanted: boolean): Event => ({ is: "wanted", isWanted });
    const events: Record<number, Event[]> = { 3000: [wanted(true)], 9000: [wanted(false)] };
    const life: Life = (at) => ({ received: at, events: events[at] ?? [] });
    expect(run(12_000, life, open)).toEqual([
      [3_000, "start-frames"],
      [9_000, "stop-frames"],
    ]);
  });

  it("that come from the other side are acknowledged once, and given up once video flows", () => {
    const life: Life = (at) => ({
      state: at < 6_000 ? "closed" : "connected",
      received: at < 6_000 ? 0 : at,
      events: at > 3_000 && at < 6_500 ? [{ is: "frames" }] : [],
      isPictureDue: true,
    });
    expect(run(9_000, life)).toEqual([
      [3_250, "start-frames"],
      [7_000, "stop-frames"],
    ]);
  });

  it("do not flap on a path that comes and goes: each time they stay longer", () => {
    const life: Life = (at) => ({ received: at, pictures: at % 6_000 < 3_000 ? at : 0 });
    const stops = only(run(120_000, life, open), "stop-frames");
    expect(stops.length).toBeLessThan(5);
  });
});

describe("whatever happens, in any order", () => {
  const SEEDS = 500;
  /** The slowest pace of restarts, and the looks around it. */
  const LONGEST_WAIT_MS = 6_000;
  const STATES: RTCPeerConnectionState[] = ["new", "connecting", "connected", "disconnected", "failed"];

  it("commands keep their distance, frames end with video, and nothing is done after the end", () => {
    for (let seed = 0; seed < SEEDS; seed++) check(seed, wander(seed));
  });

  it("while the picture is lost there is always a next try, and none once bytes flow again [F4]", () => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const { memory, at } = wander(seed, 100);
      if (memory.link === "joining") continue;
      const tries = only(
        run(at + 40_000, () => ({}), memory),
        "restart-ice",
        "rebuild",
      );
      expect([seed, Math.max(...gaps(tries, at)) <= LONGEST_WAIT_MS]).toEqual([seed, true]);
      const flowing = run(at + 20_000, (now) => ({ received: now }), memory);
      const late = flowing.filter(([when]) => when > at + HINT_EVERY_MS + 1_000);
      expect([seed, only(late, "restart-ice", "rebuild", "tell-lost")]).toEqual([seed, []]);
    }
  });

  /** Random events at random distances, sometimes with a leap of the clock; the commands with the machine's own time. */
  function wander(seed: number, steps = 400) {
    const random = seeded(seed);
    const given: [now: number, Command][] = [];
    let memory = begin(0);
    let at = 0;
    let received = 0;
    for (let index = 0; index < steps; index++) {
      at += random() < 0.02 ? (random() - 0.3) * 100_000 : random() * 400;
      received += random() < 0.6 ? 100 : 0;
      const [next, commands] = step(memory, at, anything(random, received));
      memory = next;
      given.push(...commands.map((command): [number, Command] => [memory.now, command]));
    }
    return { memory, at, given };
  }

  function anything(random: () => number, received: number): Event {
    const dice = random();
    if (dice < 0.04) return { is: "hint" };
    if (dice < 0.08) return { is: "visible" };
    if (dice < 0.12) return { is: "socket", isOpen: random() < 0.7 };
    if (dice < 0.15) return { is: "wanted", isWanted: random() < 0.3 };
    if (dice < 0.17) return { is: "replaced" };
    if (dice < 0.2) return { is: random() < 0.5 ? "frames" : "anew" };
    const state = random() < 0.7 ? "connected" : (STATES[Math.floor(random() * STATES.length)] ?? "new");
    const isPictureDue = random() < 0.9;
    return look({ received, state, isPictureDue, isExpecting: isPictureDue });
  }

  function check(seed: number, { memory, at, given }: ReturnType<typeof wander>): void {
    expect([seed, Math.min(...distances(given, "restart-ice")) >= RESTART_EVERY_MS]).toEqual([seed, true]);
    expect([seed, Math.min(...distances(given, "rebuild")) >= 1_500]).toEqual([seed, true]);
    expect([seed, Math.min(...distances(given, "reopen-socket")) >= 1_000]).toEqual([seed, true]);
    const told = given.map(([, command]) => command).filter((command) => /^tell/.test(command));
    expect([seed, told.every((command, index) => command !== told[index - 1])]).toEqual([seed, true]);
    const calm = step(memory, at, { is: "wanted", isWanted: false })[0];
    const flowing = run(at + 20_000, (now) => ({ received: now }), calm);
    expect([seed, only(flowing, "start-frames")]).toEqual([seed, []]);
    expect([seed, only(flowing, "stop-frames").length]).toEqual([seed, calm.areFramesOn ? 1 : 0]);
    const closed = step(memory, at, { is: "closed" })[0];
    expect([seed, run(at + 30_000, () => ({ state: "failed", events: [{ is: "hint" }] }), closed)]).toEqual([
      seed,
      [],
    ]);
  }

  function distances(given: [number, Command][], wanted: Command): number[] {
    const times = given.filter(([, command]) => command === wanted).map(([now]) => now);
    return [Number.POSITIVE_INFINITY, ...times.slice(1).map((now, index) => now - (times[index] ?? 0))];
  }

  function gaps(news: News[], from: number): number[] {
    const times = [from, ...news.map(([at]) => at)];
    return times.slice(1).map((at, index) => at - (times[index] ?? 0));
  }
});

it("another connection starts from zero, and has 15 s of its own", () => {
  const [memory] = step(live(), 500, { is: "replaced" });
  const news = run(500 + REBUILD_AFTER_MS, () => ({ state: "connecting" }), memory);
  expect(only(news, "restart-ice", "rebuild")).toEqual([[500 + REBUILD_AFTER_MS, "rebuild"]]);
});
