/** « Annuler le rendez-vous »: asked once, with a reason that the people concerned will read. */
import { useSignal } from "@preact/signals";
import type { AppointmentView } from "../../protocol.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { problemText, t } from "../words.ts";
import { cancelVisit } from "./visit-actions.ts";

/** ShortText of the protocol. */
const REASON_LENGTH = 200;

export function CancelVisit({ visit, onDone }: { visit: AppointmentView; onDone: () => void }) {
  const reason = useSignal("");
  const isBusy = useSignal(false);
  const failure = useSignal<unknown>(null);
  const confirm = async (event: Event) => {
    event.preventDefault();
    if (isBusy.value) return;
    isBusy.value = true;
    await cancelVisit(visit.id, reason.value.trim()).then(onDone, (error: unknown) => {
      failure.value = error;
    });
    isBusy.value = false;
  };
  return (
    <form class="stack" onSubmit={(event) => void confirm(event)} noValidate>
      {failure.value !== null && (
        <Notice kind="danger" urgent>
          {problemText(failure.value)}
        </Notice>
      )}
      <h3>{t("cancel-visit.title")}</h3>
      <p>{t("cancel-visit.text")}</p>
      <Field
        label={t("cancel-visit.reason")}
        value={reason.value}
        onInput={(value) => (reason.value = value)}
        hint={t("cancel-visit.reason-hint")}
        maxLength={REASON_LENGTH}
        autocomplete="off"
      />
      <div class="row">
        <Button kind="danger" type="submit" busy={isBusy.value}>
          {t("cancel-visit.confirm")}
        </Button>
        <Button onPress={onDone}>{t("cancel-visit.keep")}</Button>
      </div>
    </form>
  );
}
