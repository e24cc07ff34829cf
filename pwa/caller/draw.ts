import * as words from "@words";
import { h, icon } from "./dom.ts";
import { drawLive } from "./live.ts";
import { loadAside } from "./parts.ts";
import type { Gestures, Scene, Screen } from "./screen.ts";
import { heading, mainButton, plain, type View } from "./view.ts";
import { fill } from "./words.ts";

const CAMERA = "M4 7h3l2-3h6l2 3h3v13H4zM12 17a4 4 0 1 0 0-8 4 4 0 0 0 0 8z";

type Draw = (scene: Scene, gestures: Gestures) => View;

/** From the link to the picture. What lies aside is drawn by a file of its own. */
const STRAIGHT: Partial<Record<Screen["is"], Draw>> = {
  ready: drawReady,
  asking: drawAsking,
  live: drawLive,
};

/** Draws scenes into `root`; the heading takes the focus when the screen changes. */
export function drawInto(root: HTMLElement): (scene: Scene, gestures: Gestures) => void {
  let kind: Screen["is"] = "opening";
  let view: View;
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
    if (screen.is === kind && view?.update) return view.update(scene);
    kind = screen.is;
    const draw = STRAIGHT[kind];
    put(draw ? draw(scene, gestures) : drawMeanwhile(screen, gestures), scene);
    if (draw || isOffline(screen)) return;
    const isStill = () => scene.screen === screen;
    loadAside().then(
      ({ drawAside }) => isStill() && put(drawAside(screen, scene, gestures), scene),
      () => isStill() && kind !== "ended" && put(drawWithout(gestures), scene),
    );
  };
}

/** Until the file that draws it has come. */
function drawMeanwhile(screen: Screen, gestures: Gestures): View {
  if (isOffline(screen)) return drawWithout(gestures);
  return screen.is === "ended" ? plain(words.stoppedHeading, words.stayOnPhone) : plain(words.opening);
}

/** The one screen aside that must do without the network. */
function drawWithout(gestures: Gestures): View {
  return plain(
    words.offlineHeading,
    words.stayOnPhone,
    mainButton(words.retry, () => gestures.retry()),
  );
}

function isOffline(screen: Screen): boolean {
  return screen.is === "problem" && screen.problem === "offline";
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

/** While the browser asks its own question. No likeness of it: people would tap the likeness. */
function drawAsking(): View {
  const slow = h("div", { className: "help", hidden: true });
  return {
    nodes: [heading(words.askingHeading), h("p", {}, words.askingWhy), slow],
    update: ({ screen, token }) => {
      if (screen.is !== "asking" || !screen.isSlow || !slow.hidden) return;
      slow.hidden = false;
      void loadAside().then(({ slowHelp }) => slow.append(...slowHelp(token)));
    },
  };
}
