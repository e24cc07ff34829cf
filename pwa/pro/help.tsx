/** « Une question ? » (S43, S44): the answers people look for, and whom to ask. */
import type { Module } from "../protocol.ts";
import { Dialog } from "../ui/dialog.tsx";
import { instance, session } from "./session.ts";
import { type Key, t } from "./words.ts";
import "./help.css";

const QUESTIONS: Record<Module, string[]> = {
  dispatch: ["sms", "opened", "refused", "frozen", "sound", "second", "recorded", "equipment"],
  teleconsultation: [
    "visit-link",
    "visit-early",
    "visit-door",
    "visit-sound",
    "visit-others",
    "visit-without",
    "visit-recorded",
    "visit-equipment",
  ],
};

/** Of the modules that the account opens; signed out, of the first. */
function questions(): string[] {
  const modules = session.value?.modules ?? [];
  return (modules.length ? modules : (["dispatch"] as const)).flatMap((module) => QUESTIONS[module]);
}

export function Help({ onClose }: { onClose: () => void }) {
  const contact = instance.value?.contact;
  return (
    <Dialog title={t("help.title")} closeWord={t("dialog.close")} onClose={onClose}>
      <div class="stack">
        <div>
          {questions().map((name) => (
            <details key={name} class="question">
              <summary>{t(`help.${name}` as Key)}</summary>
              <p>{t(`help.${name}-answer` as Key)}</p>
            </details>
          ))}
        </div>
        <h3>{t("help.contact-title")}</h3>
        <p>{t("help.contact")}</p>
        {contact && (
          <p>
            <strong>{contact}</strong>
          </p>
        )}
      </div>
    </Dialog>
  );
}
