/** Nobody is in yet: whom one waits for, what became of the link, and how to give it otherwise. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { getAppointment } from "../../ui/api.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { hourAndMinute } from "../../ui/format.ts";
import { asked } from "../session.ts";
import { language, t } from "../words.ts";
import { Doors } from "./doors.tsx";
import { meeting, startedAt, waiting } from "./meeting-state.ts";
import { resendVisit } from "./visit-actions.ts";
import { VisitDeliveries } from "./visit-deliveries.tsx";

/** Messages leave within seconds; their receipts come later. */
const LOOK_AGAIN_MS = 4_000;

export function Alone() {
  const isQrOpen = useSignal(false);
  useEffect(followDeliveries, []);
  const appointment = meeting.value?.appointment;
  if (!appointment) return null;
  if (appointment.isTraining) return <TrainingAlone />;
  const { startAt, endAt, isImmediate, hasRecord } = appointment;
  const [start = "", end = ""] = [startAt, endAt].map((at) => hourAndMinute(at, language.value));
  return (
    <div class="meeting-alone">
      <div class="stack">
        <p class="meeting-alone-title">{title()}</p>
        <p class="soft">{isImmediate ? t("alone.immediate") : t("alone.slot", { start, end })}</p>
        <VisitDeliveries deliveries={appointment.deliveries} />
        {isImmediate && !hasRecord && <p class="soft">{t("immediate.without")}</p>}
        <div class="row">
          <Button icon="qr" onPress={() => (isQrOpen.value = true)}>
            {t("alone.doors")}
          </Button>
          <Button icon="refresh" onPress={() => void resend(appointment.id)}>
            {t("invite.resend")}
          </Button>
        </div>
      </div>
      {isQrOpen.value && (
        <Dialog
          title={t("visit.doors")}
          closeWord={t("dialog.close")}
          onClose={() => (isQrOpen.value = false)}
        >
          <Doors link={appointment.link} code={appointment.code} qrSvg={appointment.qrSvg} />
        </Dialog>
      )}
    </div>
  );
}

/** Nothing to send: he comes by himself. */
function TrainingAlone() {
  return (
    <div class="meeting-alone">
      <div class="stack">
        <p class="meeting-alone-title">{title()}</p>
        <p class="soft">{t("training.comes")}</p>
      </div>
    </div>
  );
}

function title(): string {
  if (waiting.value.length) return t("alone.at-the-door");
  return t(startedAt.value === null ? "alone.waiting" : "alone.all-gone");
}

async function resend(id: string): Promise<void> {
  await resendVisit(id).catch(() => undefined);
  await renewMeeting(id);
}

async function renewMeeting(id: string): Promise<void> {
  const appointment = await asked(getAppointment(id)).catch(() => null);
  const view = meeting.value;
  if (appointment && view?.appointment.id === id) meeting.value = { ...view, appointment };
}

function followDeliveries(): () => void {
  const timer = setInterval(() => {
    const appointment = meeting.value?.appointment;
    if (appointment?.deliveries.some(({ status }) => status === "waiting" || status === "sent"))
      void renewMeeting(appointment.id);
  }, LOOK_AGAIN_MS);
  return () => clearInterval(timer);
}
