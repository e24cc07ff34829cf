/** Things to press. A button that cannot act now keeps its focus and says so (`aria-disabled`). */
import type { ComponentChildren, Ref } from "preact";
import "./button.css";
import { Icon, type IconName } from "./icon.tsx";

interface Press {
  children: ComponentChildren;
  icon?: IconName;
  /** Under way: a turning ring instead of the icon, and presses are ignored. */
  busy?: boolean;
  disabled?: boolean;
  onPress?: () => void;
  describedBy?: string | undefined;
  keyShortcut?: string;
  elementRef?: Ref<HTMLButtonElement>;
}

interface ButtonProps extends Press {
  kind?: "primary" | "secondary" | "quiet" | "danger";
  type?: "button" | "submit";
  large?: boolean;
  expanded?: boolean | undefined;
}

export function Button({ kind = "secondary", type = "button", large, expanded, ...press }: ButtonProps) {
  const idle = !press.busy && !press.disabled;
  return (
    <button
      ref={press.elementRef ?? null}
      type={type}
      class={`button button-${kind}${large ? " button-large" : ""}`}
      aria-disabled={!idle || undefined}
      aria-busy={press.busy || undefined}
      aria-describedby={press.describedBy}
      aria-expanded={expanded}
      onClick={(event) => act(event, idle, press.onPress)}
    >
      {press.busy ? (
        <span class="spinner" aria-hidden="true" />
      ) : (
        press.icon && <Icon name={press.icon} size={20} />
      )}
      <span>{press.children}</span>
    </button>
  );
}

interface RoundButtonProps extends Press {
  icon: IconName;
  danger?: boolean;
  expanded?: boolean;
  /** Of a switch: on or off. */
  pressed?: boolean;
}

export function RoundButton({ danger, expanded, pressed, ...press }: RoundButtonProps) {
  const idle = !press.busy && !press.disabled;
  return (
    <button
      ref={press.elementRef ?? null}
      type="button"
      class={`round-button${danger ? " round-button-danger" : ""}`}
      aria-disabled={!idle || undefined}
      aria-busy={press.busy || undefined}
      aria-expanded={expanded}
      aria-pressed={pressed}
      aria-describedby={press.describedBy}
      aria-keyshortcuts={press.keyShortcut}
      onClick={(event) => act(event, idle, press.onPress)}
    >
      <span class="round-button-sign">
        {press.busy ? <span class="spinner" aria-hidden="true" /> : <Icon name={press.icon} size={28} />}
      </span>
      <span>{press.children}</span>
    </button>
  );
}

/** `aria-disabled` does not stop a press by itself, nor the submission that goes with it. */
function act(event: Event, idle: boolean, onPress?: () => void) {
  if (!idle) event.preventDefault();
  else onPress?.();
}
