/** First step of the sign-in: identifier and password. */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { SignInFailure } from "./sign-in-failure.tsx";
import { t } from "./words.ts";

interface PasswordStepProps {
  username: Signal<string>;
  password: Signal<string>;
  failure: unknown;
  busy: boolean;
  onSubmit: () => void;
}

export function PasswordStep({ username, password, failure, busy, onSubmit }: PasswordStepProps) {
  const shown = useSignal(false);
  const missing = useSignal(false);
  const first = useRef<HTMLInputElement>(null);
  const second = useRef<HTMLInputElement>(null);
  useEffect(() => {
    (username.value ? second : first).current?.focus();
  }, []);

  const submit = (event: Event) => {
    event.preventDefault();
    if (busy) return;
    missing.value = !username.value.trim() || !password.value;
    if (!missing.value) onSubmit();
    else (username.value.trim() ? second : first).current?.focus();
  };

  return (
    <form class="stack" onSubmit={submit} noValidate>
      <h2>{t("sign-in.step-one")}</h2>
      <SignInFailure failure={failure} />
      <Field
        label={t("sign-in.username")}
        name="username"
        autocomplete="username"
        spellcheck={false}
        maxLength={100}
        value={username.value}
        onInput={(value) => {
          username.value = value;
        }}
        error={missing.value && !username.value.trim() ? t("sign-in.username-missing") : null}
        inputRef={first}
      />
      <Field
        label={t("sign-in.password")}
        name="password"
        type={shown.value ? "text" : "password"}
        autocomplete="current-password"
        spellcheck={false}
        maxLength={200}
        value={password.value}
        onInput={(value) => {
          password.value = value;
        }}
        error={missing.value && !password.value ? t("sign-in.password-missing") : null}
        inputRef={second}
        action={
          <Button
            icon="eye"
            onPress={() => {
              shown.value = !shown.value;
            }}
          >
            {t(shown.value ? "sign-in.hide" : "sign-in.show")}
          </Button>
        }
      />
      <Button kind="primary" type="submit" large busy={busy}>
        {t("sign-in.ask-code")}
      </Button>
    </form>
  );
}
