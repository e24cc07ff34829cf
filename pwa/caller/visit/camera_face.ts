/** A second camera in the call: its own picture large, no sound, nothing of the others. */
import * as words from "@words";
import { h, icon } from "../dom.ts";
import { closerWords } from "./closer.ts";
import type { Consultation } from "./consultation.ts";
import { type Face, status, tell } from "./face.ts";
import { FLIP } from "./icons.ts";
import { showTrack } from "./own_view.ts";
import { qualityOf } from "./quality.ts";
import { capital, say, titled } from "./sentence.ts";

const STOP = "M7 7h10v10H7z";

export function cameraFace(consultation: Consultation): Face {
  const { own, visit } = consultation;
  const state = status("state");
  const notice = status("notice");
  const video = h("video", { muted: true, playsInline: true });
  video.setAttribute("aria-label", words.liveOwn);
  const flip = h("button", { onclick: () => void own.flip() }, icon(FLIP), words.liveFlip);
  const stop = h("button", { className: "stop", onclick: () => consultation.leave() });
  stop.append(icon(STOP), words.liveStop);
  const Name = capital(titled(visit.practitionerName));
  return {
    kind: "call",
    nodes: [
      h("h1", { className: "unseen", tabIndex: -1 }, words.visitCameraHeading),
      h("div", { className: "top" }, state),
      notice,
      h("div", { className: "tiles" }, h("div", { className: "tile" }, video)),
      h("div", { className: "bar" }, flip, stop),
    ],
    update: () => {
      tell(
        state,
        isSeen(consultation) ? say(words.visitCameraShown, { Name }) : qualityOf(consultation.gathering),
      );
      tell(notice, closerWords(consultation));
      showTrack(video, own.camera.track);
      flip.hidden = own.lenses < 2;
    },
  };
}

function isSeen({ gathering }: Consultation): boolean {
  return gathering.partners.some(({ link }) => link === "live");
}
