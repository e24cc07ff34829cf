import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Peer } from "../../../pwa/call/peer.ts";
import type { Draft } from "../../../pwa/call/signaling.ts";
import type { PeerCandidate, PeerDescription } from "../../../pwa/protocol.ts";
import {
  checkPaths,
  connections,
  FakePeerConnection,
  FakeTrack,
  resetConnections,
  ufragOf,
} from "./fakes/peer_connection.ts";
import { seeded } from "./fakes/random.ts";

type Message = PeerDescription | PeerCandidate;
type Route = (message: Message, deliver: (message: Message) => void) => void;

const ICE = [{ urls: ["stun:192.0.2.1"] }];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("RTCPeerConnection", FakePeerConnection);
  resetConnections(seeded(1));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("sends the camera that was asked for last, however soon after none was [F32]", async () => {
  const [, caller] = pair(inOrder(seeded(1)));
  caller.offerVideo();
  const camera = new FakeTrack() as unknown as MediaStreamTrack;
  await caller.sendVideo(camera);
  void caller.sendVideo(null);
  await caller.sendVideo(camera);
  await vi.advanceTimersByTimeAsync(100);
  expect(connections[1]?.getTransceivers()[0]?.sender.track).toBe(camera);
});

describe("perfect negotiation", () => {
  it("settles whatever both sides do at the same time, 200 times [F9]", async () => {
    for (let seed = 0; seed < 200; seed++) {
      const random = seeded(seed);
      resetConnections(random);
      const [dispatcher, caller] = pair(inOrder(random));
      caller.offerVideo();
      for (let step = 0; step < 8; step++) {
        act(random() < 0.5 ? dispatcher : caller, random);
        await vi.advanceTimersByTimeAsync(random() * 60);
      }
      await vi.advanceTimersByTimeAsync(20_000);
      expect([seed, ...connections.map(summary)]).toEqual([seed, "connected stable", "connected stable"]);
      dispatcher.close();
      caller.close();
    }
  });

  it("takes candidates before their description, twice, or of an old generation [F10]", async () => {
    for (let seed = 0; seed < 50; seed++) {
      const random = seeded(seed);
      resetConnections(random);
      const [dispatcher, caller] = pair(shuffledAndDoubled(random));
      caller.offerVideo();
      await vi.advanceTimersByTimeAsync(500);
      dispatcher.restart(ICE);
      await vi.advanceTimersByTimeAsync(20_000);
      expect([seed, ...connections.map(summary)]).toEqual([seed, "connected stable", "connected stable"]);
      dispatcher.close();
      caller.close();
    }
  });

  it("drops what belongs to another connection [F10]", async () => {
    const [dispatcher] = pair(atOnce);
    await dispatcher.receive({
      t: "peer-description",
      connectionId: "another",
      type: "offer",
      sdp: "v=0\r\n",
    });
    await dispatcher.receive({ t: "peer-candidate", connectionId: "another", candidate: "candidate:9" });
    expect(connections[0]?.signalingState).toBe("stable");
    expect(connections[0]?.errors).toEqual([]);
  });

  it("connects by whatever candidate arrives: no kind is waited for [F40]", async () => {
    for (const port of [1, 2]) {
      const [dispatcher, caller] = pair((message, deliver) => {
        const isOther = message.t === "peer-candidate" && !message.candidate?.startsWith(`candidate:${port}`);
        if (!isOther) deliver(message);
      });
      caller.offerVideo();
      await vi.advanceTimersByTimeAsync(1_000);
      expect(connections.map(summary)).toEqual(["connected stable", "connected stable"]);
      dispatcher.close();
      caller.close();
      resetConnections(seeded(port));
    }
  });

  it("says an unanswered offer again after 5 s [F5]", async () => {
    let lose = true;
    const [, caller] = pair((message, deliver) => {
      if (lose && message.t === "peer-description") return;
      deliver(message);
    });
    caller.offerVideo();
    await vi.advanceTimersByTimeAsync(3_000);
    lose = false;
    expect(connections.map(summary)).toEqual(["new stable", "new have-local-offer"]);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(connections.map(summary)).toEqual(["connected stable", "connected stable"]);
  });

  it("finds its way when an answer and then everything is lost for a while [F5]", async () => {
    for (let seed = 0; seed < 100; seed++) {
      const random = seeded(seed);
      resetConnections(random);
      let isUp = true;
      const [dispatcher, caller] = pair((message, deliver) => isUp && inOrder(random)(message, deliver));
      caller.offerVideo();
      await vi.advanceTimersByTimeAsync(random() * 120);
      isUp = false;
      await vi.advanceTimersByTimeAsync(2_000);
      isUp = true;
      for (const peer of [dispatcher, caller]) peer.resync(ICE);
      await vi.advanceTimersByTimeAsync(10_000);
      expect([seed, ...connections.map(summary)]).toEqual([seed, "connected stable", "connected stable"]);
      dispatcher.close();
      caller.close();
    }
  });
});

