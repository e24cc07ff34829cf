/** A téléconsultation behind a link: this part has the whole page once the door has said what the link is. */
import type { PeekView } from "../../protocol.ts";
import { Consultation } from "./consultation.ts";
import style from "./visit.css?inline";

// As one rule through the CSSOM: the Content-Security-Policy lets no style element in. Last, so that it decides.
const [sheet] = document.styleSheets;
sheet?.insertRule(`@media all{${style}}`, sheet.cssRules.length);

export function begin(door: PeekView): void {
  if (door.visit) new Consultation(door, door.visit).begin();
}
