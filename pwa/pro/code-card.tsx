/** The fourth door: six characters read aloud, and where the caller types them. */
import { invitation } from "./dispatch-state.ts";
import { spell } from "./spelling.ts";
import { t } from "./words.ts";

export function CodeCard() {
  const view = invitation.value;
  if (!view) return null;
  return (
    <section class="card dispatch-code stack" aria-label={t("code.title")}>
      <h2>{t("code.title")}</h2>
      <p>{t("code.how", { address: addressToType(view.link) })}</p>
      <Code code={view.code} />
    </section>
  );
}

export function Code({ code }: { code: string }) {
  return (
    <div>
      <p class="code" translate={false}>
        {code}
      </p>
      <p class="code-spelled soft">
        {spell(code)
          .map(({ character, word }) => (word ? t("code.letter", { letter: character, word }) : character))
          .join(", ")}
      </p>
    </div>
  );
}

/** « samu.example.fr/j »: without what a person need not type. */
export function addressToType(link: string): string {
  const { host, pathname } = new URL(link);
  return host + pathname;
}
