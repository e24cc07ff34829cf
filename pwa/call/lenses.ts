import type { Facing } from "../protocol.ts";
import { type Camera, sideOf } from "./media.ts";

/**
 * Phones list three or four rear lenses; people know two cameras, front and back (C19).
 *
 * Labels come in the phone's language, and only once the camera has been allowed.
 */
const REAR = /back|rear|arri[eè]re|environment|r[uü]ck|tr[aá]s|poster/i;
const FRONT = /front|avant|user|face ?time|selfie/i;
/** Lenses for landscapes, moons and flowers: blurred or distorted at arm's length. */
const SPECIAL = /ultra|wide|grand|tele|t[eé]l[eé]|macro|depth|infrared|\bir\b/i;

export interface CameraFacts {
  facing: Facing | null;
  /** How many there are to choose from, counted as people do: front and back are two. */
  cameras: number;
}

export async function describeCamera(track: MediaStreamTrack): Promise<CameraFacts> {
  const all = await lenses();
  const sides = new Set(all.map(({ label, deviceId }) => facingOfLabel(label) ?? deviceId));
  return { facing: facingOf(track), cameras: Math.max(1, sides.size) };
}

/** The other side's camera. False when the one from before is back, for the other would not open. */
export async function flip(camera: Camera): Promise<boolean> {
  const before = camera.track;
  if (!before) return false;
  await exchange(camera, before, await otherLens(before));
  return camera.track?.getSettings().deviceId !== before.getSettings().deviceId;
}

/** The main lens of the side that shows, where the browser has picked a lesser one (C19). True when changed. */
export async function improve(camera: Camera): Promise<boolean> {
  const before = camera.track;
  const better = before && (await mainLens(before));
  if (!before || !better) return false;
  await exchange(camera, before, better);
  return true;
}

/** Release, then open: many phones cannot have two cameras open (C18, F26). Throws when neither comes. */
async function exchange(
  camera: Camera,
  before: MediaStreamTrack,
  wanted: MediaTrackConstraints,
): Promise<void> {
  const { deviceId } = before.getSettings();
  try {
    await camera.open(wanted);
  } catch {
    await camera.open(deviceId ? { deviceId: { ideal: deviceId } } : undefined);
  }
}

async function mainLens(track: MediaStreamTrack): Promise<MediaTrackConstraints | null> {
  const facing = facingOf(track);
  const best = facing && bestOf(await lenses(), facing);
  return best && rank(best.label) < rank(track.label) ? { deviceId: { ideal: best.deviceId } } : null;
}

/** On a computer, where no camera has a side, the next in the list. */
async function otherLens(track: MediaStreamTrack): Promise<MediaTrackConstraints> {
  const facing = facingOf(track);
  const wanted: Facing = facing === "environment" ? "user" : "environment";
  const all = await lenses();
  const best = facing === null ? after(all, track) : bestOf(all, wanted);
  return best ? { deviceId: { ideal: best.deviceId } } : sideOf(wanted);
}

function facingOf(track: MediaStreamTrack): Facing | null {
  const { facingMode } = track.getSettings();
  if (facingMode === "environment" || facingMode === "user") return facingMode;
  return facingOfLabel(track.label);
}

function facingOfLabel(label: string): Facing | null {
  if (REAR.test(label)) return "environment";
  return FRONT.test(label) ? "user" : null;
}

async function lenses(): Promise<MediaDeviceInfo[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
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
