/** The call: the others large, oneself small, three big buttons (screens: « Micro », « Caméra », « Raccrocher »). */
import * as words from "@words";
import { h, icon } from "../dom.ts";
import { mainButton } from "../view.ts";
import { chatPanel } from "./chat.ts";
import { closerWords } from "./closer.ts";
import type { Consultation } from "./consultation.ts";
import { sayings } from "./devices_face.ts";
import { type Face, status, tell } from "./face.ts";
import { FLIP } from "./icons.ts";
import { ownView } from "./own_view.ts";
import type { Panel } from "./panel.ts";
import { qualityOf } from "./quality.ts";
import { cameraPanel } from "./second_camera.ts";
import { makeTiles } from "./tiles.ts";

const MICROPHONE = "M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM5 11a7 7 0 0 0 14 0M12 18v3";
const CAMERA = "M3 7h12v10H3zM15 11l6-3v8l-6-3";
const HANG_UP = "M3 14c5-5 13-5 18 0l-3 3-3-2v-2a10 10 0 0 0-6 0v2l-3 2z";
const STRIKE = "M4 4l16 16";

const FLIP_FAILED_MS = 6_000;

export function callFace(consultation: Consultation): Face {
  const { own } = consultation;
  const quality = status("state");
  const notice = status("notice");
  const tiles = makeTiles(() => update());
  const view = ownView(own);
  const chat = chatPanel(consultation);
  const panels: Panel[] = isBesidePatient(consultation) ? [chat, cameraPanel(consultation)] : [chat];
  const play = mainButton(words.visitPlay, () => tiles.playAll());
  play.classList.add("play");
  const microphone = toggle(words.visitMicrophone, MICROPHONE, () => void own.toggleMicrophone());
  const camera = toggle(words.visitCamera, CAMERA, () => void own.toggleCamera());
  let flipNotice = "";
  const flip = flipButton(consultation, (text) => {
    flipNotice = text;
    update();
  });
  const hangUp = h("button", { className: "stop", onclick: () => consultation.leave() });
  hangUp.append(icon(HANG_UP), words.visitHangUp);
  const update = () => {
    const { gathering } = consultation;
    tell(quality, qualityOf(gathering));
    tell(notice, flipNotice || sayings(own).join(" ") || closerWords(consultation));
    tiles.update(gathering.partners);
    view.update();
    chat.update();
    play.hidden = !tiles.isBlocked();
    flip.hidden = own.isCameraOff || own.lenses < 2;
    press(microphone, own.isHeard);
    press(camera, own.isSeen);
  };
  return {
    kind: "call",
    nodes: [
      h("h1", { className: "unseen", tabIndex: -1 }, words.visitCallHeading),
      h(
        "div",
        { className: "top" },
        quality,
        h("div", { className: "chips" }, ...panels.map(({ button }) => button)),
      ),
      notice,
      tiles.node,
      h("div", { className: "corner" }, view.node, flip),
      play,
      ...panels.map(({ panel }) => panel),
      h("div", { className: "bar" }, microphone, camera, hangUp),
    ],
    update,
    leave: () => view.leave(),
  };
}

/** An interpreter is somewhere else. */
function isBesidePatient({ visit }: Consultation): boolean {
  return visit.role !== "interpreter";
}

/** A switch: pressed is on. Struck through where it is off, so that color alone says nothing. */
function toggle(text: string, path: string, onclick: () => void): HTMLButtonElement {
  const strike = icon(STRIKE);
  strike.classList.add("strike");
  return h(
    "button",
    { className: "toggle", onclick },
    h("span", { className: "icons" }, icon(path), strike),
    text,
  );
}

function press(button: HTMLElement, isOn: boolean): void {
  button.setAttribute("aria-pressed", String(isOn));
}

/** `note` says for a while that the other camera does not open. */
function flipButton({ own }: Consultation, note: (text: string) => void): HTMLButtonElement {
  const flip = async () => {
    if (await own.flip()) return;
    note(words.liveFlipFailed);
    setTimeout(() => note(""), FLIP_FAILED_MS);
  };
  return h("button", { className: "flip", onclick: () => void flip() }, icon(FLIP), words.liveFlip);
}
