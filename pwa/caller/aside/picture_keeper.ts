import { type Adaptation, adapt, beginAdaptation, type Grade, gradeOf } from "../../call/adaptation.ts";
import { isKept, limitsOf, widen } from "../../call/grades.ts";
import { limitSender } from "../../call/limits.ts";
import type { Reports } from "../../call/pulse.ts";
import { figuresOf } from "../../call/stats.ts";
import type { PictureMode } from "../../protocol.ts";
import type { Showing } from "../showing.ts";

const JUDGE_EVERY_MS = 1_000;

/** Carries out what `adaptation` decides, on whatever connection and camera there is now. */
export class PictureKeeper {
  mode: PictureMode = "motion";
  private adaptation: Adaptation = beginAdaptation(performance.now());
  private judgedAt = Number.NEGATIVE_INFINITY;
  private askedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly showing: Showing) {}

  /** Waits for nothing: a browser may answer to new bounds only with the next picture, which a frozen camera never gives. */
  look(reports: Reports): void {
    const { track } = this.showing.camera;
    const lines = this.showing.seat.connection?.getTransceivers() ?? [];
    const sender = lines.map((line) => line.sender).find((one) => one.track === track);
    if (!track || !sender) return;
    const at = performance.now();
    if (at - this.judgedAt >= JUDGE_EVERY_MS) {
      this.judgedAt = at;
      this.adaptation = adapt(this.adaptation, { at, ...figuresOf(reports) });
    }
    this.keep(gradeOf(this.mode, this.adaptation), track, sender, at);
  }

  private keep(grade: Grade, track: MediaStreamTrack, sender: RTCRtpSender, at: number): void {
    if (track.contentHint !== this.mode) track.contentHint = this.mode;
    widen(grade.lines, track);
    const wanted = limitsOf(grade, track);
    const preference = this.mode === "detail" ? "maintain-resolution" : "maintain-framerate";
    if (isKept(sender, wanted, preference) || at - this.askedAt < JUDGE_EVERY_MS) return;
    this.askedAt = at;
    void limitSender(sender, wanted, preference);
  }
}
