import type { FromServer } from "../../protocol.ts";
import type { Showing } from "../showing.ts";
import { takePhoto } from "./photo.ts";
import { isForThePerson } from "./photo_offer.ts";
import { flipAsked } from "./settle.ts";
import { upkeepOf } from "./upkeep.ts";

/** What the dispatcher asks of the phone. */
export async function hear(showing: Showing, message: FromServer): Promise<void> {
  if (message.t === "camera-switch-asked") await flipAsked(showing);
  else if (message.t === "picture-mode-set") upkeepOf(showing).setMode(message.mode);
  else if (message.t === "photo-asked" && !isForThePerson(message.photoId))
    await takePhoto(showing, message.photoId);
}
