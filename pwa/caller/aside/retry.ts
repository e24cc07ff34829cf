import type { CameraProblem } from "../../call/media.ts";
import type { Gestures, Problem } from "../screen.ts";

const OF_CAMERA: Record<CameraProblem, true> = {
  refused: true,
  busy: true,
  missing: true,
  unsupported: true,
  unknown: true,
};

export function isOfCamera(problem: Problem): problem is CameraProblem {
  return problem in OF_CAMERA;
}

/**
 * The camera is asked for again as soon as something changed: the permission, what is plugged in, or the person is back
 * from the settings or from the application that had the camera (F25, F28). For as long as `sign` is on the page.
 */
export function retryByItself(
  sign: HTMLElement,
  gestures: Pick<Gestures, "retry">,
  devices: ("camera" | "microphone")[] = ["camera"],
): void {
  const end = new AbortController();
  const follow = (target: EventTarget | undefined, event: string, isSo = () => true) => {
    const heard = () => {
      if (!sign.isConnected) end.abort();
      else if (isSo()) gestures.retry();
    };
    target?.addEventListener(event, heard, { signal: end.signal });
  };
  follow(document, "visibilitychange", () => !document.hidden);
  follow(navigator.mediaDevices, "devicechange");
  for (const name of devices)
    void permission(name).then(
      (status) => status && follow(status, "change", () => status.state === "granted"),
    );
}

/** Null where the browser does not tell. */
async function permission(name: string): Promise<PermissionStatus | null> {
  try {
    return await navigator.permissions.query({ name: name as PermissionName });
  } catch {
    return null;
  }
}
