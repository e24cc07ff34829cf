import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CallerSeat } from "../../../pwa/call/caller_seat.ts";
import { Care } from "../../../pwa/call/care.ts";
import { DispatcherSeat } from "../../../pwa/call/dispatcher_seat.ts";
import { connections, FakePeerConnection, FakeTrack, resetConnections } from "./fakes/peer_connection.ts";
import { seeded } from "./fakes/random.ts";
import { FRESH, Room } from "./fakes/room.ts";
import { FakeSocket, useServer } from "./fakes/seat_server.ts";

const makers = {
  video: () => document.createElement("video"),
  canvas: () => document.createElement("canvas"),
};
let room: Room;
let pictures: (MediaStream | null)[];
const seats: { close(): void }[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("RTCPeerConnection", FakePeerConnection);
  vi.stubGlobal("MediaStream", class {});
  start(1);
});
afterEach(() => {
  for (const seat of seats.splice(0)) seat.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("joining", () => {
  it("is done with one connection and one answer: no offer crosses the socket", async () => {
    const { caller } = await joined();
    expect(connected()).toEqual([true, true]);
    expect(pictures).toHaveLength(1);
    const crossed = Object.values(room.seats).flatMap(({ handled }) =>
      handled.filter(({ t }) => t === "description"),
    );
    expect(crossed).toEqual([]);
    const camera = new FakeTrack() as unknown as MediaStreamTrack;
    await caller.show(camera);
    await wait(1_000);
    expect(connected()).toEqual([true, true]);
  });

  it("falls back to the socket when the offer is used up or stale", async () => {
    const dispatcher = await dispatcherThere();
    const stale = { id: "gone", sdp: room.offer?.sdp ?? "" };
    await callerEnters(stale);
    await wait(3_000);
    expect(pictures).toHaveLength(1);
    expect(dispatcher.connection).not.toBe(null);
  });

  it("works without any offer in waiting", async () => {
    await dispatcherThere();
    await callerEnters(null);
    await wait(3_000);
    expect(pictures).toHaveLength(1);
  });

  it("by a second device ends the first one's connection once the new one is there [C6] [A18]", async () => {
    const { dispatcher } = await joined();
    const first = dispatcher.connection as unknown as FakePeerConnection;
    await wait(3_000);
    await callerEnters(room.offer);
    await wait(3_000);
    expect(pictures).toHaveLength(2);
    expect(first.connectionState).toBe("closed");
  });
});

describe("the offer in waiting", () => {
  it("is ready within two seconds, and made again with fresh ICE servers before it is stale [F11] [F18]", async () => {
    await dispatcherThere();
    const first = room.offer?.id;
    expect(first).toBeDefined();
    await wait(260_000);
    expect(room.offer?.id).not.toBe(first);
    expect(connections.map(({ connectionState }) => connectionState)).toEqual(["closed", "new"]);
    expect(connections.at(-1)?.configurations).toMatchObject([{ iceServers: FRESH }]);
  });

  it("is replaced as soon as somebody has used it", async () => {
    await dispatcherThere();
    const first = room.offer?.id;
    await callerEnters(room.offer);
    await wait(3_000);
    expect(room.offer?.id).toBeDefined();
    expect(room.offer?.id).not.toBe(first);
  });
});

describe("the server killed in mid-call", () => {
  it("costs no connection, and the offer in waiting is put again [F7]", async () => {
    const { dispatcher } = await joined();
    await wait(3_000);
    const before = [...connections];
    room.kill();
    await wait(5_000);
    expect(connected()).toEqual([true, true]);
    room.revive();
    await wait(4_000);
    expect(connections).toEqual(before);
    expect(connected()).toEqual([true, true]);
    expect(room.offer).not.toBe(null);
    expect(dispatcher.connection).toBe(before[0]);
  });

  it("while connecting, at 60 different moments, is no more than a delay [F5] [F7]", async () => {
    for (let seed = 0; seed < 60; seed++) {
      start(seed);
      await dispatcherThere();
      await callerEnters(seed % 2 ? room.offer : null);
      await wait(seed * 5);
      room.kill();
      await wait(2_000);
      room.revive();
      await wait(10_000);
      expect([seed, pictures.length > 0, connected().filter(Boolean).length]).toEqual([seed, true, 2]);
      for (const seat of seats.splice(0)) seat.close();
    }
  });
});

describe("a page loaded anew", () => {
  it("at the dispatcher's: the caller makes a new connection by itself [C30] [F34]", async () => {
    const { dispatcher } = await joined();
    dispatcher.close();
    await wait(1_000);
    await dispatcherThere();
    await wait(3_000);
    expect(pictures).toHaveLength(3);
    expect(pictures.at(-1)).not.toBe(null);
  });

  it("at both ends at the same time: one connection comes of it", async () => {
    const { dispatcher, caller } = await joined();
    const offer = room.offer;
    dispatcher.close();
    caller.close();
    await dispatcherThere();
    await callerEnters(offer);
    await wait(10_000);
    expect(pictures.at(-1)).toBeTruthy();
  });
});

it("the dispatcher's own camera is off until she turns it on, and then needs no new connection [S53] [S54]", async () => {
  const { dispatcher } = await joined();
  const mine = dispatcher.connection as unknown as FakePeerConnection;
  expect(mine.getTransceivers()[0]?.direction).toBe("recvonly");
  await dispatcher.showCamera(new FakeTrack() as unknown as MediaStreamTrack);
  await wait(2_000);
  expect(mine.getTransceivers()[0]?.direction).toBe("sendrecv");
  expect(mine.signalingState).toBe("stable");
  expect(connected()).toEqual([true, true]);
});

function start(seed: number): void {
  room = new Room();
  useServer(room);
  pictures = [];
  resetConnections(seeded(seed));
}

async function dispatcherThere(): Promise<DispatcherSeat> {
  const seat = new DispatcherSeat({
    socketUrl: "ws://test/api/socket",
    seatToken: "dispatcher",
    iceServers: [],
    page: "test",
    onMessage: () => undefined,
    onSocket: () => undefined,
    onPicture: (picture) => void pictures.push(picture),
    onLink: () => undefined,
  });
  seats.push(seat);
  seat.start();
  await wait(2_000);
  return seat;
}

async function callerEnters(offer: Room["offer"]): Promise<CallerSeat> {
  const seat = new CallerSeat({
    socketUrl: "ws://test/api/socket",
    page: "test",
    token: "token",
    iceServers: [],
    offer,
    enter: async (request) => room.enter(request),
    carry: async () => Promise.reject(new Error("only the socket, here")),
    onMessage: () => undefined,
    onSocket: () => undefined,
    care: async (own) => new Care({ seat: own, since: performance.now(), makers, onSight: () => undefined }),
    onPicture: () => undefined,
  });
  seats.push(seat);
  void seat.enter();
  return seat;
}

async function joined() {
  const dispatcher = await dispatcherThere();
  const caller = await callerEnters(room.offer);
  await wait(500);
  return { dispatcher, caller };
}

/** Of the connections that two sides share: whether each is connected. */
function connected(): boolean[] {
  return connections
    .filter(({ connectionState, remoteDescription }) => connectionState !== "closed" && remoteDescription)
    .map(({ connectionState }) => connectionState === "connected");
}

function wait(ms: number): Promise<unknown> {
  return vi.advanceTimersByTimeAsync(ms);
}
