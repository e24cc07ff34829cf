import { h } from "../dom.ts";

/** A drawn screen. `kind` is the class of the body while it is up; `update` is called at each change and each second. */
export interface Face {
  kind: string;
  nodes: Node[];
  update?(): void;
  /** It gives way to another. */
  leave?(): void;
}

const TICK_MS = 1_000;
let current: Face | null = null;
let ticking: ReturnType<typeof setInterval> | undefined;

/** Puts a screen in the place of the one before; its heading takes the focus. */
export function put(face: Face): void {
  const root = document.querySelector("main");
  if (!root) return;
  current?.leave?.();
  current = face;
  document.body.className = `visit ${face.kind}`;
  root.textContent = "";
  root.append(...face.nodes);
  face.update?.();
  const title = root.querySelector("h1");
  title?.focus();
  document.title = title?.textContent ?? "";
  clearInterval(ticking);
  ticking = setInterval(refresh, TICK_MS);
}

/** Something has changed, or a second has passed. */
export function refresh(): void {
  current?.update?.();
}

/** Only what has changed is said aloud. */
export function tell(line: HTMLElement, text: string): void {
  if (line.textContent !== text) line.textContent = text;
}

/** A line whose changes are read aloud. */
export function status(className: string): HTMLElement {
  const line = h("p", { className });
  line.setAttribute("role", "status");
  return line;
}

export function secondButton(text: string, onclick: () => void): HTMLButtonElement {
  return h("button", { className: "second", type: "button", onclick }, text);
}