describe("a connection", () => {
  it("is kept when the path breaks, and restarts with fresh ICE servers [F3] [F18]", async () => {
    const [dispatcher, caller] = pair(atOnce);
    caller.offerVideo();
    await vi.advanceTimersByTimeAsync(1_000);
    const before = connections.map((one) => one.localDescription && ufragOf(one.localDescription));
    for (const one of connections) one.isCut = true;
    checkPaths();
    await vi.advanceTimersByTimeAsync(8_000);
    expect(connections.map((one) => one.connectionState)).toEqual(["disconnected", "disconnected"]);
    for (const one of connections) one.isCut = false;
    dispatcher.restart([{ urls: ["turn:192.0.2.9"], username: "fresh", credential: "secret" }]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(connections).toHaveLength(2);
    expect(connections.map(summary)).toEqual(["connected stable", "connected stable"]);
    expect(connections[0]?.configurations.at(-1)).toMatchObject({ iceServers: [{ username: "fresh" }] });
    expect(connections.map((one) => one.localDescription && ufragOf(one.localDescription))).not.toEqual(
      before,
    );
  });

  it("is warm before there is a camera: a track needs no negotiation [F30]", async () => {
    const sent: Draft[] = [];
    const [, caller] = pair((message, deliver) => deliver(message), sent);
    caller.offerVideo();
    await vi.advanceTimersByTimeAsync(1_000);
    const descriptions = sent.filter(({ t }) => t === "description").length;
    const camera = new FakeTrack() as unknown as MediaStreamTrack;
    await caller.sendVideo(camera);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sent.filter(({ t }) => t === "description")).toHaveLength(descriptions);
    expect(caller.connection.getTransceivers().map(({ sender }) => sender.track)).toEqual([camera]);
  });
});

/** The dispatcher (polite) and the caller (impolite), and the way between them. */
function pair(route: Route, sent: Draft[] = []): [dispatcher: Peer, caller: Peer] {
  const peers: Peer[] = [];
  const make = (polite: boolean, other: number) =>
    new Peer({
      id: "c1",
      polite,
      iceServers: ICE,
      direction: polite ? "recvonly" : "sendrecv",
      send: (draft) => {
        sent.push(draft);
        route(asReceived(draft), (message) => void peers[other]?.receive(message));
      },
      onTrack: () => undefined,
      onState: () => undefined,
    });
  peers.push(make(true, 1), make(false, 0));
  return peers as [Peer, Peer];
}

function asReceived(draft: Draft): Message {
  return { ...draft, t: draft.t === "description" ? "peer-description" : "peer-candidate" } as Message;
}

const atOnce: Route = (message, deliver) => deliver(message);

/** As a socket does: late, but in order. */
function inOrder(random: () => number): Route {
  let last = 0;
  return (message, deliver) => {
    const at = Math.max(last, Date.now() + random() * 100);
    last = at;
    setTimeout(() => deliver(message), at - Date.now());
  };
}

/** Candidates overtake descriptions and come twice. */
function shuffledAndDoubled(random: () => number): Route {
  const ordered = inOrder(random);
  return (message, deliver) => {
    if (message.t === "peer-description") return ordered(message, deliver);
    for (let copy = 0; copy < 2; copy++) setTimeout(() => deliver(message), random() * 200);
  };
}

function act(peer: Peer, random: () => number): void {
  const dice = random();
  if (dice < 0.4) peer.restart(ICE);
  else if (dice < 0.8) peer.setDirection(random() < 0.5 ? "sendrecv" : "recvonly");
  else peer.resend();
}

/** Vitest itself fails a test that leaves a rejection unhandled: that would be a page error. */
function summary({ connectionState, signalingState }: FakePeerConnection): string {
  return `${connectionState} ${signalingState}`;
}
