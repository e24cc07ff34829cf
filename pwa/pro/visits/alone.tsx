/** Nobody is in yet: whom one waits for, what became of the link, and how to give it otherwise. */
import { useSignal } from "@preact/signals";
import type { AppointmentView, DeliveryView } from "../../protocol.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { hourAndMinute } from "../../ui/format.ts";
import { language, t } from "../words.ts";
import { Doors } from "./doors.tsx";
import { meeting, participants, startedAt, waiting } from "./meeting-state.ts";
import { resendVisit } from "./visit-actions.ts";
import { VisitDeliveries } from "./visit-deliveries.tsx";

export function Alone() {
  const isQrOpen = useSignal(false);
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
        <VisitDeliveries deliveries={sent(appointment)} />
        {isImmediate && !hasRecord && <p class="soft">{t("immediate.without")}</p>}
        <div class="row">
          <Button icon="qr" onPress={() => (isQrOpen.value = true)}>
            {t("alone.doors")}
          </Button>
          <Button icon="refresh" onPress={() => void resendVisit(appointment.id).catch(() => undefined)}>
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

/** What became of the messages to the patient: as the room tells it live, and before it does as it was. */
function sent({ deliveries }: AppointmentView): DeliveryView[] {
  const told = participants.value.find(({ role }) => role === "patient")?.deliveries;
  return told?.length ? told : deliveries;
}
