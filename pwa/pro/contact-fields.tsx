/** Where the link goes: typed before, corrected after. The same two fields all along (S47). */
import type { Ref } from "preact";
import { ApiProblem } from "../ui/api.ts";
import { EmailField, PhoneField } from "./address-fields.tsx";
import { Delivery } from "./delivery.tsx";
import { email, invitation, phone } from "./dispatch-state.ts";
import { problemText, t } from "./words.ts";

interface ContactFieldsProps {
  /** What the last try met; it is shown beside the field at fault. */
  failure: unknown;
  /** Launched with nothing typed. */
  isEmpty: boolean;
  phoneRef: Ref<HTMLInputElement>;
}

export function ContactFields({ failure, isEmpty, phoneRef }: ContactFieldsProps) {
  const isOut = invitation.value !== null;
  return (
    <div class="invite-fields">
      <div>
        <PhoneField
          value={phone.value}
          onInput={(value) => {
            phone.value = value;
          }}
          inputRef={phoneRef}
          hint={isOut ? undefined : t("invite.phone-hint")}
          error={isEmpty ? t("invite.empty") : faultOf("phone", failure)}
        />
        <Delivery channel="sms" />
      </div>
      <div>
        <EmailField
          value={email.value}
          onInput={(value) => {
            email.value = value;
          }}
          hint={isOut ? undefined : t("invite.email-hint")}
          error={faultOf("email", failure)}
        />
        <Delivery channel="email" />
      </div>
    </div>
  );
}

function faultOf(field: "phone" | "email", failure: unknown): string | null {
  return failure instanceof ApiProblem && failure.field === field ? problemText(failure) : null;
}
