/** How loud a track is, and whether a microphone hears anything. */

/** `hearing` of a microphone: `voice` now or lately; `quiet`: nobody has spoken for 8 s; `dead`: it gives no sound at all. */
export type Hearing = "voice" | "quiet" | "dead";

export interface HearingWatch {
  hearing: Hearing;
  /** Milliseconds of one steady clock. */
  soundAt: number;
  spokenAt: number;
}

/** Decibels below full scale (dBFS, RMS). A voice at a table gives −40 to −15, a quiet room −70 to −55. */
export const FLOOR_DB = -100;
export const VOICE_DB = -50;
/** Below this no room is so quiet: a switch on the headset, or a track that the system muted. */
export const DEAD_DB = -90;
const QUIET_MS = 8_000;
const DEAD_MS = 3_000;

export function beginHearing(at: number): HearingWatch {
  return { hearing: "quiet", soundAt: at, spokenAt: Number.NEGATIVE_INFINITY };
}

/** What is true after `db` was measured at `at`. */
export function hear(before: HearingWatch, at: number, db: number): HearingWatch {
  const spokenAt = db >= VOICE_DB ? at : before.spokenAt;
  const soundAt = db > DEAD_DB ? at : before.soundAt;
  const isDead = at - soundAt >= DEAD_MS;
  const hearing = isDead ? "dead" : at - spokenAt < QUIET_MS ? "voice" : "quiet";
  return { hearing, soundAt, spokenAt };
}

/** Root mean square of samples between −1 and 1, in dBFS. */
export function decibels(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const rms = Math.sqrt(sum / Math.max(1, samples.length));
  return Math.max(FLOOR_DB, 20 * Math.log10(rms));
}

/** 0 to 1 for a bar on a screen: −60 dBFS is its left end, −12 its right. */
export function barOf(db: number): number {
  return Math.min(1, Math.max(0, (db + 60) / 48));
}

const LOOK_EVERY_MS = 50;
/** 43 ms at 48 kHz: what passes between two looks. */
const SAMPLES = 2_048;

/** Measures a track 20 times a second. Make it after a tap: browsers let no page listen before. */
export class LevelMeter {
  private readonly context = new AudioContext();
  private readonly analyser = this.context.createAnalyser();
  private readonly samples = new Float32Array(SAMPLES);
  private readonly timer: ReturnType<typeof setInterval>;
  private watch = beginHearing(performance.now());

  constructor(
    track: MediaStreamTrack,
    private readonly onLevel: (db: number, hearing: Hearing) => void,
  ) {
    this.analyser.fftSize = SAMPLES;
    this.context.createMediaStreamSource(new MediaStream([track])).connect(this.analyser);
    void this.context.resume().catch(() => undefined);
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  /** The track is left as it is. */
  stop(): void {
    clearInterval(this.timer);
    void this.context.close().catch(() => undefined);
  }

  /** A context that the browser holds back gives zeros that say nothing of the microphone. */
  private look(): void {
    if (this.context.state !== "running") return;
    this.analyser.getFloatTimeDomainData(this.samples);
    const db = decibels(this.samples);
    this.watch = hear(this.watch, performance.now(), db);
    this.onLevel(db, this.watch.hearing);
  }
}
