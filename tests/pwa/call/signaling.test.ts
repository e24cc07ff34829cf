import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type EarlyMessage, Signaling, type SocketState } from "../../../pwa/call/signaling.ts";
import type { FromServer } from "../../../pwa/protocol.ts";
import { seeded } from "./fakes/random.ts";
import { FakeSocket, SeatServer, useServer } from "./fakes/seat_server.ts";

let server: SeatServer;
let heard: FromServer[];
let states: SocketState[];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  server = new SeatServer();
  useServer(server);
  heard = [];
  states = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("a seat's stream", () => {
  it("opens before there is a token, and says hello when there is one", async () => {
    const signaling = make();
    signaling.connect();
    await wait(1_000);
    expect(server.hellos).toEqual([]);
    signaling.start("seat");
    await wait(50);
    expect(server.hellos).toEqual([{ epoch: null, lastSeq: 0 }]);
    expect(server.sockets).toHaveLength(1);
    expect(states).toEqual(["open"]);
  });

  it("goes on where it stopped: what was missed comes once, in order [F8]", async () => {
    await opened();
    notify("first");
    await wait(50);
    server.cut(1006);
    notify("second", "third");
    await wait(5_000);
    expect(reasons()).toEqual(["first", "second", "third"]);
    expect(server.hellos[1]).toEqual({ epoch: "epoch-1", lastSeq: 1 });
    expect(states).toEqual(["open", "down", "open"]);
  });

  it("hands on a repeated frame once, and reopens on a gap [F8]", async () => {
    await opened();
    server.copies = () => 2;
    notify("twice");
    server.copies = () => 0;
    notify("lost");
    server.copies = () => 1;
    notify("after");
    await wait(1_000);
    expect(reasons()).toEqual(["twice", "lost", "after"]);
  });

  it("sends what was not confirmed again under the same id; it counts once [F8]", async () => {
    const signaling = await opened();
    server.isSilent = true;
    signaling.send({ t: "report-step", step: "camera-granted" });
    await wait(100);
    server.isSilent = false;
    server.cut(1006);
    await wait(3_000);
    server.cut(1006);
    await wait(3_000);
    expect(server.handled.map(({ t }) => t)).toEqual(["report-step"]);
  });

  it("keeps the order of what is said while a new socket takes over [F8]", async () => {
    const signaling = await opened();
    signaling.hint();
    await wait(18);
    signaling.send({ t: "report-step", step: "caller-paused" }); // on its way when the socket is let go of
    await wait(4);
    signaling.send({ t: "report-step", step: "caller-resumed" });
    await wait(1_000);
    expect(server.handled.map((message) => "step" in message && message.step)).toEqual([
      "caller-paused",
      "caller-resumed",
    ]);
  });

  it("loses, doubles and turns round nothing over a line that breaks and repeats, 500 times [F8]", async () => {
    for (let seed = 0; seed < 500; seed++) await survive(seed);
  });

  async function survive(seed: number): Promise<void> {
    const random = seeded(seed);
    vi.spyOn(Math, "random").mockImplementation(random);
    server = new SeatServer();
    useServer(server);
    heard = [];
    const signaling = await opened();
    server.copies = () => Math.floor(random() * 2.5);
    for (let step = 0; step < 10; step++) {
      notify(`${step}`);
      signaling.send({ t: "report-step", step: "connecting", detail: `${step}` });
      if (random() < 0.3) server.cut(1006);
      await wait(random() * 400);
    }
    server.copies = () => 1;
    server.cut(1006);
    await wait(15_000);
    const all = Array.from({ length: 10 }, (_, step) => `${step}`);
    expect([seed, ...reasons()]).toEqual([seed, ...all]);
    expect([seed, ...server.handled.map((message) => "detail" in message && message.detail)]).toEqual([
      seed,
      ...all,
    ]);
    signaling.close();
  }
});

