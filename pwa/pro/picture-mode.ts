/** « Mouvement » or « Détail »: what the caller's phone keeps when the network cannot carry all of it. */
import { signal } from "@preact/signals";
import type { FromServer, PictureMode } from "../protocol.ts";

export const pictureMode = signal<PictureMode>("motion");

/** In this tab, with the invitation it was chosen for: a reload of the page must not change the picture. */
const REMEMBERED = "chevet-picture-mode";

type Tell = (mode: PictureMode) => void;

export function choosePictureMode(mode: PictureMode, invitationId: string, tell: Tell): void {
  pictureMode.value = mode;
  sessionStorage.setItem(REMEMBERED, `${invitationId} ${mode}`);
  tell(mode);
}

export function recallPictureMode(invitationId: string): void {
  pictureMode.value = sessionStorage.getItem(REMEMBERED) === `${invitationId} detail` ? "detail" : "motion";
}

/** A page that was loaded anew, or that may have missed it, begins with « mouvement ». */
export function isToldAgain(message: FromServer): boolean {
  if (message.t === "welcome") return message.peerPresent && !message.resumed;
  return message.t === "peer-presence" && message.present && !message.resumed;
}
