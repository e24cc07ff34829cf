import * as words from "@words";
import { h } from "../dom.ts";

let button: HTMLElement | undefined;

/** A browser that saves power plays nothing without a touch (F38): one button for whatever should be playing. */
export function askToPlay(): void {
  const blocked = [...document.querySelectorAll<HTMLVideoElement>("main video")].filter(
    ({ srcObject, hidden, paused }) => srcObject && !hidden && paused,
  );
  if (!blocked.length) button?.remove();
  else if (!button?.isConnected) offer();
}

function offer(): void {
  button = h("button", { className: "second", onclick: playAll }, words.livePlay);
  document.querySelector(".bar")?.before(button);
}

function playAll(): void {
  for (const video of document.querySelectorAll<HTMLVideoElement>("main video"))
    void video.play().catch(() => undefined);
  button?.remove();
}
