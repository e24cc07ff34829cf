/** Which devices there are to choose from, and which loudspeaker plays. */

export type DeviceKind = "microphone" | "camera" | "loudspeaker";

export interface Device {
  id: string;
  /** In the system's language; empty until the browser may tell (a camera or microphone was allowed once). */
  label: string;
}

const KINDS: Record<DeviceKind, MediaDeviceKind> = {
  microphone: "audioinput",
  camera: "videoinput",
  loudspeaker: "audiooutput",
};

/** Chromium lists the system's choice once more under these names: people would choose between a thing and itself. */
const ALIASES = ["default", "communications"];

/** In the browser's order. Empty where it tells nothing: show no picker then. */
export async function devicesOf(kind: DeviceKind): Promise<Device[]> {
  const all = (await navigator.mediaDevices?.enumerateDevices?.().catch(() => [])) ?? [];
  return all
    .filter((one) => one.kind === KINDS[kind] && one.deviceId && !ALIASES.includes(one.deviceId))
    .map(({ deviceId, label }) => ({ id: deviceId, label }));
}

/** A device was plugged in or taken away. Returns what ends it. */
export function onDevicesChanged(heed: () => void): () => void {
  const { mediaDevices } = navigator;
  mediaDevices?.addEventListener?.("devicechange", heed);
  return () => mediaDevices?.removeEventListener?.("devicechange", heed);
}

/** Whether a page may choose a loudspeaker: not on iOS, nor in Firefox before 116. */
export function mayChooseLoudspeaker(element: HTMLMediaElement): boolean {
  return "setSinkId" in element;
}

/** Let `element` play by this loudspeaker; "" is the system's own. False when it cannot: it plays on as before. */
export async function playBy(element: HTMLMediaElement, deviceId: string): Promise<boolean> {
  if (!mayChooseLoudspeaker(element)) return false;
  return element.setSinkId(deviceId).then(
    () => true,
    () => false,
  );
}
