import type { PictureMode } from "../protocol.ts";
import { adapt, beginAdaptation, gradeOf, shared } from "./adaptation.ts";
import type { CallPeer } from "./call_peer.ts";
import { isKept, limitsOf, widen } from "./grades.ts";
import { limitSender } from "./limits.ts";
import type { Figures } from "./stats.ts";

/** What we send to everybody alike. */
export interface Shown {
  mode: PictureMode;
  /** To how many our picture goes. */
  receivers: number;
}

/** How good a picture goes to one of the others: as its path and ours can bear, never at the expense of the voice. */
export class Sending {
  private adaptation = beginAdaptation(performance.now());

  /** Once a second, with what was measured. */
  look(peer: CallPeer, figures: Figures, { mode, receivers }: Shown): void {
    this.adaptation = shared(adapt(this.adaptation, { at: performance.now(), ...figures }), receivers);
    void peer.protectVoice();
    const sender = peer.line("video")?.sender;
    const track = sender?.track;
    if (!track) return;
    const grade = gradeOf(mode, this.adaptation);
    const preference = mode === "detail" ? "maintain-resolution" : "maintain-framerate";
    if (track.contentHint !== mode) track.contentHint = mode;
    widen(grade.lines, track);
    const wanted = limitsOf(grade, track);
    if (!isKept(sender, wanted, preference)) void limitSender(sender, wanted, preference);
  }
}
