/** What to tell the caller, in order, before anything has been sent (S49-S52). */
import { t } from "./words.ts";

export function ScriptCard() {
  return (
    <section class="card dispatch-script stack" aria-label={t("script.title")}>
      <h2>{t("script.title")}</h2>
      <ol class="script">
        <li>{t("script.link")}</li>
        <li>{t("script.loudspeaker")}</li>
        <li>{t("script.camera")}</li>
        <li>{t("script.switch")}</li>
      </ol>
      <p class="soft">{t("script.sound")}</p>
    </section>
  );
}
