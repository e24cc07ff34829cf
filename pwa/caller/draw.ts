import * as words from "@words";
import { h, icon } from "./dom.ts";
import { drawLive } from "./live.ts";
import { addHelp, drawProblem } from "./problem.ts";
import type { Gestures, Scene, Screen } from "./screen.ts";
import { heading, mainButton, plain, type View } from "./view.ts";
import { fill } from "./words.ts";

const CAMERA = "M4 7h3l2-3h6l2 3h3v13H4zM12 17a4 4 0 1 0 0-8 4 4 0 0 0 0 8z";

/** Draws scenes into `root`; the heading takes the focus when the screen changes. */
export function drawInto(root: HTMLElement): (scene: Scene, gestures: Gestures) => void {
  let kind: Screen["is"] | undefined;
  let view: View | undefined;
  return (scene, gestures) => {
    const { is } = scene.screen;
    if (is === kind && view?.update) return view.update(scene);
    const isFirst = kind === undefined;
    kind = is;
    view = drawScreen(scene, gestures);
    root.className = is;
    root.textContent = "";
    root.append(...view.nodes);
    view.update?.(scene);
    if (!isFirst) root.querySelector("h1")?.focus();
  };
}

function drawScreen(scene: Scene, gestures: Gestures): View {
  const { screen } = scene;
  switch (screen.is) {
    case "opening":
      return { nodes: [heading(words.opening)] };
    case "code":
      return drawCode(gestures);
    case "ready":
      return drawReady(scene, gestures);
    case "asking":
      return drawAsking();
    case "live":
      return drawLive(gestures);
    case "paused":
      return plain(
        words.pausedHeading,
        words.pausedText,
        mainButton(words.resume, () => gestures.retry()),
      );
    case "ended":
      return drawEnd(screen.by, gestures);
    case "problem":
      return drawProblem(screen.problem, scene, gestures);
  }
}

function drawReady({ caller, organization }: Scene, gestures: Gestures): View {
  const button = mainButton(words.readyButton, () => gestures.show());
  button.prepend(icon(CAMERA));
  return {
    nodes: [
      h("p", { className: "who" }, organization),
      heading(fill(words.readyHeading, caller)),
      button,
      h("p", { className: "promise" }, icon("M5 11h14v10H5zM8 11V7a4 4 0 0 1 8 0v4"), words.readyPromise),
    ],
  };
}

/** A likeness of the browser's question, with the right answer marked. */
function drawAsking(): View {
  const slow = h("div", { className: "help", hidden: true }, h("p", {}, words.askingSlow));
  const picture = h(
    "div",
    { className: "prompt" },
    icon(CAMERA),
    h("span", {}, words.askingDeny),
    h("b", {}, words.askingAllow),
  );
  picture.setAttribute("aria-hidden", "true");
  return {
    nodes: [heading(words.askingHeading), h("p", {}, words.askingWhy), picture, slow],
    update: ({ screen, token }) => {
      if (screen.is !== "asking" || !screen.isSlow || !slow.hidden) return;
      slow.hidden = false;
      void addHelp(slow, "unsupported", token);
    },
  };
}

function drawEnd(by: "stopped" | "finished" | "replaced", gestures: Gestures): View {
  const show = () => gestures.show();
  if (by === "finished") return plain(words.finishedHeading, words.finishedText);
  if (by === "stopped")
    return plain(words.stoppedHeading, words.stoppedText, mainButton(words.readyButton, show));
  return plain(words.replacedHeading, words.replacedText, mainButton(words.replacedButton, show));
}

function drawCode(gestures: Gestures): View {
  const input = h("input", { id: "code", maxLength: 12, autocomplete: "off", spellcheck: false });
  input.setAttribute("autocapitalize", "characters");
  input.setAttribute("aria-describedby", "hint error");
  const error = h("p", { id: "error" });
  error.setAttribute("role", "alert");
  const form = h(
    "form",
    {
      onsubmit: (event) => {
        event.preventDefault();
        gestures.giveCode(input.value);
      },
    },
    h("label", { htmlFor: "code" }, words.codeLabel),
    h("p", { id: "hint" }, words.codeHint),
    input,
    error,
    h("button", { className: "main" }, words.codeButton),
  );
  const scan = h("button", { className: "second", onclick: () => gestures.scan() }, words.codeScan);
  return {
    nodes: [heading(words.codeHeading), form, scan],
    update: ({ screen }) => {
      const kind = screen.is === "code" && screen.error;
      error.textContent = kind === "unknown" ? words.codeUnknown : kind ? words.codeIncomplete : "";
      input.setAttribute("aria-invalid", String(Boolean(kind)));
      if (kind) input.focus();
    },
  };
}
