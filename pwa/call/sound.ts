/** The microphone, and asking for it together with the camera. Its level: `level.ts`; choosing devices: `devices.ts`. */
import { type Camera, CameraError, type CameraProblem, sideOf } from "./media.ts";

/** As for the camera: refused, busy, missing, unsupported, unknown. */
export type SoundProblem = CameraProblem;

export class SoundError extends Error {
  constructor(
    readonly problem: SoundProblem,
    /** The browser's own name for it; of a refusal also how: `dismiss`ed, or by the `system`. */
    readonly detail: string,
  ) {
    super(detail);
  }
}

/** A voice, not music: without the loudspeaker's echo, without the room, as loud as others (RFC 7874, 5). */
const VOICE: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
  channelCount: { ideal: 1 },
};

const PROBLEMS: Record<string, SoundProblem> = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotReadableError: "busy",
  AbortError: "busy",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
};

const ABANDONED = "Abandoned";

/** One open at a time. */
export class Microphone {
  track: MediaStreamTrack | null = null;
  /** Counts openings and stops: whoever waited for the browser sees whether it is still wanted. */
  turn = 0;

  /** Open this one, or the system's own choice when it is gone. Throws `SoundError`. The browser may be asking. */
  async open(deviceId?: string): Promise<MediaStreamTrack> {
    const turn = ++this.turn;
    const track = await openNamed(deviceId);
    if (turn !== this.turn) return abandon(track);
    return this.take(track);
  }

  /** Keep this track, opened by somebody else, and let go of the one from before. */
  take(track: MediaStreamTrack): MediaStreamTrack {
    this.track?.stop();
    this.track = track;
    return track;
  }

  stop(): void {
    this.turn += 1;
    this.track?.stop();
    this.track = null;
  }
}

/** What opened, and why the rest did not. */
export interface Equipment {
  camera: MediaStreamTrack | null;
  microphone: MediaStreamTrack | null;
  cameraProblem: CameraError | null;
  soundProblem: SoundError | null;
}

/** No browser's own decision takes so long: somebody was asked. */
const PERSON_MS = 400;

/**
 * Camera and microphone by one question of the browser. When that fails each is tried alone, so that whoever has one of
 * them can use it, and each failure has its own reason. Somebody who has just said no is not asked twice. Never throws.
 */
export async function openEquipment(camera: Camera, microphone: Microphone): Promise<Equipment> {
  microphone.stop();
  const { turn } = microphone;
  const askedAt = performance.now();
  try {
    const [sound, picture] = await askForBoth();
    if (turn !== microphone.turn) abandon(sound, picture);
    camera.stop();
    camera.track = picture;
    microphone.take(sound);
    return { camera: picture, microphone: sound, cameraProblem: null, soundProblem: null };
  } catch (error) {
    const { problem, detail } = error as SoundError;
    const isFinal =
      turn !== microphone.turn || (problem === "refused" && performance.now() - askedAt > PERSON_MS);
    return isFinal ? withNothing(problem, detail) : openApart(camera, microphone);
  }
}

function withNothing(problem: SoundProblem, detail: string): Equipment {
  const cameraProblem = new CameraError(problem, detail);
  return { camera: null, microphone: null, cameraProblem, soundProblem: new SoundError(problem, detail) };
}

async function askForBoth(): Promise<[sound: MediaStreamTrack, picture: MediaStreamTrack]> {
  const picture = { ...sideOf("user"), width: { ideal: 640 }, height: { ideal: 480 } };
  const stream = await request({ audio: VOICE, video: picture });
  return [firstOf(stream.getAudioTracks()), firstOf(stream.getVideoTracks())];
}

/** The microphone first: without a picture there is still a consultation, without a voice there is none. */
async function openApart(camera: Camera, microphone: Microphone): Promise<Equipment> {
  const sound = await microphone.open().catch((error: unknown) => error);
  if (sound instanceof SoundError && sound.detail === ABANDONED) return withNothing(sound.problem, ABANDONED);
  const picture = await camera.open(sideOf("user")).catch((error: unknown) => error);
  return {
    camera: camera.track,
    microphone: microphone.track,
    cameraProblem: picture instanceof CameraError ? picture : null,
    soundProblem: sound instanceof SoundError ? sound : null,
  };
}

/** A device that was chosen another day may be gone: any is better than none. */
async function openNamed(deviceId: string | undefined): Promise<MediaStreamTrack> {
  if (!deviceId) return ask(VOICE);
  try {
    return await ask({ ...VOICE, deviceId: { exact: deviceId } });
  } catch (error) {
    if (error instanceof SoundError && error.problem === "missing") return ask(VOICE);
    throw error;
  }
}

async function ask(audio: MediaTrackConstraints): Promise<MediaStreamTrack> {
  return firstOf((await request({ audio, video: false })).getAudioTracks());
}

async function request(wanted: MediaStreamConstraints): Promise<MediaStream> {
  const { mediaDevices } = navigator;
  if (!mediaDevices?.getUserMedia) throw new SoundError("unsupported", "NoMediaDevices");
  return mediaDevices.getUserMedia(wanted).catch(classify);
}

function firstOf([track]: MediaStreamTrack[]): MediaStreamTrack {
  if (!track) throw new SoundError("missing", "NoTrack");
  return track;
}

function classify(error: unknown): never {
  const { name, message } = error as Error;
  throw new SoundError(PROBLEMS[name] ?? "unknown", /dismiss|system/.exec(message)?.[0] ?? name);
}

/** Stopped, or another asked for, while the browser was asking. */
function abandon(...tracks: MediaStreamTrack[]): never {
  for (const track of tracks) track.stop();
  throw new SoundError("unknown", ABANDONED);
}
