/** The dispatcher's own camera: off unless she turns it on (S53, S54). Video alone, never a microphone (S55). */
import { signal } from "@preact/signals";
import { note } from "./journal.ts";

export type OwnCameraFailure = "refused" | "busy" | "failed";

export const ownTrack = signal<MediaStreamTrack | null>(null);
export const ownFailure = signal<OwnCameraFailure | null>(null);
export const hasCamera = signal(false);

/** Know whether there is a webcam, also one plugged in later. Returns how to stop. */
export function followCameras(): () => void {
  const { mediaDevices } = navigator;
  if (!mediaDevices) return () => undefined;
  const look = async () => {
    const devices = await mediaDevices.enumerateDevices().catch(() => []);
    hasCamera.value = devices.some(({ kind }) => kind === "videoinput");
  };
  void look();
  mediaDevices.addEventListener("devicechange", look);
  return () => mediaDevices.removeEventListener("devicechange", look);
}

/** When it cannot be opened, `ownFailure` says why. */
export async function startOwnCamera(): Promise<void> {
  ownFailure.value = null;
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      video: { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 15 } },
    });
    const track = stream.getVideoTracks()[0] ?? null;
    track?.addEventListener("ended", () => stopOwnCamera());
    ownTrack.value = track;
  } catch (error) {
    ownFailure.value = failureOf(error);
    note(`own-camera ${ownFailure.value}`);
  }
}

export function stopOwnCamera(): void {
  ownTrack.value?.stop();
  ownTrack.value = null;
  ownFailure.value = null;
}

function failureOf(error: unknown): OwnCameraFailure {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError") return "refused";
  return name === "NotReadableError" ? "busy" : "failed";
}
