/**
 * When: day, time, duration, or now (S24-S26). What was chosen is said in words. Typed, for a browser's own date field
 * speaks the browser's language: 11/22 and 02:30 PM in an English one.
 */
import { Button } from "../../ui/button.tsx";
import { serverNow } from "../../ui/clock.ts";
import { Field, SelectField } from "../../ui/field.tsx";
import { fullDate, hourAndMinute } from "../../ui/format.ts";
import { language, t } from "../words.ts";
import type { StepProps } from "./contact-step.tsx";
import { type Draft, DURATIONS, inDays, slotOf, startingNow } from "./draft.ts";
import { faultText } from "./patient-fields.tsx";

export function SlotStep({ draft, faults, onChange }: StepProps) {
  return (
    <fieldset class="card stack book-step">
      <legend>{t("book.slot")}</legend>
      <div class="form-columns slot-columns">
        <Field
          label={t("book.day")}
          inputMode="numeric"
          autocomplete="off"
          maxLength={10}
          value={draft.day}
          onInput={(day) => onChange({ day })}
          hint={t("identity.birthDate-hint")}
          error={faultText(faults.day)}
        />
        <Field
          label={t("book.time")}
          autocomplete="off"
          maxLength={7}
          value={draft.time}
          onInput={(time) => onChange({ time })}
          hint={t("book.time-hint")}
          error={faultText(faults.time)}
        />
        <SelectField
          label={t("book.duration")}
          value={String(draft.minutes)}
          onInput={(minutes) => onChange({ minutes: Number(minutes) })}
          options={durations(draft.minutes).map((minutes) => [
            String(minutes),
            t("book.minutes", { minutes }),
          ])}
          hint={t("book.duration-hint")}
          error={faultText(faults.minutes)}
        />
      </div>
      <div class="row">
        <Button icon="clock" onPress={() => onChange(startingNow(draft, serverNow()))}>
          {t("book.now")}
        </Button>
        <Button icon="calendar" onPress={() => onChange(inDays(draft, 1))}>
          {t("book.tomorrow")}
        </Button>
        <Button icon="calendar" onPress={() => onChange(inDays(draft, 7))}>
          {t("book.in-a-week")}
        </Button>
      </div>
      <p class="slot-words" role="status">
        {slotText(draft)}
      </p>
      <p class="soft">{t("book.tip-now")}</p>
    </fieldset>
  );
}

/** A duration from elsewhere stays choosable. */
function durations(minutes: number): number[] {
  return [...new Set([...DURATIONS, minutes])].sort((one, other) => one - other);
}

function slotText(draft: Draft): string {
  const slot = slotOf(draft);
  if (!slot) return "";
  const [start = "", end = ""] = [slot.startAt, slot.endAt].map((at) => hourAndMinute(at, language.value));
  return t("visit.slot-words", { date: fullDate(slot.startAt, language.value), start, end });
}
