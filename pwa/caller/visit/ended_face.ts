import * as words from "@words";
import { h } from "../dom.ts";
import { heading, mainButton } from "../view.ts";
import type { Consultation } from "./consultation.ts";
import { contactLine } from "./contact.ts";
import type { Face } from "./face.ts";
import { capital, say, titled } from "./sentence.ts";

/** Why it is over. `reason` is the practitioner's own words. */
export interface Ending {
  by: "left" | "finished" | "cancelled" | "declined" | "replaced" | "refused-consent";
  reason?: string;
}

interface Words {
  title: string;
  text: string;
  /** The way back, where there is one. */
  again?: string;
  /** Whom to call is said where something is left to arrange. */
  ask?: string;
}

const ENDINGS: Record<Ending["by"], Words> = {
  left: { title: words.visitLeftHeading, text: words.visitLeftText, again: words.visitComeBack },
  finished: { title: words.visitFinishedHeading, text: words.visitFinishedText },
  cancelled: {
    title: words.visitCancelledHeading,
    text: words.visitCancelledText,
    ask: words.visitAskAnother,
  },
  declined: {
    title: words.visitDeclinedHeading,
    text: words.visitDeclinedText,
    ask: words.visitAskAnother,
  },
  replaced: { title: words.visitReplacedHeading, text: words.visitReplacedText, again: words.replacedButton },
  "refused-consent": {
    title: words.visitRefusedHeading,
    text: words.visitRefusedText,
    ask: words.visitAskOnSite,
  },
};

export function endedFace(consultation: Consultation, { by, reason }: Ending): Face {
  const { visit } = consultation;
  const { title, text, again, ask } = ENDINGS[by];
  const name = titled(visit.practitionerName);
  const places = { name, Name: capital(name) };
  const nodes: Node[] = [heading(say(title, places)), h("p", {}, say(text, places))];
  if (reason) nodes.push(h("blockquote", {}, reason));
  if (again) nodes.push(mainButton(again, () => void consultation.enter()));
  if (ask) nodes.push(...contactLine(visit.contact, ask));
  return { kind: "ended", nodes };
}
