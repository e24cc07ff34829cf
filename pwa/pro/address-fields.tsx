/** A mobile number, an e-mail address: somebody else's, so the browser must not propose the user's own. */
import { Field, type FieldProps } from "../ui/field.tsx";
import { t } from "./words.ts";

type AddressProps = Pick<FieldProps, "value" | "onInput" | "hint" | "error" | "inputRef">;

export function PhoneField(props: AddressProps) {
  return (
    <Field
      {...props}
      label={t("invite.phone")}
      type="tel"
      inputMode="tel"
      name="phone"
      autocomplete="off"
      maxLength={40}
    />
  );
}

export function EmailField(props: AddressProps) {
  return (
    <Field
      {...props}
      label={t("invite.email")}
      type="email"
      inputMode="email"
      name="email"
      autocomplete="off"
      spellcheck={false}
      maxLength={254}
    />
  );
}
