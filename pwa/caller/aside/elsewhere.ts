import * as words from "@words";
import { h } from "../dom.ts";
import { system } from "./device.ts";
import { step } from "./picture.ts";

const COPIED_MS = 4_000;

/** When no question seems to be on the screen. */
export function slowHelp(token: string): Node[] {
  return [h("p", {}, words.elsewhereWhy), ...openElsewhere(token)];
}

/** The ways out of an in-app browser: its menu, Android's intent, or the link copied (C1, F36). */
export function openElsewhere(token: string): Node[] {
  const link = `${location.origin}/j#${token}`;
  const nodes: Node[] = [h("ol", {}, step("menu", words.elsewhereMenu), step("open", words.elsewhereOpen))];
  if (system() === "Android")
    nodes.push(h("a", { className: "second", href: intent(link) }, words.elsewhereChrome));
  nodes.push(copyButton(link));
  return nodes;
}

/** Android opens its own browser on this, even from inside another application. */
function intent(link: string): string {
  const { protocol } = location;
  return `${link.replace(protocol, "intent:")}#Intent;scheme=${protocol.slice(0, -1)};end`;
}

function copyButton(link: string): HTMLElement {
  const button = h("button", { className: "second" }, words.elsewhereCopy);
  button.onclick = async () => {
    await copy(link);
    button.textContent = words.elsewhereCopied;
    setTimeout(() => {
      button.textContent = words.elsewhereCopy;
    }, COPIED_MS);
  };
  return button;
}

/** In-app browsers often keep the clipboard from pages; the old way still works there. */
export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = h("textarea", { value: text });
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
}
