import * as words from "@words";
import type { Said } from "../../protocol.ts";
import { h } from "../dom.ts";
import type { Gathering } from "./gathering.ts";

export interface MessageLog {
  node: HTMLElement;
  update(): void;
}

/** What was said in writing; each new line is read aloud. */
export function messageLog(gathering: () => Gathering): MessageLog {
  const list = h("div", { className: "log", tabIndex: 0 });
  list.setAttribute("role", "log");
  list.setAttribute("aria-label", words.visitMessages);
  let shown = 0;
  return {
    node: list,
    update: () => {
      const { me, messages } = gathering();
      list.hidden = messages.length === 0;
      if (messages.length === shown) return;
      list.append(...messages.slice(shown).map((said) => line(said, said.sender === me?.id)));
      shown = messages.length;
      list.scrollTop = list.scrollHeight;
    },
  };
}

function line({ name, text }: Said, isOwn: boolean): HTMLElement {
  const who = h("strong", {}, isOwn ? words.visitYou : name);
  return h("p", { className: isOwn ? "said mine" : "said" }, who, " ", text);
}
