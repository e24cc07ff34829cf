/** Second step of the sign-in: the code received. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { SignInChallenge } from "../protocol.ts";
import { Button } from "../ui/button.tsx";
import { ticking } from "../ui/clock.ts";
import { Field } from "../ui/field.tsx";
import { SignInFailure } from "./sign-in-failure.tsx";
import { t } from "./words.ts";

/** A second code before the first had time to arrive only confuses. */
const RESEND_AFTER_MS = 30_000;

interface CodeStepProps {
  challenge: SignInChallenge;
  failure: unknown;
  busy: boolean;
  askedAt: number;
  onCode: (code: string) => void;
  onResend: () => void;
  onBack: () => void;
}

export function CodeStep({ challenge, failure, busy, askedAt, onCode, onResend, onBack }: CodeStepProps) {
  const code = useSignal("");
  const missing = useSignal(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    code.value = "";
    input.current?.focus();
  }, [challenge.challengeId]);
  useEffect(() => {
    if (failure) input.current?.select();
  }, [failure]);
  const waitMs = Math.max(0, askedAt + RESEND_AFTER_MS - ticking.value);
  const sentBy = challenge.channel === "sms" ? "sign-in.sent-by-sms" : "sign-in.sent-by-email";

  const submit = (event: Event) => {
    event.preventDefault();
    if (busy) return;
    missing.value = !code.value;
    if (code.value) onCode(code.value);
    else input.current?.focus();
  };

  return (
    <form class="stack" onSubmit={submit} noValidate>
      <h2>{t("sign-in.step-two")}</h2>
      <p>{t(sentBy, { to: challenge.sentTo, minutes: Math.round(challenge.expiresInS / 60) })}</p>
      <SignInFailure failure={failure} />
      <Field
        label={t("sign-in.code")}
        name="code"
        autocomplete="one-time-code"
        inputMode="numeric"
        maxLength={20}
        value={code.value}
        onInput={(value) => {
          code.value = value.replace(/\D/g, "");
          if (input.current) input.current.value = code.value;
        }}
        error={missing.value && !code.value ? t("sign-in.code-missing") : null}
        inputRef={input}
      />
      <Button kind="primary" type="submit" large busy={busy}>
        {t("sign-in.submit")}
      </Button>
      <div class="row sign-in-other">
        <Button kind="quiet" icon="back" onPress={onBack}>
          {t("sign-in.back")}
        </Button>
        <Button kind="quiet" icon="refresh" disabled={busy || waitMs > 0} onPress={onResend}>
          {waitMs > 0 ? t("sign-in.resend-in", { seconds: Math.ceil(waitMs / 1000) }) : t("sign-in.resend")}
        </Button>
      </div>
    </form>
  );
}
