import { stayInPage } from "./route.ts";
import { t } from "./words.ts";

export function NotFound() {
  return (
    <main class="page prose" id="main">
      <h1 tabIndex={-1}>{t("not-found.title")}</h1>
      <p>{t("not-found.text")}</p>
      <p>
        <a class="button button-primary" href="/" onClick={stayInPage}>
          {t("not-found.home")}
        </a>
      </p>
    </main>
  );
}
