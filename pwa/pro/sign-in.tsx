/** Two steps: who you are, then the code received (S5, S6). */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import logo from "../../static/icons/chevet.svg?no-inline";
import type { SignInChallenge } from "../protocol.ts";
import { postSignIn, postSignInCode } from "../ui/api.ts";
import { startTicking, ticking } from "../ui/clock.ts";
import { Icon } from "../ui/icon.tsx";
import { Notice } from "../ui/notice.tsx";
import { CodeStep } from "./code-step.tsx";
import { PasswordStep } from "./password-step.tsx";
import { asked, sessionExpired, signedIn } from "./session.ts";
import "./sign-in.css";
import { t } from "./words.ts";

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
