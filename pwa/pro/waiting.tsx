/** Before the first answer of the server. */
import { t } from "./words.ts";

export function Waiting() {
  return (
    <main class="page" id="main" aria-busy="true">
      <p class="row soft">
        <span class="spinner" aria-hidden="true" />
        {t("waiting.text")}
      </p>
    </main>
  );
}
