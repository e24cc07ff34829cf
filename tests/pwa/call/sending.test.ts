import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { beginAdaptation, gradeOf, shared } from "../../../pwa/call/adaptation.ts";
import type { CallPeer } from "../../../pwa/call/call_peer.ts";
import type { Report } from "../../../pwa/call/pulse.ts";
import { Sending, type Shown } from "../../../pwa/call/sending.ts";
import { soundOf } from "../../../pwa/call/sound_figures.ts";
import { type Figures, figuresOf } from "../../../pwa/call/stats.ts";

const SECOND = 1_000;
const GOOD = { availableOutgoingBitrate: 5_000_000, sentLoss: 0, sentLimitedBy: "none", roundTripMs: 40 };
const POOR = { ...GOOD, availableOutgoingBitrate: 150_000, sentLimitedBy: "bandwidth" };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a picture that several receive", () => {
  it("is bounded so that all of them together fit one way up: 1.6 Mbit/s at most", () => {
    const best = { ...beginAdaptation(0), level: 5 };
    const grades = [1, 2, 3].map((receivers) => gradeOf("motion", shared(best, receivers)));
    expect(grades.map(({ lines, framerate }) => `${lines} ${framerate}`)).toEqual([
      "480 30",
      "480 15",
      "360 15",
    ]);
    for (const [index, { bitrate }] of grades.entries())
      expect(bitrate * (index + 1)).toBeLessThanOrEqual(1_600_000);
  });

  it("never falls below what it has when it is poorer already", () => {
    const poor = { ...beginAdaptation(0), level: 0 };
    expect(shared(poor, 3)).toBe(poor);
  });
});

describe("what is sent to one of the others", () => {
  it("rises while there is room, and shrinks as soon as a third comes in", () => {
    const { peer, encoding } = connection();
    const sending = new Sending();
    look(sending, peer, GOOD, 30, { mode: "motion", receivers: 1 });
    expect(encoding).toMatchObject({ maxBitrate: 1_200_000, maxFramerate: 30, scaleResolutionDownBy: 1 });
    look(sending, peer, GOOD, 1, { mode: "motion", receivers: 3 });
    expect(encoding).toMatchObject({ maxBitrate: 400_000, maxFramerate: 15 });
    expect(encoding.scaleResolutionDownBy).toBeCloseTo(480 / 360);
  });

  it("falls to what the path carries; the voice keeps its priority", () => {
    const { peer, encoding, protectVoice } = connection();
    look(new Sending(), peer, POOR, 10, { mode: "motion", receivers: 1 });
    expect(encoding.maxBitrate).toBe(100_000);
    expect(protectVoice).toHaveBeenCalled();
  });

  it("in « détail » keeps lines rather than images, and asks the camera for more of them", () => {
    const { peer, encoding, track } = connection();
    look(new Sending(), peer, GOOD, 3, { mode: "detail", receivers: 1 });
    expect(encoding.maxFramerate).toBe(8);
    expect(track.contentHint).toBe("detail");
    expect(track.applyConstraints).toHaveBeenCalledTimes(1);
  });
});

it("figures of sound: how loud, what was lost, what had to be invented", () => {
  const reports: Record<string, unknown>[] = [
    { id: "V", type: "inbound-rtp", kind: "video", packetsLost: 99 },
    {
      id: "A",
      type: "inbound-rtp",
      kind: "audio",
      audioLevel: 0.2,
      packetsReceived: 500,
      packetsLost: 5,
      jitter: 0.02,
      concealedSamples: 480,
      totalSamplesReceived: 48_000,
    },
    { id: "R", type: "remote-inbound-rtp", kind: "audio", fractionLost: 0.1 },
  ];
  const seen = new Map(reports.map((one) => [one.id as string, one as unknown as Report]));
  expect(soundOf(seen)).toEqual({
    level: 0.2,
    packetsReceived: 500,
    packetsLost: 5,
    concealed: 0.01,
    jitterMs: 20,
    sentLoss: 0.1,
  });
  expect(soundOf(new Map())).toMatchObject({
    level: null,
    packetsReceived: 0,
    concealed: null,
    jitterMs: null,
  });
});

/** So many looks, one a second, at the same figures. */
function look(sending: Sending, peer: CallPeer, seen: Partial<Figures>, times: number, shown: Shown): void {
  for (let time = 0; time < times; time++) {
    vi.advanceTimersByTime(SECOND);
    sending.look(peer, { ...figuresOf(new Map()), ...seen }, shown);
  }
}

/** A connection with a camera of 640 by 480, and the bounds of what it sends. */
function connection() {
  const encoding: RTCRtpEncodingParameters = {};
  const parameters = { encodings: [encoding] };
  const track = {
    contentHint: "",
    getSettings: () => ({ width: 640, height: 480 }),
    applyConstraints: vi.fn(async () => undefined),
  };
  const sender = { track, getParameters: () => parameters, setParameters: async () => undefined };
  const protectVoice = vi.fn(async () => undefined);
  const peer = { protectVoice, line: () => ({ sender }) } as unknown as CallPeer;
  return { peer, encoding, track, protectVoice };
}
