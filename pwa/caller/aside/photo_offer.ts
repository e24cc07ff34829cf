import * as words from "@words";
import { newId } from "../../call/ids.ts";
import type { CameraProblem } from "../../call/media.ts";
import { h, icon } from "../dom.ts";
import type { Showing } from "../showing.ts";
import { sendPhoto, takePhoto } from "./photo.ts";
import { cleaned } from "./photo_shot.ts";

/** Pixels: light enough for the networks on which nothing else passes. */
const LONGEST_SIDE = 2_048;
const LOOK_EVERY_MS = 500;
const CAMERA = "M4 7h3l2-3h6l2 3h3v13H4zM12 17a4 4 0 1 0 0-8 4 4 0 0 0 0 8z";

interface Offer {
  showing: Showing;
  /** The photo that the dispatcher asked for meanwhile. */
  askedId: string;
}

let offer: Offer | null = null;
let panel: HTMLElement | null = null;
/** The one on the screen, if one is. */
let button: HTMLElement | null = null;

/** The last rung: no camera in the page. The dispatcher is told, until there is one again. */
export function offerPhoto(showing: Showing, reason: CameraProblem): void {
  const isNew = offer?.showing !== showing;
  offer = { showing, askedId: isNew ? "" : (offer?.askedId ?? "") };
  showing.seat.describe({ t: "rung", rung: "photo", reason });
  if (!isNew) return;
  showing.seat.report("photo-offered", reason);
  const timer = setInterval(() => {
    if (!showing.isOver && !showing.camera.track) return;
    clearInterval(timer);
    if (offer?.showing === showing) takeBack(showing);
  }, LOOK_EVERY_MS);
}

/** What was asked for while the camera is away is for the person to take. False when no photo is offered. */
export function isForThePerson(photoId: string): boolean {
  if (offer) offer.askedId = photoId;
  return offer !== null;
}

/**
 * « Prendre une photo », on a screen that tells why there is no camera: the phone's own application takes it. The same
 * for as long as the page lives: the screen may be drawn again while that application is in front.
 */
export function photoPanel(): HTMLElement {
  panel ??= drawPanel();
  return panel;
}

function drawPanel(): HTMLElement {
  const said = h("p", { className: "promise" });
  said.setAttribute("role", "status");
  const input = h("input", { type: "file", accept: "image/*" });
  input.setAttribute("capture", "environment");
  input.onchange = () => {
    const [file] = input.files ?? [];
    if (file) send(file, (sentence) => Object.assign(said, { textContent: sentence }));
    input.value = "";
  };
  return h(
    "div",
    { className: "help" },
    h("label", { className: "second photo" }, icon(CAMERA), words.photoTake, input),
    said,
  );
}

function send(file: File, tell: (sentence: string) => void): void {
  if (!offer) return;
  const { showing, askedId } = offer;
  offer.askedId = "";
  const photo = cleaned(file, LONGEST_SIDE).catch(() => file);
  void sendPhoto(showing, askedId || newId(), photo, tell);
}

/** The camera works and no picture arrives: a photo of it may, over the plainest of ways. */
export function offerStill(showing: Showing): void {
  if (button?.isConnected || !showing.camera.track) return;
  button = h("button", { className: "second", onclick: () => void takePhoto(showing) }, words.photoTake);
  document.querySelector(".live .bar")?.before(button);
}

export function takeBackStill(): void {
  button?.remove();
  button = null;
}

function takeBack({ isOver, seat }: Showing): void {
  offer = null;
  if (isOver) return;
  seat.describe({ t: "rung", rung: "video", reason: "camera" });
  seat.report("video-back");
}