describe("a doubtful socket", () => {
  it("that looks open but is silent is replaced within 15 s [F6]", async () => {
    await opened();
    server.isSilent = true;
    await wait(14_000);
    server.isSilent = false;
    await wait(6_500);
    expect(server.hellos).toHaveLength(2);
  });

  it("is replaced within 2 s on a hint, without a moment of being down [F6] [F1]", async () => {
    const signaling = await opened();
    signaling.hint();
    signaling.hint();
    await wait(2_000);
    expect(server.hellos).toHaveLength(2);
    expect(server.sockets).toHaveLength(2);
    expect(states).toEqual(["open"]);
  });

  it("is kept when the new one does not open", async () => {
    const signaling = await opened();
    server.isDown = true;
    signaling.hint();
    await wait(1_000);
    notify("still here");
    await wait(100);
    expect(reasons()).toEqual(["still here"]);
  });

  it("is replaced at the next hint when the former came too early, before there was a network [F1]", async () => {
    const signaling = await opened();
    server.isDown = true;
    signaling.hint();
    await wait(1_000);
    server.isDown = false;
    signaling.hint();
    await wait(300);
    expect(server.hellos).toHaveLength(2);
  });
});

describe("a closed socket", () => {
  it.each([
    [4001, "replaced"],
    [4410, "over"],
    [4401, "refused"],
    [4403, "refused"],
  ])("with code %i is the end: %s [F35]", async (code, state) => {
    await opened();
    server.cut(code);
    await wait(60_000);
    expect(states.at(-1)).toBe(state);
    expect(server.sockets).toHaveLength(1);
  });

  it.each([1006, 1012, 4408, 4409])("with code %i comes back within half a second [F7]", async (code) => {
    await opened();
    server.cut(code);
    await wait(500);
    expect(states.at(-1)).toBe("open");
  });

  it("keeps trying while the server is away, and is back within 2.5 s of its return [F7]", async () => {
    await opened();
    server.isDown = true;
    server.cut(1006);
    await wait(60_000);
    const tries = server.sockets.length;
    expect(tries).toBeGreaterThan(30);
    expect(tries).toBeLessThan(60);
    server.isDown = false;
    await wait(2_500);
    expect(states.at(-1)).toBe("open");
  });

  it("of a server that lost its memory: facts are sent again, old negotiation is not [F7]", async () => {
    const signaling = await opened();
    server.isSilent = true;
    signaling.send({ t: "description", connectionId: "c1", type: "offer", sdp: "v=0" });
    signaling.send({ t: "report-step", step: "camera-granted" });
    await wait(50);
    server.isSilent = false;
    server.restart();
    await wait(5_000);
    expect(server.handled.map(({ t }) => t)).toEqual(["report-step"]);
    expect(heard.filter(({ t }) => t === "welcome")).toMatchObject([{ resumed: false }, { resumed: false }]);
  });
});

describe("before the socket is open", () => {
  it("messages go by the other way at once, and only once", async () => {
    const carried: EarlyMessage[] = [];
    const signaling = make(async (_, messages) => void carried.push(...messages));
    server.isDown = true;
    signaling.connect();
    signaling.send({ t: "report-step", step: "camera-asked" });
    signaling.start("seat");
    await wait(10);
    signaling.send({ t: "report-step", step: "camera-granted" });
    await wait(10);
    expect(carried.map((message) => "step" in message && message.step)).toEqual([
      "camera-asked",
      "camera-granted",
    ]);
    server.isDown = false;
    await wait(9_000);
    expect(states).toContain("open");
    expect(server.handled).toEqual([]);
  });

  it("what the other way lost goes by the socket", async () => {
    const signaling = make(async () => Promise.reject(new Error("no network")));
    signaling.send({ t: "report-step", step: "camera-asked" });
    signaling.start("seat");
    await wait(1_000);
    expect(server.handled.map(({ t }) => t)).toEqual(["report-step"]);
  });
});

function make(carry?: (seatToken: string, messages: EarlyMessage[]) => Promise<void>): Signaling {
  return new Signaling({
    url: "ws://test/api/socket",
    page: "test",
    onMessage: (message) => void heard.push(message),
    onState: (state) => void states.push(state),
    ...(carry ? { carry } : {}),
  });
}

async function opened(): Promise<Signaling> {
  const signaling = make();
  signaling.start("seat");
  await wait(100);
  return signaling;
}

function notify(...names: string[]): void {
  for (const reason of names) server.push({ t: "finished", reason });
}

function reasons(): string[] {
  return heard.flatMap((message) => (message.t === "finished" ? [message.reason] : []));
}

function wait(ms: number): Promise<unknown> {
  return vi.advanceTimersByTimeAsync(ms);
}
