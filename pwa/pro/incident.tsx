/** « Signaler un incident » (S60-S62): a remark, and the capsule exactly as it will be sent. */
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { postIncident } from "../ui/api.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextArea } from "../ui/field.tsx";
import { Notice } from "../ui/notice.tsx";
import { type Capsule, capsule } from "./capsule.ts";
import "./incident.css";
import { asked } from "./session.ts";
import { problemText, t } from "./words.ts";

type Sending = "typing" | "sending" | "sent";

export function Incident({ onClose }: { onClose: () => void }) {
  const remark = useSignal("");
  const sending = useSignal<Sending>("typing");
  const failure = useSignal<unknown>(null);
  const technical = useMemo(capsule, []);

  const send = async (event: Event) => {
    event.preventDefault();
    if (sending.value !== "typing") return;
    sending.value = "sending";
    failure.value = null;
    try {
      await asked(postIncident({ ...technical, remark: remark.value }));
      sending.value = "sent";
    } catch (error) {
      failure.value = error;
      sending.value = "typing";
    }
  };

  return (
    <Dialog title={t("incident.title")} closeWord={t("dialog.close")} onClose={onClose}>
      {sending.value === "sent" ? (
        <Notice kind="success" title={t("incident.sent-title")}>
          {t("incident.sent")}
        </Notice>
      ) : (
        <form class="stack" onSubmit={(event) => void send(event)} noValidate>
          <p>{t("incident.intro")}</p>
          {failure.value !== null && (
            <Notice kind="danger" urgent>
              {problemText(failure.value)}
            </Notice>
          )}
          <TextArea
            label={t("incident.remark")}
            hint={t("incident.remark-hint")}
            value={remark.value}
            onInput={(value) => {
              remark.value = value;
            }}
          />
          <CapsuleView capsule={technical} />
          <Button kind="primary" type="submit" icon="send" busy={sending.value === "sending"}>
            {t("incident.send")}
          </Button>
        </form>
      )}
    </Dialog>
  );
}

function CapsuleView({ capsule: technical }: { capsule: Capsule }) {
  const { page, browser, viewport, events, figures } = technical;
  return (
    <details class="capsule">
      <summary>{t("incident.capsule", { count: events.length })}</summary>
      <p class="soft">{t("incident.capsule-about")}</p>
      <pre>{JSON.stringify({ page, browser, viewport, events, figures }, null, 2)}</pre>
    </details>
  );
}
