/** The five strict traits of the identity (R10), and how far it is trusted (R11), under the labels of the INS. */
import type { IdentityStatus, Sex } from "../../protocol.ts";
import { Choice, Field, SelectField } from "../../ui/field.tsx";
import { isKey, type Key, t } from "../words.ts";
import type { Faults, IdentityDraft } from "./draft.ts";

interface PatientFieldsProps {
  draft: IdentityDraft;
  faults: Faults;
  onChange: (changes: Partial<IdentityDraft>) => void;
}

const SEXES: Sex[] = ["female", "male", "unknown"];

export function PatientFields({ draft, faults, onChange }: PatientFieldsProps) {
  const text = (field: "birthName" | "birthFirstNames" | "birthDate" | "birthPlaceCode") => ({
    label: t(`identity.${field}`),
    name: field,
    autocomplete: "off",
    spellcheck: false,
    maxLength: 100,
    value: draft[field],
    onInput: (value: string) => onChange({ [field]: value }),
    error: faultText(faults[field]),
  });
  return (
    <>
      <div class="form-columns">
        <Field {...text("birthName")} hint={t("identity.birthName-hint")} />
        <Field {...text("birthFirstNames")} hint={t("identity.birthFirstNames-hint")} />
        <Field {...text("birthDate")} hint={t("identity.birthDate-hint")} inputMode="numeric" />
        <Field {...text("birthPlaceCode")} hint={t("identity.birthPlaceCode-hint")} />
      </div>
      <Choice
        legend={t("identity.sex")}
        value={draft.sex}
        onChoose={(sex) => onChange({ sex })}
        options={SEXES.map((sex) => ({ value: sex, words: t(`sex.${sex}`) }))}
        error={faultText(faults.sex)}
      />
      <SelectField
        label={t("identity.status")}
        value={draft.identityStatus}
        onInput={(value) => onChange({ identityStatus: value as IdentityStatus })}
        options={statuses(draft.identityStatus).map((status) => [status, t(`identity-status.${status}`)])}
        hint={t(`identity-status.${draft.identityStatus}-about`)}
      />
      <UsedNames draft={draft} onChange={onChange} />
    </>
  );
}

/** By hand a document can be checked; only the INSi service makes « récupérée », and « qualifiée » after it (R11). */
function statuses(now: IdentityStatus): IdentityStatus[] {
  const isFromIns = now === "retrieved" || now === "qualified";
  return isFromIns ? ["retrieved", "qualified"] : ["provisional", "validated"];
}

function UsedNames({ draft, onChange }: Omit<PatientFieldsProps, "faults">) {
  return (
    <details class="used-names" open={Boolean(draft.usedName || draft.usedFirstName)}>
      <summary>{t("identity.used")}</summary>
      <div class="form-columns">
        <Field
          label={t("identity.usedName")}
          autocomplete="off"
          maxLength={100}
          value={draft.usedName}
          onInput={(usedName) => onChange({ usedName })}
        />
        <Field
          label={t("identity.usedFirstName")}
          autocomplete="off"
          maxLength={100}
          value={draft.usedFirstName}
          onInput={(usedFirstName) => onChange({ usedFirstName })}
        />
      </div>
    </details>
  );
}

export function faultText(fault: string | undefined): string | null {
  if (!fault) return null;
  const key = isKey(`fault.${fault}`) ? (`fault.${fault}` as Key) : null;
  return key ? t(key) : fault;
}
