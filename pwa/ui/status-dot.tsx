/** A state in one word. Four colours, and four shapes for who does not tell colours apart. */
import type { ComponentChildren } from "preact";
import "./status-dot.css";

export type Status = "ok" | "busy" | "warning" | "bad";

const SHAPES = {
  ok: <circle cx="6" cy="6" r="6" />,
  busy: <circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" stroke-width="3" />,
  warning: <path d="M6 0 12 12H0Z" />,
  bad: <path d="M0 0h12v12H0Z" />,
};

export function StatusDot({ status, children }: { status: Status; children: ComponentChildren }) {
  return (
    <span class={`status status-${status}`}>
      <svg class="status-mark" viewBox="0 0 12 12" fill="currentColor" aria-hidden="true">
        {SHAPES[status]}
      </svg>
      <span class="status-word">{children}</span>
    </span>
  );
}
