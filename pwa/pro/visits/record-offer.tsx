/** An immediate visit has no record: it can be given one, also in mid-call. */
import { useSignal } from "@preact/signals";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { t } from "../words.ts";
import { meeting } from "./meeting-state.ts";
import { RecordForm } from "./record-form.tsx";

export function RecordOffer() {
  const isOpen = useSignal(false);
  const view = meeting.value;
  if (!view?.appointment.isImmediate || view.appointment.hasRecord || view.appointment.isTraining)
    return null;
  return (
    <section class="stack">
      <h2>{t("record.none")}</h2>
      <p class="soft">{t("immediate.without")}</p>
      <div class="row">
        <Button icon="plus" onPress={() => (isOpen.value = true)}>
          {t("visit.make-record")}
        </Button>
      </div>
      {isOpen.value && (
        <Dialog
          title={t("visit.make-record")}
          closeWord={t("dialog.close")}
          onClose={() => (isOpen.value = false)}
        >
          <RecordForm
            visit={view.appointment}
            onDone={(appointment) => {
              isOpen.value = false;
              if (appointment && meeting.value) meeting.value = { ...meeting.value, appointment };
            }}
          />
        </Dialog>
      )}
    </section>
  );
}
