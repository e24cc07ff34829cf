/** Camera and microphone are being opened, or one of them would not: what is missing, how to mend it, and the way on. */
import * as words from "@words";
import type { CameraProblem } from "../../call/media.ts";
import { allowSteps, systemSteps } from "../aside/allow.ts";
import { browser, system } from "../aside/device.ts";
import { openElsewhere } from "../aside/elsewhere.ts";
import { retryByItself } from "../aside/retry.ts";
import { h } from "../dom.ts";
import { heading, mainButton } from "../view.ts";
import type { Consultation } from "./consultation.ts";
import { type Face, secondButton } from "./face.ts";
import type { OwnMedia } from "./own_media.ts";

/** A question that nobody has answered after this may be no question at all: some in-app browsers show none (C1). */
const SLOW_MS = 7_000;

/** What to say of each problem: of the camera, and of the microphone. */
const SAYINGS: Record<CameraProblem, [camera: string, microphone: string]> = {
  refused: [words.refusedHeading, words.visitSoundRefused],
  busy: [words.busyHeading, words.visitSoundBusy],
  missing: [words.missingHeading, words.visitSoundMissing],
  unsupported: [words.unsupportedHeading, words.unsupportedHeading],
  unknown: [words.unknownHeading, words.visitSoundUnknown],
};

export function devicesFace(consultation: Consultation): Face {
  const { own } = consultation;
  const body = h("div", { className: "devices" });
  let drawn = "";
  let slow: ReturnType<typeof setTimeout> | undefined;
  return {
    kind: "devices",
    nodes: [body],
    update: () => {
      const now = stateOf(own);
      if (now === drawn) return;
      drawn = now;
      clearTimeout(slow);
      body.textContent = "";
      body.append(...(own.isOpening ? asking(own) : missing(consultation)));
      body.querySelector("h1")?.focus();
      if (own.isOpening) slow = setTimeout(() => body.append(...slowWays(consultation)), SLOW_MS);
    },
    leave: () => clearTimeout(slow),
  };
}

function stateOf({ isOpening, cameraProblem, soundProblem }: OwnMedia): string {
  return isOpening ? "asking" : `${cameraProblem?.problem} ${soundProblem?.problem}`;
}

/** While the browser asks its own question. No likeness of it: people would tap the likeness. */
function asking({ isSilent }: OwnMedia): Node[] {
  return [heading(words.askingHeading), h("p", {}, isSilent ? words.askingWhy : words.visitAskingWhy)];
}

function slowWays({ token }: Consultation): Node[] {
  return [h("div", { className: "help" }, h("p", {}, words.visitElsewhere), ...openElsewhere(token))];
}

function missing(consultation: Consultation): Node[] {
  const { own } = consultation;
  const retry = mainButton(words.retry, () => consultation.retryDevices());
  retryByItself(retry, { retry: () => consultation.retryDevices() }, ["camera", "microphone"]);
  return [
    heading(titleOf(own)),
    ...sayings(own).map((text) => h("p", {}, text)),
    h("div", { className: "help" }, ...help(consultation)),
    retry,
    secondButton(wayOn(own), () => consultation.goOn()),
  ];
}

function titleOf({ cameraProblem, soundProblem }: OwnMedia): string {
  if (!cameraProblem) return words.visitNoSoundHeading;
  return soundProblem ? words.visitNothingHeading : words.visitNoPictureHeading;
}

function wayOn({ cameraProblem, soundProblem }: OwnMedia): string {
  if (!cameraProblem) return words.visitWithoutSound;
  return soundProblem ? words.visitWithoutBoth : words.visitWithoutPicture;
}

export function sayings({
  cameraProblem,
  soundProblem,
}: Pick<OwnMedia, "cameraProblem" | "soundProblem">): string[] {
  const said: string[] = [];
  if (cameraProblem) said.push(SAYINGS[cameraProblem.problem][0]);
  if (soundProblem) said.push(SAYINGS[soundProblem.problem][1]);
  return said.filter((text, index) => said.indexOf(text) === index).map((text) => `${text}.`);
}

/** The pictures of where to allow it; they name the camera, and the microphone is the line beside it. */
function help({ own: { cameraProblem, soundProblem }, token }: Consultation): Node[] {
  const problem = [cameraProblem, soundProblem].find((one) => one && /refused|unsupported/.test(one.problem));
  if (!problem) return [h("p", {}, words.visitCloseOthers)];
  if (problem.problem === "unsupported" || browser() === "in-app") return openElsewhere(token);
  if (problem.detail === "dismiss") return [h("p", {}, words.dismissedText)];
  const steps =
    problem.detail === "system" ? systemSteps(browser(), system()) : allowSteps(browser(), system());
  return soundProblem ? [...steps, h("p", {}, words.visitSameForSound)] : steps;
}
