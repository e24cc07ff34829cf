import * as words from "@words";
import { h } from "../dom.ts";
import type { Gestures, Problem, Scene } from "../screen.ts";
import { mainButton, plain, type View } from "../view.ts";
import { allowSteps, systemSteps } from "./allow.ts";
import { browser, system } from "./device.ts";
import { openElsewhere } from "./elsewhere.ts";
import { photoPanel } from "./photo_offer.ts";
import { isOfCamera, retryByItself } from "./retry.ts";

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

/** A refusal that is not the page's own: the question was put away unanswered, or the whole system says no (F25). */
const REFUSALS: Record<string, [title: string, text: string]> = {
  dismiss: [words.dismissedHeading, words.dismissedText],
  system: [words.refusedHeading, words.systemText],
};

/** What happened, what to do, and the way on. */
export function drawProblem(
  given: Problem,
  detail: string | undefined,
  { token }: Scene,
  gestures: Gestures,
): View {
  const problem = given === "refused" && browser() === "in-app" ? "unsupported" : given;
  const [title, text] = (problem === "refused" && REFUSALS[detail ?? ""]) || TEXTS[problem];
  if (problem.startsWith("link-")) return plain(title, text, haveCode());
  const retry = mainButton(words.retry, () => gestures.retry());
  const stay = h("p", { className: "promise" }, words.stayOnPhone);
  const ways: Node[] = [h("div", { className: "help" }, ...help(problem, detail, token)), retry];
  if (isOfCamera(problem)) {
    retryByItself(retry, gestures);
    ways.push(photoPanel());
  }
  return plain(title, text, ...ways, stay);
}

/** In-app browsers often refuse without asking: no setting of the phone would help there. */
function help(problem: Problem, detail: string | undefined, token: string): Node[] {
  if (problem === "unsupported") return openElsewhere(token);
  if (problem !== "refused" || detail === "dismiss") return [];
  return detail === "system" ? systemSteps(browser(), system()) : allowSteps(browser(), system());
}

function haveCode(): HTMLElement {
  return h("a", { className: "second", href: "/j" }, words.codeHeading);
}
