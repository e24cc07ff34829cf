import * as words from "@words";
import { h } from "../dom.ts";
import type { Gestures } from "../screen.ts";
import { heading, mainButton, type View } from "../view.ts";

/** The file's address, put in by the build. */
declare const __SCANNER__: string;

const CODE_LENGTH = 6;

/** « J'ai un code »: for whoever has no link to tap. */
export function drawCode(gestures: Gestures): View {
  const input = h("input", { id: "code", maxLength: 12, autocomplete: "off", spellcheck: false });
  input.setAttribute("autocapitalize", "characters");
  input.setAttribute("aria-describedby", "hint error");
  const error = h("p", { id: "error" });
  error.setAttribute("role", "alert");
  const complain = (text: string) => {
    error.textContent = text;
    input.setAttribute("aria-invalid", String(Boolean(text)));
    if (text) input.focus();
  };
  const onsubmit = (event: Event) => {
    event.preventDefault();
    const code = input.value.replace(/[^a-z0-9]/gi, "");
    if (code.length === CODE_LENGTH) gestures.knock({ code });
    else complain(words.codeIncomplete);
  };
  const form = h(
    "form",
    { onsubmit, noValidate: true },
    h("label", { htmlFor: "code" }, words.codeLabel),
    h("p", { id: "hint" }, words.codeHint),
    input,
    error,
    mainButton(words.codeButton),
  );
  const scan = h(
    "button",
    { className: "second", onclick: () => void openScanner(gestures, error) },
    words.codeScan,
  );
  return {
    nodes: [heading(words.codeHeading), form, scan],
    update: ({ screen }) => complain(screen.is === "code" && screen.isUnknown ? words.codeUnknown : ""),
  };
}

function loadScanner(): Promise<typeof import("../scanner/scanner.ts")> {
  return import(/* @vite-ignore */ __SCANNER__);
}

async function openScanner(gestures: Gestures, error: HTMLElement): Promise<void> {
  try {
    const { scan } = await loadScanner();
    const token = await scan();
    if (token) gestures.knock({ token });
  } catch {
    error.textContent = words.scanFailed;
  }
}
