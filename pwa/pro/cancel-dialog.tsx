/** « Annuler » stops a link that somebody may be opening: ask once. */
import { useSignal } from "@preact/signals";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Notice } from "../ui/notice.tsx";
import { cancel } from "./dispatch-actions.ts";
import { problemText, t } from "./words.ts";

export function CancelDialog({ onClose }: { onClose: () => void }) {
  const isBusy = useSignal(false);
  const failure = useSignal<unknown>(null);
  const confirm = async () => {
    isBusy.value = true;
    try {
      await cancel();
    } catch (error) {
      failure.value = error;
      isBusy.value = false;
      return;
    }
    onClose();
  };
  return (
    <Dialog title={t("cancel.title")} closeWord={t("dialog.close")} onClose={onClose}>
      <div class="stack">
        {failure.value !== null && (
          <Notice kind="danger" urgent>
            {problemText(failure.value)}
          </Notice>
        )}
        <p>{t("cancel.text")}</p>
        <div class="row">
          <Button kind="danger" busy={isBusy.value} onPress={() => void confirm()}>
            {t("cancel.confirm")}
          </Button>
          <Button onPress={onClose}>{t("cancel.keep")}</Button>
        </div>
      </div>
    </Dialog>
  );
}
