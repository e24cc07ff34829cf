import { h } from "../dom.ts";

/** What a button opens over the picture. */
export interface Panel {
  button: HTMLElement;
  panel: HTMLElement;
  open(isOpen: boolean): void;
}

/** They stand in the same place: one at a time. */
let opened: Panel | null = null;

/** `first` takes the focus when it opens; the button has it again when it closes. */
export function panelOf(button: HTMLElement, name: string, first: HTMLElement, onChange: () => void): Panel {
  const panel = h("section", { className: "chat", hidden: true });
  panel.setAttribute("aria-label", name);
  const open = (isOpen: boolean) => {
    if (isOpen) opened?.open(false);
    opened = isOpen ? made : null;
    panel.hidden = !isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
    (isOpen ? first : button).focus();
    onChange();
  };
  const made = { button, panel, open };
  button.onclick = () => open(panel.hidden === true);
  button.setAttribute("aria-expanded", "false");
  return made;
}
