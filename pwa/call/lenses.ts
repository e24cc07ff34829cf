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

/** The other side's camera. False when the one from before is back, for there is no other or it would not open. */
export async function flip(camera: Camera): Promise<boolean> {
  const before = camera.track;
  if (!before) return false;
  if (!(await exchange(camera, before, await otherSide(before)))) return false;
  const { track } = camera;
  if (!track || !isSame(track, before)) return true;
  const next = after(await lenses(), before);
  if (next && next.deviceId !== deviceOf(before))
    await exchange(camera, track, { deviceId: { exact: next.deviceId } });
  return !isSame(camera.track ?? before, before);
}

/** The main lens of the side that shows, where the browser has picked a lesser one (C19). True when changed. */
export async function improve(camera: Camera): Promise<boolean> {
  const before = camera.track;
  const better = before && (await mainLens(before));
  if (!before || !better) return false;
  return exchange(camera, before, better);
}

/** Release, then open: many phones cannot have two cameras open (C18, F26). False when the one from before is back. */
async function exchange(
  camera: Camera,
  before: MediaStreamTrack,
  wanted: MediaTrackConstraints,
): Promise<boolean> {
  const deviceId = deviceOf(before);
  try {
    await camera.open(wanted);
    return true;
  } catch {
    await camera.open(deviceId ? { deviceId: { exact: deviceId } } : undefined);
    return false;
  }
}

async function mainLens(track: MediaStreamTrack): Promise<MediaTrackConstraints | null> {
  const facing = facingOf(track);
  const best = facing && bestOf(await lenses(), facing);
  return best && rank(best.label) < rank(track.label) ? { deviceId: { exact: best.deviceId } } : null;
}

async function otherSide(track: MediaStreamTrack): Promise<MediaTrackConstraints> {
  const wanted: Facing = facingOf(track) === "environment" ? "user" : "environment";
  const best = bestOf(await lenses(), wanted);
  return best ? { deviceId: { exact: best.deviceId } } : sideOf(wanted);
}

function deviceOf(track: MediaStreamTrack): string | undefined {
  return track.getSettings().deviceId;
}

function isSame(one: MediaStreamTrack, other: MediaStreamTrack): boolean {
  return deviceOf(one) === deviceOf(other);
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

/** Their ids are those of this moment, so they may be demanded: some browsers overhear a mere wish for one. */
async function lenses(): Promise<MediaDeviceInfo[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind, deviceId }) => kind === "videoinput" && deviceId);
}

function bestOf(all: MediaDeviceInfo[], facing: Facing): MediaDeviceInfo | undefined {
  return all
    .filter(({ label }) => facingOfLabel(label) === facing)
    .sort((one, other) => rank(one.label) - rank(other.label))[0];
}

/** For cameras that have no side, as on a computer: the next in the list. */
function after(all: MediaDeviceInfo[], track: MediaStreamTrack): MediaDeviceInfo | undefined {
  const index = all.findIndex(({ deviceId }) => deviceId === deviceOf(track));
  return all[(index + 1) % all.length];
}

/** 0 for a main lens. Android numbers its lenses (« camera2 2, facing back »), and the main one comes first. */
function rank(label: string): number {
  const number = /camera2? (\d+)/i.exec(label)?.[1];
  return (SPECIAL.test(label) ? 100 : 0) + Number(number ?? 0);
}
