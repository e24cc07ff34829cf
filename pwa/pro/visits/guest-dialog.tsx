/** « Inviter un participant »: somebody beside the patient, a relative, an interpreter, or a second camera. */
import { useSignal } from "@preact/signals";
import type { GuestView, ParticipantRole } from "../../protocol.ts";
import { ApiProblem, postParticipant } from "../../ui/api.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Choice, Field } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { EmailField, PhoneField } from "../address-fields.tsx";
import { asked } from "../session.ts";
import { problemText, t } from "../words.ts";
import { Doors } from "./doors.tsx";
import { meeting, participants } from "./meeting-state.ts";
import { VisitDeliveries } from "./visit-deliveries.tsx";

const ROLES: ParticipantRole[] = ["companion", "telepresenter", "interpreter", "camera"];

export function GuestDialog({ onClose }: { onClose: () => void }) {
  const guest = useSignal<GuestView | null>(null);
  return (
    <Dialog title={t("meeting.invite")} closeWord={t("dialog.close")} onClose={onClose}>
      {guest.value ? (
        <Invited guest={guest.value} onAnother={() => (guest.value = null)} />
      ) : (
        <GuestForm onInvited={(view) => (guest.value = view)} />
      )}
    </Dialog>
  );
}

function GuestForm({ onInvited }: { onInvited: (guest: GuestView) => void }) {
  const role = useSignal<ParticipantRole>("companion");
  const name = useSignal("");
  const phone = useSignal("");
  const email = useSignal("");
  const isBusy = useSignal(false);
  const isNameless = useSignal(false);
  const failure = useSignal<unknown>(null);
  const isCamera = role.value === "camera";

  const send = async (event: Event) => {
    event.preventDefault();
    const encounterId = meeting.value?.appointment.encounterId;
    if (isBusy.value || !encounterId) return;
    isNameless.value = !isCamera && !name.value.trim();
    failure.value = null;
    if (isNameless.value) return;
    isBusy.value = true;
    const request = {
      role: role.value,
      name: name.value.trim() || t(`participant-role.${role.value}`),
      phone: phone.value.trim() || null,
      email: email.value.trim() || null,
    };
    await asked(postParticipant(encounterId, request)).then(onInvited, (error: unknown) => {
      failure.value = error;
    });
    isBusy.value = false;
  };
  const fault = (field: string) =>
    failure.value instanceof ApiProblem && failure.value.field === field ? problemText(failure.value) : null;
  const isGeneral = failure.value !== null && !fault("phone") && !fault("email") && !fault("name");

  return (
    <form class="stack" onSubmit={(event) => void send(event)} noValidate>
      {isGeneral && (
        <Notice kind="danger" urgent>
          {problemText(failure.value)}
        </Notice>
      )}
      <Choice
        legend={t("guest.role")}
        value={role.value}
        onChoose={(chosen) => (role.value = chosen)}
        options={ROLES.map((value) => ({
          value,
          words: t(`guest-role.${value}` as "guest-role.companion"),
          about: t(`guest-role.${value}-about` as "guest-role.companion-about"),
        }))}
      />
      {!isCamera && (
        <Field
          label={t("guest.name")}
          value={name.value}
          onInput={(value) => (name.value = value)}
          maxLength={100}
          autocomplete="off"
          error={isNameless.value ? t("guest.name-missing") : fault("name")}
        />
      )}
      <div class="form-columns">
        <PhoneField
          value={phone.value}
          onInput={(value) => (phone.value = value)}
          hint={t("guest.phone-hint")}
          error={fault("phone")}
        />
        <EmailField
          value={email.value}
          onInput={(value) => (email.value = value)}
          hint={t("guest.email-hint")}
          error={fault("email")}
        />
      </div>
      <div class="row">
        <Button kind="primary" type="submit" icon="send" busy={isBusy.value}>
          {t("guest.send")}
        </Button>
      </div>
    </form>
  );
}

function Invited({ guest, onAnother }: { guest: GuestView; onAnother: () => void }) {
  const sent =
    participants.value.find(({ id }) => id === guest.participantId)?.deliveries ?? guest.deliveries;
  return (
    <div class="stack">
      <Notice kind="success" title={t("guest.invited")}>
        {t("guest.next")}
      </Notice>
      {sent.length > 0 && <VisitDeliveries deliveries={sent} />}
      <Doors link={guest.link} code={guest.code} qrSvg={guest.qrSvg} />
      <div class="row">
        <Button icon="person-add" onPress={onAnother}>
          {t("guest.another")}
        </Button>
      </div>
    </div>
  );
}
