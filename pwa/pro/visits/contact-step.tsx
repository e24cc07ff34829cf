/** Who receives the link, and by which way (S23-S29). */
import { Choice, Field } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { EmailField, PhoneField } from "../address-fields.tsx";
import { t } from "../words.ts";
import type { Draft, Faults } from "./draft.ts";
import { faultText } from "./patient-fields.tsx";

const LANGUAGES: Draft["language"][] = ["fr", "en"];

export interface StepProps {
  draft: Draft;
  faults: Faults;
  onChange: (changes: Partial<Draft>) => void;
}

export function ContactStep({ draft, faults, onChange }: StepProps) {
  const isProfessional = draft.contactRole === "professional";
  return (
    <fieldset class="card stack book-step">
      <legend>{t("book.contact")}</legend>
      <p class="soft">{t("book.tip-equipment")}</p>
      <Choice
        legend={t("book.contact-role")}
        value={draft.contactRole}
        onChoose={(contactRole) => onChange({ contactRole })}
        options={[
          { value: "patient", words: t("book.contact-patient") },
          { value: "professional", words: t("book.contact-professional") },
        ]}
      />
      {isProfessional && (
        <Field
          label={t("book.contact-name")}
          autocomplete="off"
          maxLength={100}
          value={draft.contactName}
          onInput={(contactName) => onChange({ contactName })}
          hint={t("book.contact-name-hint")}
          error={faultText(faults.contactName)}
        />
      )}
      <Addresses draft={draft} faults={faults} onChange={onChange} />
      <Choice
        legend={t("book.channel")}
        value={draft.channel}
        onChoose={(channel) => onChange({ channel })}
        options={[
          { value: "email", words: t("book.channel-email"), about: t("book.channel-email-about") },
          { value: "sms", words: t("book.channel-sms"), about: t("book.channel-sms-about") },
        ]}
      />
      <Choice
        legend={t("book.language")}
        value={draft.language}
        onChoose={(language) => onChange({ language })}
        options={LANGUAGES.map((value) => ({ value, words: t(`book.language-${value}`) }))}
      />
      {isProfessional && draft.channel === "sms" && <Notice kind="warning">{t("book.no-smartphone")}</Notice>}
    </fieldset>
  );
}

function Addresses({ draft, faults, onChange }: StepProps) {
  return (
    <div class="form-columns">
      <PhoneField
        value={draft.phone}
        onInput={(phone) => onChange({ phone })}
        hint={t("book.phone-hint")}
        error={faultText(faults.phone)}
      />
      <EmailField
        value={draft.email}
        onInput={(email) => onChange({ email })}
        hint={t("book.email-hint")}
        error={faultText(faults.email)}
      />
    </div>
  );
}
