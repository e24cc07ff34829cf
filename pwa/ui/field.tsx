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
  type?: "text" | "email" | "tel" | "password";
  autocomplete?: string;
  inputMode?: "text" | "email" | "tel" | "numeric";
  name?: string;
  maxLength?: number;
  spellcheck?: boolean;
}

interface FieldProps extends Question, Native {
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
      {error && (
        <div class="field-error" id={`${id}-error`}>
          <Icon name="alert" size={18} />
          <span>{error}</span>
        </div>
      )}
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
