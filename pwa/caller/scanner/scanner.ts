import * as words from "@words";
import { Camera } from "../../call/media.ts";
import { h } from "../dom.ts";
import { readerOfThisBrowser } from "./reader.ts";

/** Four looks a second: quick enough for the hand, light enough for an old phone. */
const LOOK_EVERY_MS = 250;

/** Shows the camera until a code of ours is seen. Null when the person closes it. Rejects without a camera. */
export async function scan(): Promise<string | null> {
  const camera = new Camera();
  const track = await camera.open();
  const video = h("video", { muted: true, playsInline: true, srcObject: new MediaStream([track]) });
  video.setAttribute("playsinline", "");
  const close = h("button", {}, words.scanClose);
  const text = h("p", { className: "state" }, words.scanText);
  const dialog = h(
    "div",
    { className: "live scan" },
    video,
    h("div", { className: "top" }, text),
    h("div", { className: "bar" }, close),
  );
  dialog.setAttribute("role", "dialog");
  dialog.setAttribute("aria-label", words.scanHeading);
  document.body.append(dialog);
  close.focus();
  try {
    await video.play();
    return await firstToken(video, new Promise((resolve) => (close.onclick = () => resolve(null))));
  } finally {
    camera.stop();
    dialog.remove();
  }
}

async function firstToken(video: HTMLVideoElement, closed: Promise<null>): Promise<string | null> {
  const read = await readerOfThisBrowser();
  for (;;) {
    const seen = await Promise.race([closed, look(video, read)]);
    if (seen !== undefined) return seen;
  }
}

/** The token of a link of ours in view, or undefined after a pause. */
async function look(
  video: HTMLVideoElement,
  read: (video: HTMLVideoElement) => Promise<string[]>,
): Promise<string | undefined> {
  const token = (await read(video)).map(tokenOf).find(Boolean);
  if (!token) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  return token;
}

/** The token of a link to this very site; other codes are not ours to follow. */
export function tokenOf(text: string): string | undefined {
  try {
    const { origin, pathname, hash } = new URL(text);
    return origin === location.origin && pathname === "/j" && hash.length > 1 ? hash.slice(1) : undefined;
  } catch {
    return undefined;
  }
}
