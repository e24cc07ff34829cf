import { h } from "./dom.ts";
import type { Scene } from "./screen.ts";

/** A drawn screen. `update` follows a scene whose screen is of the same kind. */
export interface View {
  nodes: Node[];
  update?(scene: Scene): void;
}

export function plain(title: string, text = "", ...more: Node[]): View {
  return { nodes: [heading(title), h("p", {}, text), ...more] };
}

export function heading(text: string): HTMLElement {
  return h("h1", { tabIndex: -1 }, text);
}

/** The one thing to do. In a form it needs no gesture of its own. */
export function mainButton(text: string, onclick: (() => void) | null = null): HTMLButtonElement {
  return h("button", { className: "main", onclick }, text);
}
