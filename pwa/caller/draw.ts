import * as words from "@words";
import { h, icon } from "./dom.ts";
import { drawLive } from "./live.ts";
import { loadAside } from "./parts.ts";
import type { Gestures, Scene, Screen } from "./screen.ts";
import { heading, mainButton, plain, type View } from "./view.ts";
import { fill } from "./words.ts";

const CAMERA = "M4 7h3l2-3h6l2 3h3v13H4zM12 17a4 4 0 1 0 0-8 4 4 0 0 0 0 8z";

/** Draws scenes into `root`; the heading takes the focus when the screen changes. */
export function drawInto(root: HTMLElement): (scene: Scene, gestures: Gestures) => void {
  let kind: Screen["is"] = "opening";
  let view: View = { nodes: [] };
  const put = (next: View, scene: Scene) => {
    view = next;
    document.body.className = kind;
    root.textContent = "";
    root.append(...view.nodes);
    view.update?.(scene);
    root.querySelector("h1")?.focus();
  };
  return (scene, gestures) => {
    const { screen } = scene;
    if (screen.is === kind && view.update) return view.update(scene);
    kind = screen.is;
    put(drawScreen(scene, gestures), scene);
    if (isAside(screen))
      loadAside().then(
        ({ drawAside }) => scene.screen === screen && put(drawAside(screen, scene, gestures), scene),
        () => scene.screen === screen && put(drawWithout(screen, gestures), scene),
      );
  };
}

/** Seldom seen, and so drawn by a file of its own; `offline` alone must do without the network. */
function isAside({ is }: Screen): boolean {
  return is === "code" || is === "paused" || is === "ended" || is === "problem";
}

function drawScreen(scene: Scene, gestures: Gestures): View {
  const { screen } = scene;
  switch (screen.is) {
    case "ready":
      return drawReady(scene, gestures);
    case "asking":
      return drawAsking();
    case "live":
      return drawLive(gestures);
    case "paused":
    case "ended":
      return plain(words.stoppedHeading, words.stayOnPhone);
    case "problem":
      return screen.problem === "offline" ? drawWithout(screen, gestures) : plain(words.opening);
    default:
      return plain(words.opening);
  }
}

/** What can be said when the file that would say it does not come. */
function drawWithout({ is }: Screen, gestures: Gestures): View {
  const title = is === "problem" || is === "code" ? words.offlineHeading : words.stoppedHeading;
  return plain(
    title,
    words.stayOnPhone,
    mainButton(words.retry, () => gestures.retry()),
  );
}

function drawReady({ caller }: Scene, gestures: Gestures): View {
  const button = mainButton(words.readyButton, () => gestures.show());
  button.prepend(icon(CAMERA));
  return {
    nodes: [
      heading(fill(words.readyHeading, caller)),
      button,
      h("p", { className: "promise" }, icon("M5 11h14v10H5zM8 11V7a4 4 0 0 1 8 0v4"), words.readyPromise),
    ],
  };
}

/** A likeness of the browser's question, with the right answer marked. */
function drawAsking(): View {
  const slow = h("div", { className: "help", hidden: true });
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
      void loadAside().then(({ slowHelp }) => slow.append(...slowHelp(token)));
    },
  };
}
