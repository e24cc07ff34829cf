/** « S'entraîner avec un patient fictif »: the call screen, with somebody made by the machine in the waiting room. */
import { useSignal } from "@preact/signals";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { problemText, t } from "../words.ts";
import { train } from "./visit-actions.ts";

export function TrainingButton() {
  const isBusy = useSignal(false);
  const failure = useSignal<unknown>(null);
  const start = async () => {
    isBusy.value = true;
    failure.value = null;
    await train().catch((error: unknown) => (failure.value = error));
    isBusy.value = false;
  };
  return (
    <>
      <Button kind="quiet" busy={isBusy.value} onPress={() => void start()}>
        {t("training.start")}
      </Button>
      {failure.value !== null && (
        <Notice kind="danger" urgent>
          {problemText(failure.value)}
        </Notice>
      )}
    </>
  );
}
