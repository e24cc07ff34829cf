import * as words from "@words";
import { h } from "./dom.ts";
import { loadRescue } from "./parts.ts";
import type { Gestures, Problem, Scene } from "./screen.ts";
import { mainButton, plain, type View } from "./view.ts";

/** Heading and text of each problem; those of a link end with what to ask for. */
const TEXTS: Record<Problem, [string, string]> = {
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

/** What happened and the way on, at once; the steps with pictures follow when their file has come. */
export function drawProblem(problem: Problem, { token }: Scene, gestures: Gestures): View {
  const [title, text] = TEXTS[problem];
  if (problem.startsWith("link-")) return plain(title, text, haveCode());
  const help = h("div", { className: "help" });
  if (problem !== "offline" && problem !== "busy-server") void addHelp(help, problem, token);
  return plain(
    title,
    text,
    help,
    mainButton(words.retry, () => gestures.retry()),
    stayOnPhone(),
  );
}

function haveCode(): HTMLElement {
  return h("a", { className: "second", href: "/j" }, words.codeHeading);
}

function stayOnPhone(): HTMLElement {
  return h("p", { className: "promise" }, words.stayOnPhone);
}

export async function addHelp(help: HTMLElement, problem: Problem, token: string): Promise<void> {
  try {
    const { rescue } = await loadRescue();
    help.append(...rescue(problem, `${location.origin}/j#${token}`));
  } catch {
    // The network is poor: the text alone must do.
  }
}
