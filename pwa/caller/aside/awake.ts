/** Keeps the screen lit while the camera shows; systems let go of it whenever the page is hidden (F33). */
let lock: WakeLockSentinel | undefined;

export async function stayAwake(): Promise<void> {
  try {
    lock = await navigator.wakeLock?.request("screen");
  } catch {
    // Refused on a low battery: the picture matters more than the screen.
  }
}

export async function mayRest(): Promise<void> {
  await lock?.release();
  lock = undefined;
}
