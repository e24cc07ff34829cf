import type { Facing } from "../protocol.ts";

/**
 * Phones list three or four rear lenses; people know two cameras, front and back (C19).
 *
 * Labels come in the phone's language, and only once the camera has been allowed.
 */
const REAR = /back|rear|arri[eè]re|environment|r[uü]ck|tr[aá]s|poster/i;
const FRONT = /front|avant|user|face ?time|selfie|frontal/i;
/** Lenses for landscapes, moons and flowers: blurred or distorted at arm's length. */
const SPECIAL = /ultra|wide|grand|tele|t[eé]l[eé]|macro|depth|truedepth|infrared|\bir\b/i;

export function facingOf(track: MediaStreamTrack): Facing | null {
  const { facingMode } = track.getSettings();
  if (facingMode === "environment" || facingMode === "user") return facingMode;
  return facingOfLabel(track.label);
}

function facingOfLabel(label: string): Facing | null {
  if (REAR.test(label)) return "environment";
  return FRONT.test(label) ? "user" : null;
}

/** The device id of the main lens of that side, when the browser has picked a lesser one; else null. */
export async function mainLens(track: MediaStreamTrack, facing: Facing): Promise<string | null> {
  if (rank(track.label) === 0 || facingOf(track) !== facing) return null;
  const best = bestOf(await lenses(), facing);
  const isBetter = best && rank(best.label) < rank(track.label);
  return isBetter ? best.deviceId : null;
}

/** The wish for the other side; on a computer, for the next camera in the list. */
export async function otherLens(
  track: MediaStreamTrack,
  facing: Facing | null,
): Promise<MediaTrackConstraints> {
  const wanted: Facing = facing === "environment" ? "user" : "environment";
  const all = await lenses();
  const best = bestOf(all, wanted) ?? (facing === null ? after(all, track) : undefined);
  return best ? { deviceId: { ideal: best.deviceId } } : { facingMode: { ideal: wanted } };
}

async function lenses(): Promise<MediaDeviceInfo[]> {
  const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  return devices.filter(({ kind, deviceId }) => kind === "videoinput" && deviceId);
}

function bestOf(all: MediaDeviceInfo[], facing: Facing): MediaDeviceInfo | undefined {
  return all
    .filter(({ label }) => facingOfLabel(label) === facing)
    .sort((one, other) => rank(one.label) - rank(other.label))[0];
}

function after(all: MediaDeviceInfo[], track: MediaStreamTrack): MediaDeviceInfo | undefined {
  const index = all.findIndex(({ deviceId }) => deviceId === track.getSettings().deviceId);
  return all[(index + 1) % all.length];
}

/** 0 for a main lens. Android numbers its lenses (« camera2 2, facing back »), and the main one comes first. */
function rank(label: string): number {
  const number = /camera2? (\d+)/i.exec(label)?.[1];
  return (SPECIAL.test(label) ? 100 : 0) + Number(number ?? 0);
}
