/** The practitioner's own microphone, camera and loudspeaker: on when she enters, each with its switch. */
import { batch, signal } from "@preact/signals";
import { type Device, devicesOf, onDevicesChanged } from "../../call/devices.ts";
import { type Hearing, LevelMeter } from "../../call/level.ts";
import { Camera, CameraError, sideOf } from "../../call/media.ts";
import { Microphone, openEquipment, SoundError } from "../../call/sound.ts";
import { note } from "../journal.ts";

export type Problem = CameraError["problem"];

export const microphoneTrack = signal<MediaStreamTrack | null>(null);
export const cameraTrack = signal<MediaStreamTrack | null>(null);
export const isMuted = signal(false);
export const microphoneProblem = signal<Problem | null>(null);
export const cameraProblem = signal<Problem | null>(null);
export const isOpening = signal(false);
/** Decibels below full scale, 20 times a second while a meter is shown. */
export const level = signal(-100);
export const hearing = signal<Hearing>("quiet");
export const microphones = signal<Device[]>([]);
export const cameras = signal<Device[]>([]);
export const loudspeakers = signal<Device[]>([]);
/** "" is the system's own. */
export const loudspeakerId = signal("");

const microphone = new Microphone();
const camera = new Camera();
/** Counts closings: what the browser gives or refuses after one concerns nobody. */
let closings = 0;

/** Both by one question of the browser. What does not open says why; the rest is used. */
export async function openAll(): Promise<void> {
  const before = closings;
  isOpening.value = true;
  const opened = await openEquipment(camera, microphone);
  if (before !== closings) return;
  batch(() => {
    isOpening.value = isMuted.value = false;
    cameraProblem.value = opened.cameraProblem?.problem ?? null;
    microphoneProblem.value = opened.soundProblem?.problem ?? null;
    adopt(opened.microphone, opened.camera);
  });
  for (const error of [opened.cameraProblem, opened.soundProblem])
    if (error) note(`equipment ${error.detail}`);
  await listDevices();
}

function adopt(sound: MediaStreamTrack | null, picture: MediaStreamTrack | null): void {
  microphoneTrack.value = sound;
  cameraTrack.value = picture;
  sound?.addEventListener("ended", () => lost(sound));
  picture?.addEventListener("ended", () => lost(picture));
}

/** Unplugged, or taken by the system. */
function lost(track: MediaStreamTrack): void {
  note(`${track.kind} ended`);
  if (track === microphoneTrack.value) {
    microphoneTrack.value = null;
    microphoneProblem.value = "missing";
  }
  if (track === cameraTrack.value) {
    cameraTrack.value = null;
    cameraProblem.value = "missing";
  }
}

/** « Micro »: muted, the microphone stays open, so that the voice is back at once. */
export async function switchMicrophone(): Promise<void> {
  if (microphoneTrack.value) isMuted.value = !isMuted.value;
  else await chooseMicrophone();
}

/** « Caméra »: off, its light goes out. */
export async function switchCamera(): Promise<void> {
  if (!cameraTrack.value) return chooseCamera();
  camera.stop();
  cameraTrack.value = null;
}

export async function chooseMicrophone(deviceId?: string): Promise<void> {
  const before = closings;
  isOpening.value = true;
  try {
    const track = await microphone.open(deviceId);
    microphoneProblem.value = null;
    isMuted.value = false;
    adopt(track, cameraTrack.value);
  } catch (error) {
    if (before !== closings) return;
    microphoneTrack.value = microphone.track;
    microphoneProblem.value = error instanceof SoundError ? error.problem : "unknown";
  }
  isOpening.value = false;
}

export async function chooseCamera(deviceId?: string): Promise<void> {
  const before = closings;
  isOpening.value = true;
  try {
    const track = await camera.open(deviceId ? { deviceId: { exact: deviceId } } : sideOf("user"));
    cameraProblem.value = null;
    adopt(microphoneTrack.value, track);
  } catch (error) {
    if (before !== closings) return;
    cameraTrack.value = camera.track;
    cameraProblem.value = error instanceof CameraError ? error.problem : "unknown";
  }
  isOpening.value = false;
}

async function listDevices(): Promise<void> {
  const [sounds, pictures, outputs] = await Promise.all([
    devicesOf("microphone"),
    devicesOf("camera"),
    devicesOf("loudspeaker"),
  ]);
  batch(() => {
    microphones.value = sounds;
    cameras.value = pictures;
    loudspeakers.value = outputs;
  });
}

/** Know what is plugged in. Returns how to stop. */
export function followDevices(): () => void {
  void listDevices();
  return onDevicesChanged(() => void listDevices());
}

/** Measure a microphone as long as somebody looks. Returns how to stop. */
export function measure(track: MediaStreamTrack): () => void {
  const meter = new LevelMeter(track, (db, heard) => {
    level.value = db;
    hearing.value = heard;
  });
  return () => meter.stop();
}

export function closeAll(): void {
  closings += 1;
  camera.stop();
  microphone.stop();
  batch(() => {
    microphoneTrack.value = cameraTrack.value = null;
    microphoneProblem.value = cameraProblem.value = null;
    isMuted.value = isOpening.value = false;
  });
}
