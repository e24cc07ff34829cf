/** « Téléconsultation immédiate » (S18-S20): a mobile number, nothing else, and what it does without. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { ApiProblem } from "../../ui/api.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Notice } from "../../ui/notice.tsx";
import { PhoneField } from "../address-fields.tsx";
import { problemText, t } from "../words.ts";
import { callNow } from "./visit-actions.ts";

export function ImmediateDialog({ onClose }: { onClose: () => void }) {
  const phone = useSignal("");
  const isBusy = useSignal(false);
  const isEmpty = useSignal(false);
  const failure = useSignal<unknown>(null);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);

  const call = async (event: Event) => {
    event.preventDefault();
    if (isBusy.value) return;
    isEmpty.value = !phone.value.trim();
    failure.value = null;
    if (isEmpty.value) return input.current?.focus();
    isBusy.value = true;
    await callNow(phone.value.trim()).then(onClose, (error: unknown) => {
      failure.value = error;
      input.current?.focus();
    });
    isBusy.value = false;
  };

  const isFieldAtFault = failure.value instanceof ApiProblem && failure.value.field === "phone";
  return (
    <Dialog title={t("immediate.title")} closeWord={t("dialog.close")} onClose={onClose}>
      <form class="stack" onSubmit={(event) => void call(event)} noValidate>
        <Notice kind="info">{t("immediate.without")}</Notice>
        {failure.value !== null && !isFieldAtFault && (
          <Notice kind="danger" urgent>
            {problemText(failure.value)}
          </Notice>
        )}
        <PhoneField
          value={phone.value}
          onInput={(value) => (phone.value = value)}
          inputRef={input}
          hint={t("immediate.hint")}
          error={isEmpty.value ? t("immediate.empty") : isFieldAtFault ? problemText(failure.value) : null}
        />
        <div class="row">
          <Button kind="primary" type="submit" large icon="phone" busy={isBusy.value}>
            {t("immediate.call")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
