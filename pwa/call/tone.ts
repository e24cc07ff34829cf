import { playBy } from "./devices.ts";

/** Two notes, like a door bell: « Entendez-vous ce son ? » is easily answered. Hertz, and seconds each. */
const NOTES = [660, 880];
const NOTE_S = 0.6;
/** Loud enough to be heard at a small loudspeaker, and no fright in a headset. */
const GAIN = 0.25;
/** A sound that begins or ends at once clicks. */
const RAMP_S = 0.03;

/**
 * Play the test sound by `element`, which the page has, through this loudspeaker ("" is the system's). Settles when it
 * has been played, and rejects where the browser plays nothing (no tap before, no loudspeaker).
 */
export async function playTone(element: HTMLAudioElement, deviceId = ""): Promise<void> {
  const context = new AudioContext();
  const output = context.createMediaStreamDestination();
  const lasts = NOTES.length * NOTE_S;
  try {
    await context.resume();
    if (deviceId) await playBy(element, deviceId);
    element.srcObject = output.stream;
    await element.play();
    for (const [index, hertz] of NOTES.entries()) sound(context, output, hertz, index * NOTE_S);
    await new Promise((resolve) => setTimeout(resolve, lasts * 1000 + 100));
  } finally {
    element.srcObject = null;
    void context.close().catch(() => undefined);
  }
}

function sound(context: AudioContext, output: AudioNode, hertz: number, after: number): void {
  const from = context.currentTime + after;
  const [oscillator, gain] = [context.createOscillator(), context.createGain()];
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(0, from);
  gain.gain.linearRampToValueAtTime(GAIN, from + RAMP_S);
  gain.gain.setValueAtTime(GAIN, from + NOTE_S - RAMP_S);
  gain.gain.linearRampToValueAtTime(0, from + NOTE_S);
  oscillator.connect(gain).connect(output);
  oscillator.start(from);
  oscillator.stop(from + NOTE_S);
}
