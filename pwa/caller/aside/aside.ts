/** The screens beside the straight way, and what else can wait for the picture. */
import * as words from "@words";
import type { Gestures, Scene, Screen } from "../screen.ts";
import { mainButton, plain, type View } from "../view.ts";
import style from "./aside.css?inline";
import { drawCode } from "./code.ts";
import { drawProblem } from "./problem.ts";

export { mayRest as rest } from "./awake.ts";
export { slowHelp } from "./elsewhere.ts";
export { hear } from "./hear.ts";
export { flipOver, settle, tellDevice } from "./settle.ts";
export { comeBack, ended } from "./source.ts";

// As one rule through the CSSOM: the Content-Security-Policy lets no style element in.
document.styleSheets[0]?.insertRule(`@media all{${style}}`);

export function drawAside(screen: Screen, scene: Scene, gestures: Gestures): View {
  switch (screen.is) {
    case "code":
      return drawCode(gestures);
    case "paused":
      return plain(
        words.pausedHeading,
        words.pausedText,
        mainButton(words.resume, () => gestures.retry()),
      );
    case "ended":
      return drawEnd(screen.by, gestures);
    case "problem":
      return drawProblem(screen.problem, scene, gestures);
    default:
      return plain(words.opening);
  }
}

function drawEnd(by: "stopped" | "finished" | "replaced", gestures: Gestures): View {
  const again = (text: string) => mainButton(text, () => gestures.show());
  if (by === "stopped") return plain(words.stoppedHeading, words.stoppedText, again(words.readyButton));
  if (by === "finished") return plain(words.finishedHeading, words.finishedText);
  return plain(words.replacedHeading, words.replacedText, again(words.replacedButton));
}
