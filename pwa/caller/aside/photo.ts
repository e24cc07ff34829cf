import * as words from "@words";
import { newId } from "../../call/ids.ts";
import { Refusal } from "../door.ts";
import type { Showing } from "../showing.ts";
import { shoot } from "./photo_shot.ts";
import { Unwanted, uploadPhoto } from "./photo_upload.ts";

/** What happens to a photo, in one line for the person. */
export type Tell = (sentence: string) => void;

/** The server tells the dispatcher of the rest itself. */
const ONLY_WE_KNOW = ["photo-not-taken", "photo-too-big"];
const SAID_MS = 6_000;

let wanted = "";
let timer: ReturnType<typeof setTimeout> | undefined;

/** « Photo nette », taken from the picture that is shown; by itself, or by the person's own wish. */
export async function takePhoto(
  showing: Showing,
  photoId = newId(),
  tell = tellBelow(showing),
): Promise<void> {
  await deliver(showing, photoId, tell, (track) => shoot(track), words.photoTaking);
}

/** A photo that the phone's own camera application took. */
export async function sendPhoto(
  showing: Showing,
  photoId: string,
  photo: Promise<Blob>,
  tell: Tell,
): Promise<void> {
  await deliver(showing, photoId, tell, () => photo, words.photoReading);
}

/** One at a time: the newest that is asked for. What goes wrong is told on both sides. */
async function deliver(
  showing: Showing,
  photoId: string,
  tell: Tell,
  make: (track: MediaStreamTrack) => Promise<Blob>,
  sentence: string,
): Promise<void> {
  wanted = photoId;
  const isWanted = () => wanted === photoId && !showing.isOver;
  try {
    tell(sentence);
    const photo = await make(showing.camera.track as MediaStreamTrack);
    await uploadPhoto({
      photo,
      photoId,
      seatToken: showing.seatToken,
      isWanted,
      onProgress: (part) => tell(words.photoSending.replace("{percent}", `${Math.floor(part * 100)}`)),
    });
    tell(words.photoSent);
  } catch (error) {
    if (error instanceof Unwanted || !isWanted()) return;
    const code = error instanceof Refusal ? error.code : "photo-not-taken";
    if (ONLY_WE_KNOW.includes(code)) showing.seat.report("photo-failed", code);
    tell(code === "photo-too-many" ? words.photoEnough : words.photoFailed);
  }
}

/** Below the sentence of the call, and gone after a while. */
function tellBelow({ events }: Showing): Tell {
  return (notice) => {
    events.update({ notice });
    clearTimeout(timer);
    timer = setTimeout(() => events.update({ notice: "" }), SAID_MS);
  };
}
