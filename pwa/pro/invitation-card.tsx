/** Where the link goes: typed before, corrected after. The same two fields all along. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { InvitationRequest } from "../protocol.ts";
import { ApiProblem } from "../ui/api.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Notice } from "../ui/notice.tsx";
import { CancelDialog } from "./cancel-dialog.tsx";
import { Delivery } from "./delivery.tsx";
import { launch, resend, resume } from "./dispatch-actions.ts";
import { email, invitation, phone } from "./dispatch-state.ts";
import { QrDialog } from "./qr-dialog.tsx";
import { problemText, t } from "./words.ts";

type Doing = "launch" | "resend" | "qr" | null;

export function InvitationCard() {
  const doing = useSignal<Doing>(null);
  const failure = useSignal<unknown>(null);
  const isEmpty = useSignal(false);
  const dialog = useSignal<"qr" | "cancel" | null>(null);
  const phoneInput = useRef<HTMLInputElement>(null);
  const isOut = invitation.value !== null;
  useEffect(() => phoneInput.current?.focus(), []);
  useEffect(() => {
    failure.value = null;
    isEmpty.value = false;
    if (!isOut) phoneInput.current?.focus();
  }, [isOut]);

  async function run(what: Doing, work: () => Promise<void>): Promise<void> {
    if (doing.value) return;
    doing.value = what;
    failure.value = null;
    try {
      await work();
    } catch (error) {
      failure.value = error;
    } finally {
      doing.value = null;
    }
  }

  const submit = (event: Event) => {
    event.preventDefault();
    const request = typed();
    isEmpty.value = !request.phone && !request.email;
    if (isEmpty.value) return phoneInput.current?.focus();
    return void run(isOut ? "resend" : "launch", () => (isOut ? resend(request) : launch(request)));
  };
  const openQr = async () => {
    if (!isOut) await run("qr", () => launch({ phone: null, email: null }));
    if (invitation.value) dialog.value = "qr";
  };
  const wrong = failure.value instanceof ApiProblem ? failure.value.field : null;

  return (
    <section class="card dispatch-invite" aria-label={t("invite.title")}>
      <form class="stack" onSubmit={submit} noValidate>
        <h2>{t(isOut ? "invite.title-out" : "invite.title")}</h2>
        <General failure={failure.value} />
        <div class="invite-fields">
          <div class="stack-tight">
            <Field
              label={t("invite.phone")}
              type="tel"
              inputMode="tel"
              name="phone"
              autocomplete="off"
              maxLength={40}
              value={phone.value}
              onInput={(value) => {
                phone.value = value;
              }}
              inputRef={phoneInput}
              hint={isOut ? undefined : t("invite.phone-hint")}
              error={phoneError(wrong, failure.value, isEmpty.value)}
            />
            <Delivery channel="sms" />
          </div>
          <div class="stack-tight">
            <Field
              label={t("invite.email")}
              type="email"
              inputMode="email"
              name="email"
              autocomplete="off"
              spellcheck={false}
              maxLength={254}
              value={email.value}
              onInput={(value) => {
                email.value = value;
              }}
              hint={isOut ? undefined : t("invite.email-hint")}
              error={wrong === "email" ? problemText(failure.value) : null}
            />
            <Delivery channel="email" />
          </div>
        </div>
        <div class="row">
          <Button
            kind={isOut ? "secondary" : "primary"}
            type="submit"
            large={!isOut}
            icon={isOut ? "refresh" : "send"}
            busy={doing.value === "launch" || doing.value === "resend"}
          >
            {t(isOut ? "invite.resend" : "invite.launch")}
          </Button>
          <Button icon="qr" large={!isOut} busy={doing.value === "qr"} onPress={() => void openQr()}>
            {t("invite.qr")}
          </Button>
          {isOut && (
            <Button kind="danger" icon="close" onPress={() => (dialog.value = "cancel")}>
              {t("invite.cancel")}
            </Button>
          )}
        </div>
      </form>
      {dialog.value === "qr" && invitation.value && (
        <QrDialog invitation={invitation.value} onClose={() => (dialog.value = null)} />
      )}
      {dialog.value === "cancel" && isOut && <CancelDialog onClose={() => (dialog.value = null)} />}
    </section>
  );
}

function typed(): InvitationRequest {
  return { phone: phone.value.trim() || null, email: email.value.trim() || null };
}

function phoneError(field: string | null, failure: unknown, isEmpty: boolean): string | null {
  if (isEmpty) return t("invite.empty");
  return field === "phone" ? problemText(failure) : null;
}

/** What went wrong that is no field's fault. */
function General({ failure }: { failure: unknown }) {
  if (!failure || (failure instanceof ApiProblem && failure.field)) return null;
  const isOpen = failure instanceof ApiProblem && failure.code === "invitation-open";
  const action = isOpen && (
    <Button onPress={() => void resume().catch(() => undefined)}>{t("seat.take-back")}</Button>
  );
  return (
    <Notice kind="danger" urgent actions={action}>
      {problemText(failure)}
    </Notice>
  );
}
