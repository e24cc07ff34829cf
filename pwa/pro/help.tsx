/** « Une question ? » (S43, S44): the answers people look for, and whom to ask. */
import { Dialog } from "../ui/dialog.tsx";
import { instance } from "./session.ts";
import { type Key, t } from "./words.ts";
import "./help.css";

const QUESTIONS = ["sms", "opened", "refused", "frozen", "sound", "second", "recorded", "equipment"];

export function Help({ onClose }: { onClose: () => void }) {
  const contact = instance.value?.contact;
  return (
    <Dialog title={t("help.title")} closeWord={t("dialog.close")} onClose={onClose}>
      <div class="stack">
        <div>
          {QUESTIONS.map((name) => (
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
