import * as words from "@words";
import { h } from "../dom.ts";
import { say } from "./sentence.ts";

/** A number as people write it, with its spaces: enough digits to be one. */
const NUMBER = /\+?\d(?:[\s.\u00a0]?\d){5,}/;

/** Whom to call instead, if the installation says so; else `otherwise`, if there is anything to say. */
export function contactLine(contact: string, otherwise = ""): Node[] {
  if (!contact) return otherwise ? [h("p", { className: "contact" }, otherwise)] : [];
  const [before = "", after = ""] = say(words.visitContact, { contact: "\n" }).split("\n");
  return [h("p", { className: "contact" }, before, ...callable(contact), after)];
}

/** A number is a link: on a telephone a tap calls it. */
function callable(contact: string): (Node | string)[] {
  const number = NUMBER.exec(contact);
  if (!number) return [contact];
  const [said] = number;
  const href = `tel:${said.replace(/[^+\d]/g, "")}`;
  return [contact.slice(0, number.index), h("a", { href }, said), contact.slice(number.index + said.length)];
}
