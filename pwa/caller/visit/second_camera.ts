import * as words from "@words";
import type { GuestView } from "../../protocol.ts";
import { h, icon } from "../dom.ts";
import type { Consultation } from "./consultation.ts";
import { secondButton, status, tell } from "./face.ts";
import { type Panel, panelOf } from "./panel.ts";
import { say } from "./sentence.ts";

const LENS = "M4 7h4l2-2h4l2 2h4v12H4zM12 10v6M9 13h6";

/** « Ajouter une caméra »: another telephone shows closely what this device cannot. Its doors are asked for once. */
export function cameraPanel(consultation: Consultation): Panel {
  const button = h("button", { className: "chip wide" }, icon(LENS), words.visitAddCamera);
  const trouble = status("trouble");
  const doors = h("div", { className: "doors" });
  const fetchDoors = async () => {
    tell(trouble, "");
    const made = await consultation.addCamera().catch(() => null);
    if (made) doors.replaceChildren(...doorsOf(made));
    else tell(trouble, words.visitAddCameraFailed);
  };
  const close = secondButton(words.scanClose, () => camera.open(false));
  const camera = panelOf(button, words.visitAddCamera, close, () => {
    if (!camera.panel.hidden && !doors.hasChildNodes()) void fetchDoors();
  });
  camera.panel.append(h("p", {}, words.visitAddCameraText), doors, trouble, close);
  return camera;
}

function doorsOf({ link, code, qrSvg }: GuestView): Node[] {
  const image = h("img", { className: "qr", alt: words.visitAddCameraQr });
  image.src = `data:image/svg+xml,${encodeURIComponent(qrSvg)}`;
  const address = link.replace(/^https?:\/\/|#.*/g, "");
  return [image, h("p", {}, say(words.visitAddCameraCode, { address, code }))];
}
