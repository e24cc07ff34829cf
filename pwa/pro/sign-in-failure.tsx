/** The refusal, with the seconds to wait counted down. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ApiProblem } from "../ui/api.ts";
import { ticking } from "../ui/clock.ts";
import { Notice } from "../ui/notice.tsx";
import { problemText, t } from "./words.ts";

export function SignInFailure({ failure }: { failure: unknown }) {
  const since = useSignal(ticking.peek());
  useEffect(() => {
    since.value = ticking.peek();
  }, [failure]);
  if (!failure) return null;
  const waitS = failure instanceof ApiProblem ? failure.retryAfterS : null;
  const leftS = waitS ? Math.max(0, Math.ceil(waitS - (ticking.value - since.value) / 1000)) : 0;
  return (
    <Notice kind="danger" urgent>
      <p>{problemText(failure)}</p>
      {leftS > 0 && <p aria-live="off">{t("sign-in.wait", { seconds: leftS })}</p>}
    </Notice>
  );
}
