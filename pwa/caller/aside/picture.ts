import { h } from "../dom.ts";

/** Small drawings of what to touch, as browsers and phones show it: a bar or a row, and the right place marked. */

const SHAPES = {
  /** Safari: the page menu at the start of the address bar. */
  "safari-menu": { bar: "m", mark: "M20 20h14M20 26h9M36 18v14" },
  /** Chrome: the two sliders at the start of the address bar. */
  tune: { bar: "m", mark: "M18 20h6M30 20h6M27 17v6M18 30h8M32 30h4M29 27v6" },
  /** A padlock at the start of the address bar. */
  lock: { bar: "m", mark: "M20 24h14v9H20zM23 24v-3a4 4 0 0 1 8 0v3" },
  /** Three dots, in a corner. */
  menu: { bar: "e", mark: "M106 24h.1M112 24h.1M118 24h.1" },
  /** An arrow that leaves a frame: open elsewhere. */
  open: { bar: "r", mark: "M24 18h-6v14h14v-6M27 17h7v7M34 17L24 27" },
  /** A cog: settings, permissions. */
  settings: {
    bar: "r",
    mark: "M27 20a5 5 0 1 0 0 10a5 5 0 0 0 0-10zM27 15v3M27 32v3M17 25h3M34 25h3M20 18l2 2M32 30l2 2M34 18l-2 2M22 30l-2 2",
  },
  /** A browser's round icon. */
  app: { bar: "r", mark: "M27 16a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM27 22a3 3 0 1 0 0 6a3 3 0 0 0 0-6z" },
  /** A camera and a switch that is on. */
  "camera-on": {
    bar: "s",
    mark: "M17 20h4l2-3h8l2 3h4v12H17zM27 29a3.5 3.5 0 1 0 0-7a3.5 3.5 0 0 0 0 7zM96 17h16a8 8 0 0 1 0 16H96a8 8 0 0 1 0-16zM112 22v6M109 25h6",
  },
};

export type PictureName = keyof typeof SHAPES;

/** What surrounds the mark: an address bar (mark at its start `m` or end `e`), a row `r`, a row with a switch that is on `s`. */
const AROUND: Record<string, string> = {
  m: "M50 25h50",
  e: "M26 25h50",
  r: "M50 25h60",
  s: "M50 25h26",
};

function picture(name: PictureName): SVGElement {
  const { bar, mark } = SHAPES[name];
  const svg = element("svg", { viewBox: "0 0 136 50", "aria-hidden": "true", class: "picture" });
  svg.append(
    element("rect", {
      x: "2",
      y: "4",
      width: "132",
      height: "42",
      rx: bar === "m" || bar === "e" ? "21" : "10",
    }),
    element("path", { d: AROUND[bar] ?? "", class: "faint" }),
    element("path", { d: mark, class: "mark" }),
  );
  return svg;
}

function element(name: string, attributes: Record<string, string>): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** One step of a list: the drawing, and the words below it. */
export function step(name: PictureName, text: string): HTMLElement {
  return h("li", {}, picture(name), h("span", {}, text));
}
