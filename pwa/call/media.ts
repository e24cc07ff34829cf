import type { Facing } from "../protocol.ts";

/**
 * Why there is no camera. `refused`: by the person, the browser or the system. `unsupported`: this browser shows none
 * to pages (an in-app browser, or an address without https).
 */
export type CameraProblem = "refused" | "busy" | "missing" | "unsupported" | "unknown";

export class CameraError extends Error {
  constructor(
    readonly problem: CameraProblem,
    /** The browser's own name for it, for the timeline; of a refusal also how: `dismiss`ed, or by the `system`. */
    readonly detail: string,
  ) {
    super(detail);
  }
}

/**
 * Enough to see a wound, light on an old phone; rotated by the phone when it is held upright. No frame rate: the
 * sender has its own, and a camera slowed down gives its first picture later.
 */
const SIZE: MediaTrackConstraints = { width: { ideal: 640 }, height: { ideal: 480 } };
/** Android lets go of a camera a little after its track has stopped (F26). */
const BUSY_TRIES = 3;
const BUSY_WAIT_MS = 300;

const PROBLEMS: Record<string, CameraProblem> = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotReadableError: "busy",
  AbortError: "busy",
  NotFoundError: "missing",
};

/** The phone's camera: one open at a time, and never sound (F30). `lenses.ts` changes it for another. */
export class Camera {
  track: MediaStreamTrack | null = null;
  private turn = 0;

  /** Open what is wished for, or any camera. Throws `CameraError`. The browser may be asking meanwhile. */
  async open(wanted = sideOf("environment")): Promise<MediaStreamTrack> {
    this.stop();
    const { turn } = this;
    const track = await descend(wanted);
    if (turn !== this.turn) return abandon(track);
    this.track = track;
    return track;
  }

  stop(): void {
    this.turn += 1;
    this.track?.stop();
    this.track = null;
  }
}

/** Nobody wants it any more: stopped, or asked for another, while the browser was asking (C14). */
function abandon(track: MediaStreamTrack): never {
  track.stop();
  throw new CameraError("unknown", "Abandoned");
}

export function sideOf(facing: Facing): MediaTrackConstraints {
  return { facingMode: { ideal: facing } };
}

/** Down the rungs while the wishes are too many (F27): with a size, without, then any camera unless one is meant. */
async function descend(wanted: MediaTrackConstraints): Promise<MediaStreamTrack> {
  let error: unknown;
  for (const rung of [{ ...wanted, ...SIZE }, wanted, wanted.deviceId ? wanted : {}]) {
    try {
      return await askPatiently(rung, error ? 1 : BUSY_TRIES); // patience once: guidance must not wait
    } catch (caught) {
      error = caught;
      if (isOneOf(caught, "refused", "unsupported")) break;
    }
  }
  throw error;
}

async function askPatiently(video: MediaTrackConstraints, tries: number): Promise<MediaStreamTrack> {
  for (let left = tries; ; left--) {
    try {
      return await ask(video);
    } catch (error) {
      if (left <= 1 || !isOneOf(error, "busy")) throw error;
      await new Promise((resolve) => setTimeout(resolve, BUSY_WAIT_MS));
    }
  }
}

async function ask(video: MediaTrackConstraints): Promise<MediaStreamTrack> {
  const { mediaDevices } = navigator;
  if (!mediaDevices?.getUserMedia) throw new CameraError("unsupported", "NoMediaDevices");
  const stream = await mediaDevices.getUserMedia({ video, audio: false }).catch(classify);
  const [track] = stream.getVideoTracks();
  if (!track) throw new CameraError("missing", "NoTrack");
  return track;
}

function classify(error: unknown): never {
  const { name, message } = error as Error;
  throw new CameraError(PROBLEMS[name] ?? "unknown", /dismiss|system/.exec(message)?.[0] ?? name);
}

function isOneOf(error: unknown, ...problems: CameraProblem[]): boolean {
  return error instanceof CameraError && problems.includes(error.problem);
}
