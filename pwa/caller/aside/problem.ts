import * as words from "@words";
import { h } from "../dom.ts";
import type { Gestures, Problem, Scene } from "../screen.ts";
import { mainButton, plain, type View } from "../view.ts";
import { allowSteps } from "./allow.ts";
import { browser, system } from "./device.ts";
import { openElsewhere } from "./elsewhere.ts";

/** Heading and text of each problem; those of a link say what to ask for. */
const TEXTS: Record<Problem, [title: string, text: string]> = {
  refused: [words.refusedHeading, words.refusedText],
  busy: [words.busyHeading, words.busyText],
  missing: [words.missingHeading, words.missingText],
  unsupported: [words.unsupportedHeading, words.unsupportedText],
  unknown: [words.unknownHeading, words.unknownText],
  offline: [words.offlineHeading, words.offlineText],
  "busy-server": [words.busyServerHeading, words.busyServerText],
  "link-unknown": [words.linkUnknownHeading, words.askNewLink],
  "link-expired": [words.linkExpiredHeading, words.askNewLink],
  "link-cancelled": [words.linkCancelledHeading, words.askNewLink],
  "link-finished": [words.linkFinishedHeading, words.askNewLink],
};

/** What happened, what to do, and the way on. */
export function drawProblem(given: Problem, { token }: Scene, gestures: Gestures): View {
  const problem = given === "refused" && browser() === "in-app" ? "unsupported" : given;
  const [title, text] = TEXTS[problem];
  if (problem.startsWith("link-")) return plain(title, text, haveCode());
  const retry = mainButton(words.retry, () => gestures.retry());
  const stay = h("p", { className: "promise" }, words.stayOnPhone);
  return plain(title, text, h("div", { className: "help" }, ...help(problem, token)), retry, stay);
}

/** In-app browsers often refuse without asking: no setting of the phone would help there. */
function help(problem: Problem, token: string): Node[] {
  if (problem === "refused") return allowSteps(browser(), system());
  return problem === "unsupported" ? openElsewhere(token) : [];
}

function haveCode(): HTMLElement {
  return h("a", { className: "second", href: "/j" }, words.codeHeading);
}
