/** The camera as a source that may stop: hidden page, unplugged, taken by a telephone call. */
import type { Showing } from "../showing.ts";
import { stayAwake } from "./awake.ts";

/** The page is visible again. A camera that the system stopped meanwhile is opened anew (F29, F32). */
export async function comeBack(showing: Showing): Promise<void> {
  const { camera, seat, events } = showing;
  const { track } = camera;
  if (document.hidden || showing.isOver) return;
  try {
    if (track?.readyState !== "live" || track.muted) await camera.open();
    await showing.use();
    seat.report("caller-resumed");
    void stayAwake(); // Systems let go of it whenever the page is hidden (F33).
  } catch {
    events.onPaused(false);
  }
}

/** Unplugged, or taken away by the system (F28). */
export async function ended(showing: Showing): Promise<void> {
  await showing.openCamera();
}
