import { adapt, beginAdaptation, gradeOf, shared } from "./adaptation.ts";
import type { CallPeer } from "./call_peer.ts";
import { isKept, limitsOf } from "./grades.ts";
import { limitSender } from "./limits.ts";
import type { Figures } from "./stats.ts";

/** In a conversation a face that moves matters more than its pores. */
const PREFERENCE = "maintain-framerate";

/** How good a picture goes to one of the others: as its path and ours can bear, never at the expense of the voice. */
export class Sending {
  private adaptation = beginAdaptation(performance.now());

  /** Once a second, with what was measured. `receivers` are all those to whom our picture goes. */
  look(peer: CallPeer, figures: Figures, receivers: number): void {
    this.adaptation = shared(adapt(this.adaptation, { at: performance.now(), ...figures }), receivers);
    void peer.protectVoice();
    const sender = peer.line("video")?.sender;
    if (!sender?.track) return;
    const wanted = limitsOf(gradeOf("motion", this.adaptation), sender.track);
    if (!isKept(sender, wanted, PREFERENCE)) void limitSender(sender, wanted, PREFERENCE);
  }
}
