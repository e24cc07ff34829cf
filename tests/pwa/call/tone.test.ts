import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { playTone } from "../../../pwa/call/tone.ts";

const log: string[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  log.length = 0;
  vi.stubGlobal("AudioContext", FakeContext);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("two notes by the loudspeaker that was chosen; then all is let go of", async () => {
  const element = fakeElement();
  const playing = playTone(element, "s1");
  await vi.advanceTimersByTimeAsync(2_000);
  await playing;
  expect(log).toEqual(["sink s1", "play", "660 from 0 to 0.6", "880 from 0.6 to 1.2", "closed"]);
  expect(element.srcObject).toBe(null);
});

it("a browser that plays nothing says so, and keeps nothing open", async () => {
  const element = fakeElement();
  element.play = async () => {
    throw new DOMException("", "NotAllowedError");
  };
  await expect(playTone(element)).rejects.toThrow();
  expect(log).toEqual(["closed"]);
});

function fakeElement(): HTMLAudioElement {
  return {
    srcObject: null,
    setSinkId: async (id: string) => void log.push(`sink ${id}`),
    play: async () => void log.push("play"),
  } as unknown as HTMLAudioElement;
}

class FakeContext {
  currentTime = 0;
  createMediaStreamDestination = () => ({ stream: {} });
  createGain = () => node({ gain: { setValueAtTime: () => 0, linearRampToValueAtTime: () => 0 } });
  createOscillator = () => {
    const oscillator = node({
      frequency: { value: 0 },
      from: 0,
      start: (at: number) => {
        oscillator.from = at;
      },
      stop: (at: number) => log.push(`${oscillator.frequency.value} from ${oscillator.from} to ${at}`),
    });
    return oscillator;
  };
  resume = async () => undefined;
  close = async () => void log.push("closed");
}

function node<T extends object>(given: T) {
  return Object.assign(given, { connect: <N>(next: N) => next });
}
