/** An immediate visit gets its record: identity and reason, and what needs a record becomes possible. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { AppointmentView } from "../../protocol.ts";
import { ApiProblem } from "../../ui/api.ts";
import { Button } from "../../ui/button.tsx";
import { serverNow } from "../../ui/clock.ts";
import { TextArea } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { problemText, t } from "../words.ts";
import { type Faults, fieldOf, identityDraftOf, identityFaults, identityOf } from "./draft.ts";
import { focusFirstFault } from "./focus-fault.ts";
import { PatientFields } from "./patient-fields.tsx";
import { makeRecord } from "./visit-actions.ts";

interface RecordFormProps {
  visit: AppointmentView;
  onDone: (visit?: AppointmentView) => void;
}

export function RecordForm({ visit, onDone }: RecordFormProps) {
  const draft = useSignal(identityDraftOf(visit.patient));
  const reason = useSignal(visit.reason);
  const faults = useSignal<Faults>({});
  const failure = useSignal<unknown>(null);
  const isBusy = useSignal(false);
  const form = useRef<HTMLFormElement>(null);

  const save = async (event: Event) => {
    event.preventDefault();
    if (isBusy.value) return;
    failure.value = null;
    faults.value = identityFaults(draft.value, serverNow());
    if (Object.keys(faults.value).length) return focusFirstFault(form.current);
    isBusy.value = true;
    const request = { patient: identityOf(draft.value), reason: reason.value.trim() };
    await makeRecord(visit.id, request).then(onDone, (error: unknown) => {
      const field = error instanceof ApiProblem ? fieldOf(error.field) : null;
      if (field) faults.value = { [field]: problemText(error) };
      else failure.value = error;
    });
    isBusy.value = false;
  };

  return (
    <form class="stack" ref={form} onSubmit={(event) => void save(event)} noValidate>
      <h3>{t("record.title")}</h3>
      <p class="soft">{t("record.about")}</p>
      {failure.value !== null && (
        <Notice kind="danger" urgent>
          {problemText(failure.value)}
        </Notice>
      )}
      <PatientFields
        draft={draft.value}
        faults={faults.value}
        onChange={(changes) => (draft.value = { ...draft.value, ...changes })}
      />
      <TextArea
        label={t("book.reason")}
        rows={2}
        value={reason.value}
        onInput={(text) => (reason.value = text)}
      />
      <div class="row">
        <Button kind="primary" type="submit" busy={isBusy.value}>
          {t("record.save")}
        </Button>
        <Button onPress={() => onDone()}>{t("record.later")}</Button>
      </div>
    </form>
  );
}
