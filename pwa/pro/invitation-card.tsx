/** Launch an invitation, then send it again, show its QR code or cancel it: one card, one place. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { InvitationRequest } from "../protocol.ts";
import { ApiProblem } from "../ui/api.ts";
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import { CancelDialog } from "./cancel-dialog.tsx";
import { ContactFields } from "./contact-fields.tsx";
import { launch, resend } from "./dispatch-actions.ts";
import { email, invitation, phone } from "./dispatch-state.ts";
import { QrDialog } from "./qr-dialog.tsx";
import { resume } from "./seat.ts";
import { problemText, t } from "./words.ts";

type Doing = "send" | "qr" | null;

export function InvitationCard() {
  const doing = useSignal<Doing>(null);
  const failure = useSignal<unknown>(null);
  const isEmpty = useSignal(false);
  const dialog = useSignal<"qr" | "cancel" | null>(null);
  const phoneInput = useRef<HTMLInputElement>(null);
  const isOut = invitation.value !== null;
  useEffect(() => {
    failure.value = null;
    isEmpty.value = false;
    if (!isOut) dialog.value = null;
  }, [isOut]);
  // Only once no dialog is open: what lies below an open one cannot take the focus, and a closing one gives it back.
  const isReady = !isOut && dialog.value === null;
  useEffect(() => {
    if (isReady) phoneInput.current?.focus();
  }, [isReady]);

  async function run(what: Doing, work: Promise<void>): Promise<void> {
    doing.value = what;
    failure.value = null;
    await work.catch((error: unknown) => {
      failure.value = error;
    });
    doing.value = null;
  }

  const send = async (event: Event) => {
    event.preventDefault();
    if (doing.value) return;
    const request = typed();
    isEmpty.value = !request.phone && !request.email;
    if (isEmpty.value) phoneInput.current?.focus();
    else await run("send", isOut ? resend(request) : launch(request));
  };
  const openQr = async () => {
    if (!isOut) await run("qr", launch({ phone: null, email: null }));
    if (invitation.value) dialog.value = "qr";
  };
  const close = () => {
    dialog.value = null;
  };

  return (
    <section class="card dispatch-invite" aria-label={t("invite.title")}>
      <form class="stack" onSubmit={(event) => void send(event)} noValidate>
        <h2>{t(isOut ? "invite.title-out" : "invite.title")}</h2>
        <GeneralFailure failure={failure.value} />
        <ContactFields failure={failure.value} isEmpty={isEmpty.value} phoneRef={phoneInput} />
        <div class="row">
          <SendButton isOut={isOut} isBusy={doing.value === "send"} />
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
        <QrDialog invitation={invitation.value} onClose={close} />
      )}
      {dialog.value === "cancel" && isOut && <CancelDialog onClose={close} />}
    </section>
  );
}

function SendButton({ isOut, isBusy }: { isOut: boolean; isBusy: boolean }) {
  if (isOut)
    return (
      <Button type="submit" icon="refresh" busy={isBusy}>
        {t("invite.resend")}
      </Button>
    );
  return (
    <Button kind="primary" type="submit" large icon="send" busy={isBusy}>
      {t("invite.launch")}
    </Button>
  );
}

function typed(): InvitationRequest {
  return { phone: phone.value.trim() || null, email: email.value.trim() || null };
}

/** What went wrong that is no field's fault. */
function GeneralFailure({ failure }: { failure: unknown }) {
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
