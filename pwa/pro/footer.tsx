/** On every page: report, ask, accessibility, version. */
import { useSignal } from "@preact/signals";
import { Icon } from "../ui/icon.tsx";
import { invitation } from "./dispatch-state.ts";
import { Help } from "./help.tsx";
import { Incident } from "./incident.tsx";
import { stayInPage } from "./route.ts";
import { instance, session } from "./session.ts";
import { meeting } from "./visits/meeting-state.ts";
import { language, speak, t } from "./words.ts";

export function Footer() {
  const open = useSignal<"incident" | "help" | null>(null);
  const close = () => {
    open.value = null;
  };
  const other = language.value === "fr" ? "en" : "fr";
  const version = session.value?.version ?? instance.value?.version;
  return (
    <>
      <footer class="footer">
        <button type="button" aria-haspopup="dialog" onClick={() => (open.value = "incident")}>
          <Icon name="report" size={18} />
          {t("footer.incident")}
        </button>
        <button type="button" aria-haspopup="dialog" onClick={() => (open.value = "help")}>
          <Icon name="question" size={18} />
          {t("footer.help")}
        </button>
        <AccessibilityLink />
        <span class="footer-end">
          <button type="button" lang={other} onClick={() => void speak(other)}>
            {t("footer.other-language")}
          </button>
          {version && <span>{t("footer.version", { version })}</span>}
        </span>
      </footer>
      {open.value === "incident" && <Incident onClose={close} />}
      {open.value === "help" && <Help onClose={close} />}
    </>
  );
}

/** During an invitation or a visit it opens beside the page, which must stay. */
function AccessibilityLink() {
  const beside = invitation.value !== null || meeting.value !== null;
  return (
    <a
      href="/accessibility"
      target={beside ? "_blank" : undefined}
      rel={beside ? "noopener" : undefined}
      onClick={stayInPage}
    >
      <Icon name="accessibility" size={18} />
      {t("footer.accessibility")}
    </a>
  );
}
