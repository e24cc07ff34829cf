/** One question: its label, its hint, the answer, what is wrong with it. */
import type { ComponentChildren, Ref } from "preact";
import { useId } from "preact/hooks";
import "./field.css";
import { Icon } from "./icon.tsx";

interface Question {
  label: string;
  value: string;
  onInput: (value: string) => void;
  hint?: ComponentChildren;
  error?: string | null;
}

interface Native {
  type?: "text" | "email" | "tel" | "password" | "date" | "time" | "search";
  autocomplete?: string;
  inputMode?: "text" | "email" | "tel" | "numeric";
  name?: string;
  maxLength?: number;
  spellcheck?: boolean;
}

export interface FieldProps extends Question, Native {
  inputRef?: Ref<HTMLInputElement>;
  /** A button inside the row, such as « show ». */
  action?: ComponentChildren;
}

export function Field({
  label,
  value,
  onInput,
  hint,
  error,
  inputRef,
  action,
  type = "text",
  ...native
}: FieldProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <div class={action ? "field-with-action" : undefined}>
        <input
          {...native}
          type={type as "text"}
          ref={inputRef ?? null}
          id={id}
          class="input"
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
          aria-invalid={Boolean(error)}
          aria-describedby={descriptions(id, hint, error)}
        />
        {action}
      </div>
    </Frame>
  );
}

export function TextArea({ label, value, onInput, hint, error, rows = 4 }: Question & { rows?: number }) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <textarea
        id={id}
        class="input"
        rows={rows}
        maxLength={4000}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
        aria-invalid={Boolean(error)}
        aria-describedby={descriptions(id, hint, error)}
      />
    </Frame>
  );
}

interface SelectFieldProps extends Question {
  /** Values with the words that stand for them. */
  options: [value: string, words: string][];
}

export function SelectField({ label, value, onInput, hint, error, options }: SelectFieldProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <select
        id={id}
        class="input"
        value={value}
        onChange={(event) => onInput(event.currentTarget.value)}
        aria-invalid={Boolean(error)}
        aria-describedby={descriptions(id, hint, error)}
      >
        {options.map(([each, words]) => (
          <option key={each} value={each} selected={each === value}>
            {words}
          </option>
        ))}
      </select>
    </Frame>
  );
}

interface ChoiceProps<V extends string> {
  legend: string;
  value: V | null;
  onChoose: (value: V) => void;
  options: { value: V; words: string; about?: string }[];
  hint?: ComponentChildren;
  error?: string | null;
}

/** One of a few, all in sight. */
export function Choice<V extends string>({ legend, value, onChoose, options, hint, error }: ChoiceProps<V>) {
  const id = useId();
  return (
    <div
      class="choice"
      role="radiogroup"
      aria-labelledby={`${id}-legend`}
      aria-invalid={Boolean(error)}
      aria-describedby={descriptions(id, hint, error)}
    >
      <div class="field-label" id={`${id}-legend`}>
        {legend}
      </div>
      {hint && (
        <div class="field-hint" id={`${id}-hint`}>
          {hint}
        </div>
      )}
      <div class="choice-options">
        {options.map((option) => (
          <label key={option.value} class="choice-option">
            <input
              type="radio"
              name={id}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChoose(option.value)}
            />
            <span>
              {option.words}
              {option.about && <span class="choice-about">{option.about}</span>}
            </span>
          </label>
        ))}
      </div>
      {error && <FieldError id={id} error={error} />}
    </div>
  );
}

interface FrameProps extends Pick<Question, "label" | "hint"> {
  id: string;
  error: string | null | undefined;
  children: ComponentChildren;
}

function Frame({ id, label, hint, error, children }: FrameProps) {
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      {hint && (
        <div class="field-hint" id={`${id}-hint`}>
          {hint}
        </div>
      )}
      {children}
      {error && <FieldError id={id} error={error} />}
    </div>
  );
}

function FieldError({ id, error }: { id: string; error: string }) {
  return (
    <div class="field-error" id={`${id}-error`}>
      <Icon name="alert" size={18} />
      <span>{error}</span>
    </div>
  );
}

function descriptions(
  id: string,
  hint: ComponentChildren,
  error: string | null | undefined,
): string | undefined {
  const ids = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean);
  return ids.length ? ids.join(" ") : undefined;
}
