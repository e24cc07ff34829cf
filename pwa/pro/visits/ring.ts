/** Two tones when somebody comes to a waiting room (C11). They can be muted on this workstation. */
import { signal } from "@preact/signals";

const REMEMBERED = "chevet-ring-muted";
/** Hertz, and seconds from the beginning. */
const TONES: [frequency: number, at: number][] = [
  [660, 0],
  [880, 0.28],
];
const TONE_S = 0.26;
/** Clear beside a conversation, and no alarm. */
const LOUDNESS = 0.25;

export const isRingMuted = signal(globalThis.localStorage?.getItem(REMEMBERED) === "yes");

let sound: AudioContext | null = null;

export function muteRing(isMuted: boolean): void {
  isRingMuted.value = isMuted;
  localStorage.setItem(REMEMBERED, isMuted ? "yes" : "no");
  if (!isMuted) ring();
}

/** Silent where the browser gives no sound before the page was first pressed: banner and title say it too. */
export function ring(): void {
  if (isRingMuted.value || !globalThis.AudioContext) return;
  sound ??= new AudioContext();
  void sound.resume().catch(() => undefined);
  for (const [frequency, at] of TONES) tone(sound, frequency, sound.currentTime + at);
}

function tone(context: AudioContext, frequency: number, at: number): void {
  const oscillator = new OscillatorNode(context, { type: "sine", frequency });
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
  gain.gain.linearRampToValueAtTime(0, at + TONE_S);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + TONE_S);
}
