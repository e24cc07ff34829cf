/** The screens beside the straight way, and what else can wait for the picture. */
import * as words from "@words";
import type { CameraProblem } from "../../call/media.ts";
import type { Gestures, Scene, Screen } from "../screen.ts";
import type { Showing } from "../showing.ts";
import { mainButton, plain, type View } from "../view.ts";
import style from "./aside.css?inline";
import { drawCode } from "./code.ts";
import { offerPhoto } from "./photo_offer.ts";
import { drawProblem } from "./problem.ts";
import { tellDevice } from "./settle.ts";
import { upkeepOf } from "./upkeep.ts";
import { handOver } from "./visits.ts";

export { mayRest as rest } from "./awake.ts";
export { slowHelp } from "./elsewhere.ts";
export { hear } from "./hear.ts";
export { offerStill, takeBackStill } from "./photo_offer.ts";
export { flipOver, settle } from "./settle.ts";

// As one rule through the CSSOM: the Content-Security-Policy lets no style element in.
document.styleSheets[0]?.insertRule(`@media all{${style}}`);

/** There is no camera: what may help the dispatcher to help, and a photo instead. */
export async function failed(showing: Showing, problem: CameraProblem): Promise<void> {
  offerPhoto(showing, problem);
  await tellDevice(showing.seat);
}

export const comeBack = (showing: Showing) => upkeepOf(showing).source.comeBack();
export const ended = (showing: Showing) => upkeepOf(showing).source.ended();

export function drawAside(screen: Screen, scene: Scene, gestures: Gestures): View {
  switch (screen.is) {
    case "code":
      return drawCode(gestures);
    case "paused":
      return drawPaused(screen.isTaken, gestures);
    case "ended":
      return drawEnd(screen.by, gestures);
    case "problem":
      return drawProblem(screen.problem, screen.detail, scene, gestures);
    case "visit":
      handOver(screen.door, gestures);
      return plain(words.opening);
    default:
      return plain(words.opening);
  }
}

/** Paused with the page, or taken by a telephone call or another application (F29). */
function drawPaused(isTaken: boolean, gestures: Gestures): View {
  const [title, text, button] = isTaken
    ? [words.takenHeading, words.takenText, words.takenButton]
    : [words.pausedHeading, words.pausedText, words.resume];
  return plain(
    title,
    text,
    mainButton(button, () => gestures.retry()),
  );
}

function drawEnd(by: "stopped" | "finished" | "replaced", gestures: Gestures): View {
  const again = (text: string) => mainButton(text, () => gestures.show());
  if (by === "stopped") return plain(words.stoppedHeading, words.stoppedText, again(words.readyButton));
  if (by === "finished") return plain(words.finishedHeading, words.finishedText);
  return plain(words.replacedHeading, words.replacedText, again(words.replacedButton));
}
