import { h } from "./dom.ts";
import type { Scene } from "./screen.ts";

/** A drawn screen. `update` follows a scene whose screen is of the same kind. */
export interface View {
  nodes: Node[];
  update?(scene: Scene): void;
}

export function plain(title: string, text: string, ...more: Node[]): View {
  return { nodes: [heading(title), h("p", {}, text), ...more] };
}

export function heading(text: string): HTMLElement {
  return h("h1", { tabIndex: -1 }, text);
}

export function mainButton(text: string, onclick: () => void): HTMLButtonElement {
  return h("button", { className: "main", onclick }, text);
}
