/** A question over the page, on the native element: focus stays inside, Escape closes, focus comes back. */
import { signal } from "@preact/signals";
import type { ComponentChildren, ComponentType } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Button } from "./button.tsx";
import "./dialog.css";

interface DialogProps {
  title: string;
  closeWord: string;
  /** As large as the window lets it be. */
  large?: boolean;
  onClose: () => void;
  children: ComponentChildren;
}

type Above = ComponentType<{ onLeave: () => void }>;

const above = signal<Above | null>(null);

/**
 * What must be reachable although a dialog makes all of the page inert: shown above each one's title. `onLeave` closes
 * that dialog. Returns how to stop.
 */
export function showAboveDialogs(component: Above): () => void {
  above.value = component;
  return () => {
    above.value = null;
  };
}

/** Mount it to open it. */
export function Dialog({ title, closeWord, large, onClose, children }: DialogProps) {
  const titleId = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const closed = useRef(onClose);
  closed.current = onClose;
  const Above = above.value;

  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    if (!element) return;
    open(element);
    return () => {
      const isElsewhere =
        document.activeElement !== document.body && !element.contains(document.activeElement);
      if (element.open) element.close?.();
      if (!isElsewhere && before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);

  return (
    <dialog
      ref={dialog}
      class={`dialog${large ? " dialog-large" : ""}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        closed.current();
      }}
    >
      <div class="dialog-top">
        {Above && <Above onLeave={() => closed.current()} />}
        <div class="dialog-head">
          <h2 id={titleId} tabIndex={-1}>
            {title}
          </h2>
          <Button kind="quiet" icon="close" onPress={() => closed.current()}>
            {closeWord}
          </Button>
        </div>
      </div>
      <div class="dialog-body">{children}</div>
    </dialog>
  );
}

/** Safari before 15.4 has no `showModal`: the attribute opens the plain layer. */
function open(element: HTMLDialogElement) {
  if (typeof element.showModal === "function") element.showModal();
  else element.setAttribute("open", "");
}
