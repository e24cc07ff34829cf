/** Two steps: who you are, then the code received (S5, S6). */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import logo from "../../static/icons/chevet.svg?no-inline";
import type { SignInChallenge } from "../protocol.ts";
import { ApiProblem, postSignIn, postSignInCode } from "../ui/api.ts";
import { Button } from "../ui/button.tsx";
import { startTicking, ticking } from "../ui/clock.ts";
import { Field } from "../ui/field.tsx";
import { Icon } from "../ui/icon.tsx";
import { Notice } from "../ui/notice.tsx";
import { asked, sessionExpired, signedIn } from "./session.ts";
import "./sign-in.css";
import { problemText, t } from "./words.ts";

/** A second code before the first had time to arrive only confuses. */
const RESEND_AFTER_MS = 30_000;

export function SignIn() {
  const username = useSignal("");
  const password = useSignal("");
  const challenge = useSignal<SignInChallenge | null>(null);
  const failure = useSignal<unknown>(null);
  const busy = useSignal(false);
  const askedAt = useSignal(0);
  useEffect(startTicking, []);

  async function attempt<T>(request: Promise<T>, then: (answer: T) => void) {
    busy.value = true;
    failure.value = null;
    try {
      then(await asked(request));
    } catch (error) {
      failure.value = error;
    } finally {
      busy.value = false;
    }
  }

  const askCode = () =>
    attempt(postSignIn({ username: username.value.trim(), password: password.value }), (answer) => {
      challenge.value = answer;
      askedAt.value = ticking.peek();
    });
  const sendCode = (code: string) => {
    const challengeId = challenge.value?.challengeId ?? "";
    return attempt(postSignInCode({ challengeId, code }), (view) => {
      password.value = "";
      signedIn(view);
    });
  };
  const goBack = () => {
    challenge.value = null;
    failure.value = null;
  };

  return (
    <main class="sign-in" id="main">
      <div class="sign-in-columns">
        <section class="sign-in-welcome">
          <p class="sign-in-brand">
            <img src={logo} width="48" height="48" alt="" />
            Chevet
          </p>
          <h1 tabIndex={-1}>{t("sign-in.title")}</h1>
          <p class="sign-in-lead">{t("sign-in.lead")}</p>
          <SignInTips />
        </section>
        <section class="card sign-in-card stack">
          {sessionExpired.value && <Notice kind="info">{t("sign-in.expired")}</Notice>}
          {challenge.value ? (
            <CodeStep
              challenge={challenge.value}
              failure={failure.value}
              busy={busy.value}
              askedAt={askedAt.value}
              onCode={sendCode}
              onResend={askCode}
              onBack={goBack}
            />
          ) : (
            <PasswordStep
              username={username}
              password={password}
              failure={failure.value}
              busy={busy.value}
              onSubmit={askCode}
            />
          )}
        </section>
      </div>
    </main>
  );
}

interface PasswordStepProps {
  username: { value: string };
  password: { value: string };
  failure: unknown;
  busy: boolean;
  onSubmit: () => void;
}

function PasswordStep({ username, password, failure, busy, onSubmit }: PasswordStepProps) {
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
      <Failure failure={failure} />
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

interface CodeStepProps {
  challenge: SignInChallenge;
  failure: unknown;
  busy: boolean;
  askedAt: number;
  onCode: (code: string) => void;
  onResend: () => void;
  onBack: () => void;
}

function CodeStep({ challenge, failure, busy, askedAt, onCode, onResend, onBack }: CodeStepProps) {
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
      <Failure failure={failure} />
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

/** The refusal, with the seconds to wait counted down. */
function Failure({ failure }: { failure: unknown }) {
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

function SignInTips() {
  return (
    <ul class="sign-in-tips">
      <li>
        <Icon name="info" />
        <span>{t("sign-in.tip-bookmark")}</span>
      </li>
      <li>
        <Icon name="check" />
        <span>{t("sign-in.tip-browsers")}</span>
      </li>
    </ul>
  );
}
