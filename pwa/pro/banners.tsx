/** What the whole page must know: this is a demonstration; the server does not answer; the session ended. */
import { Button } from "../ui/button.tsx";
import { ticking } from "../ui/clock.ts";
import { Notice } from "../ui/notice.tsx";
import { invitation, socketDownAt } from "./dispatch-state.ts";
import { instance, isOutdated, serverAnswers, session } from "./session.ts";
import { meeting, meetingDownAt } from "./visits/meeting-state.ts";
import { t } from "./words.ts";

export function DemoBanner() {
  if (!(session.value?.demo ?? instance.value?.demo)) return null;
  return (
    <aside class="banner-demo" aria-label={t("demo.title")}>
      <span>{t("demo.banner")}</span>
      <a href="/demo/messages" target="_blank" rel="noopener">
        {t("demo.messages")}
      </a>
    </aside>
  );
}

/** A socket that drops comes back within a second or so: only what lasts is told. */
const DROP_MS = 2500;

function isSocketLost(): boolean {
  const since = socketDownAt.value ?? meetingDownAt.value;
  return since !== null && ticking.value - since > DROP_MS;
}

/** The picture goes on without the server; so does the page. */
export function ConnectionBanner({ live }: { live: boolean }) {
  if (!serverAnswers.value || isSocketLost())
    return (
      <Notice kind="warning" banner>
        {t(live ? "server.unreachable-live" : "server.unreachable")}
      </Notice>
    );
  if (isOutdated.value && !invitation.value && !meeting.value)
    return (
      <Notice
        kind="info"
        banner
        actions={<Button onPress={() => location.reload()}>{t("server.reload")}</Button>}
      >
        {t("server.new-version")}
      </Notice>
    );
  if (live && session.value === null)
    return (
      <Notice kind="warning" banner>
        {t("server.session-over-live")}
      </Notice>
    );
  return null;
}
