/** Who is at the door: let in, refuse, send a word. Over the picture, for it cannot wait (A66). */
import { useSignal } from "@preact/signals";
import type { ParticipantView } from "../../protocol.ts";
import { Button } from "../../ui/button.tsx";
import { ticking } from "../../ui/clock.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { duration } from "../../ui/format.ts";
import { t } from "../words.ts";
import { admit, decline, say } from "./meeting-seat.ts";
import { waiting } from "./meeting-state.ts";
import { roleBeside } from "./role-beside.ts";

export function WaitingList() {
  if (!waiting.value.length) return null;
  return (
    <section class="meeting-waiting" aria-label={t("waiting.title")}>
      <h2>{t("waiting.title")}</h2>
      <ul class="stack">
        {waiting.value.map((person) => (
          <li key={person.id}>
            <Waiting person={person} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Waiting({ person }: { person: ParticipantView }) {
  const open = useSignal<"word" | "refusal" | null>(null);
  const close = () => {
    open.value = null;
  };
  return (
    <div class="meeting-waiting-one">
      <p>
        <strong>{person.name}</strong> <span class="soft">{roleBeside(person)}</span>
        <span class="soft meeting-waiting-since">{since(person)}</span>
      </p>
      <div class="row">
        <Button kind="primary" icon="door" onPress={() => admit(person.id)}>
          {t("waiting.admit")}
        </Button>
        <Button kind="danger" onPress={() => (open.value = "refusal")}>
          {t("waiting.decline")}
        </Button>
        <Button icon="speak" onPress={() => (open.value = "word")}>
          {t("waiting.message")}
        </Button>
      </div>
      {open.value === "word" && <WordDialog person={person} onClose={close} />}
      {open.value === "refusal" && <RefusalDialog person={person} onClose={close} />}
    </div>
  );
}

function since(person: ParticipantView): string {
  if (!person.waitingSince) return "";
  const waited = t("waiting.since", { duration: duration(ticking.value - person.waitingSince) });
  return person.precall === "ok" ? `${waited} · ${t("visit-status.tested")}` : waited;
}

interface PersonDialogProps {
  person: ParticipantView;
  onClose: () => void;
}

const READY = ["waiting.word-soon", "waiting.word-late", "waiting.word-read"] as const;

/** A word to somebody who waits: ready-made, or one's own. */
function WordDialog({ person, onClose }: PersonDialogProps) {
  const text = useSignal("");
  const send = (words: string) => {
    if (!words.trim()) return;
    say(words.trim(), person.id);
    onClose();
  };
  return (
    <Dialog
      title={t("waiting.message-to", { name: person.name })}
      closeWord={t("dialog.close")}
      onClose={onClose}
    >
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          send(text.value);
        }}
      >
        <div class="stack">
          {READY.map((key) => (
            <Button key={key} onPress={() => send(t(key))}>
              {t(key)}
            </Button>
          ))}
        </div>
        <Field
          label={t("waiting.own-word")}
          value={text.value}
          onInput={(value) => (text.value = value)}
          maxLength={500}
          autocomplete="off"
        />
        <div class="row">
          <Button kind="primary" type="submit" icon="send">
            {t("chat.send")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function RefusalDialog({ person, onClose }: PersonDialogProps) {
  const reason = useSignal("");
  return (
    <Dialog
      title={t("waiting.decline-title", { name: person.name })}
      closeWord={t("dialog.close")}
      onClose={onClose}
    >
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          decline(person.id, reason.value.trim());
          onClose();
        }}
      >
        <Field
          label={t("waiting.decline-reason")}
          hint={t("waiting.decline-hint")}
          value={reason.value}
          onInput={(value) => (reason.value = value)}
          maxLength={200}
          autocomplete="off"
        />
        <div class="row">
          <Button kind="danger" type="submit">
            {t("waiting.decline-confirm")}
          </Button>
          <Button onPress={onClose}>{t("waiting.decline-keep")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
