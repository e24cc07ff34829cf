import * as words from "@words";
import { h, icon } from "../dom.ts";
import type { Consultation } from "./consultation.ts";
import { tell } from "./face.ts";
import { messageLog } from "./message_log.ts";
import { type Panel, panelOf } from "./panel.ts";

const BUBBLE = "M4 5h16v11H10l-5 4v-4H4z";
/** As the protocol has it. */
const MOST_LETTERS = 1_000;

export interface ChatPanel extends Panel {
  update(): void;
}

/** « Messages »: what is hard to say, or to spell. The button counts what has not been read. */
export function chatPanel(consultation: Consultation): ChatPanel {
  const unread = h("span", { className: "unread" });
  const button = h("button", { className: "chip" }, icon(BUBBLE), words.visitMessages, unread);
  const log = messageLog(() => consultation.gathering);
  const input = h("input", { id: "say", maxLength: MOST_LETTERS, autocomplete: "off" });
  const chat = panelOf(button, words.visitMessages, input, () => update());
  let read = 0;
  const update = () => {
    const { messages } = consultation.gathering;
    log.update();
    if (!chat.panel.hidden) read = messages.length;
    const count = messages.length - read;
    tell(unread, count > 0 ? String(count) : "");
  };
  const onsubmit = (event: Event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text) consultation.say(text);
    input.value = "";
  };
  const label = h("label", { htmlFor: "say" }, words.visitSayLabel);
  const form = h("form", { onsubmit }, label, input, h("button", { className: "main" }, words.visitSay));
  const close = h("button", { className: "second", onclick: () => chat.open(false) }, words.scanClose);
  chat.panel.append(log.node, form, close);
  return { ...chat, update };
}
