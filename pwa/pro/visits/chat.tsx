/** The chat of a visit: kept as long as the room is. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Said } from "../../protocol.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { hourAndMinute } from "../../ui/format.ts";
import { language, t } from "../words.ts";
import { say } from "./meeting-seat.ts";
import { chat, meeting, nameIn } from "./meeting-state.ts";

export function Chat() {
  const text = useSignal("");
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => end.current?.scrollIntoView?.({ block: "nearest" }), [chat.value.length]);
  const send = (event: Event) => {
    event.preventDefault();
    if (!text.value.trim()) return;
    say(text.value.trim());
    text.value = "";
  };
  return (
    <section class="stack meeting-chat">
      <h2>{t("meeting.panel-chat")}</h2>
      <div class="chat-lines" role="log" aria-label={t("meeting.panel-chat")}>
        {chat.value.map((said) => (
          <Line key={said.id} said={said} />
        ))}
        <div ref={end} />
      </div>
      {!chat.value.length && <p class="soft">{t("chat.empty")}</p>}
      <form class="stack" onSubmit={send}>
        <Field
          label={t("chat.label")}
          value={text.value}
          onInput={(value) => (text.value = value)}
          maxLength={500}
          autocomplete="off"
        />
        <div class="row">
          <Button type="submit" icon="send">
            {t("chat.send")}
          </Button>
        </div>
      </form>
    </section>
  );
}

function Line({ said }: { said: Said }) {
  const isOwn = said.sender === meeting.value?.participantId;
  const who = isOwn ? t("chat.you") : said.name;
  return (
    <div class={`chat-line${isOwn ? " chat-line-own" : ""}`}>
      <p class="soft">
        {said.to ? t("chat.to", { who, name: nameIn(said.to) }) : who} ·{" "}
        {hourAndMinute(said.at, language.value)}
      </p>
      <p class="breakable">{said.text}</p>
    </div>
  );
}
