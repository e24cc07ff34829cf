/** The state of conformity, as it is (R30). */
import { instance } from "./session.ts";
import { t } from "./words.ts";

export function Accessibility() {
  const contact = instance.value?.contact;
  return (
    <main class="page prose" id="main">
      <h1 tabIndex={-1}>{t("accessibility.title")}</h1>
      <p>{t("accessibility.commitment")}</p>
      <h2>{t("accessibility.state-title")}</h2>
      <p>
        <strong>{t("accessibility.state")}</strong>
      </p>
      <p>{t("accessibility.state-more")}</p>
      <h2>{t("accessibility.done-title")}</h2>
      <ul>
        <li>{t("accessibility.done-keyboard")}</li>
        <li>{t("accessibility.done-reader")}</li>
        <li>{t("accessibility.done-zoom")}</li>
        <li>{t("accessibility.done-color")}</li>
        <li>{t("accessibility.done-motion")}</li>
      </ul>
      <h2>{t("accessibility.limits-title")}</h2>
      <p>{t("accessibility.limits")}</p>
      <h2>{t("accessibility.contact-title")}</h2>
      <p>{t("accessibility.contact")}</p>
      {contact && <p>{contact}</p>}
      <h2>{t("accessibility.recourse-title")}</h2>
      <p>{t("accessibility.recourse")}</p>
    </main>
  );
}
