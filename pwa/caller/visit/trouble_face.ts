import * as words from "@words";
import { h } from "../dom.ts";
import { heading, mainButton } from "../view.ts";
import type { Consultation } from "./consultation.ts";
import { contactLine } from "./contact.ts";
import type { Face } from "./face.ts";

/** `offline`: tried again by itself. `busy`: too many tries. `unknown`: the server will not, and says nothing we know. */
export type Trouble = "offline" | "busy" | "unknown";

const TEXTS: Record<Trouble, [title: string, text: string]> = {
  offline: [words.offlineHeading, words.offlineText],
  busy: [words.busyServerHeading, words.busyServerText],
  unknown: [words.visitClosedHeading, words.visitClosedText],
};

export function troubleFace(trouble: Trouble, { visit }: Consultation, again: () => void): Face {
  const [title, text] = TEXTS[trouble];
  const line = h("p", {}, text);
  line.setAttribute("role", "status");
  return {
    kind: "trouble",
    nodes: [heading(title), line, mainButton(words.retry, again), ...contactLine(visit.contact)],
  };
}

/** Until the server has answered. */
export function waitFace(): Face {
  return { kind: "wait", nodes: [heading(words.opening)] };
}
