/** What looks after the call once the seat is had: the path, its recovery, and the picture by other ways. */
import * as words from "@words";
import type { Sight } from "../../call/caller_seat.ts";
import { Care } from "../../call/care.ts";
import type { Rung } from "../../protocol.ts";
import { h } from "../dom.ts";
import type { Showing } from "../showing.ts";

/** `since` is when the seat was taken (performance.now). */
export function care(showing: Showing, since: number): Care {
  const { seat } = showing;
  return new Care({ seat, since, makers: { video, canvas }, onSight: (...now) => tell(showing, ...now) });
}

/** Neither video nor frames arrive for so long: a photo may. */
const PHOTO_AFTER_MS = 20_000;
let photoTimer: ReturnType<typeof setTimeout> | undefined;

function tell(showing: Showing, sight: Sight, rung: Rung): void {
  clearTimeout(photoTimer);
  if (sight === "seen") showing.later(({ takeBackStill }) => takeBackStill());
  else photoTimer = setTimeout(() => showing.later(({ offerStill }) => offerStill(showing)), PHOTO_AFTER_MS);
  showing.events.update({ note: sight === "seen" && rung === "stills" ? words.liveStills : "" });
  showing.see(sight);
}

function canvas(): HTMLCanvasElement {
  return h("canvas", {});
}

/** Some browsers play only what is in the page and could be seen: a single pixel is. */
function video(): HTMLVideoElement {
  const made = h("video", { muted: true, playsInline: true, tabIndex: -1 });
  made.setAttribute("aria-hidden", "true");
  Object.assign(made.style, { position: "fixed", width: "1px", height: "1px", opacity: "0.01" });
  document.body.append(made);
  return made;
}
