import type { Facing } from "../protocol.ts";
import { facingOf, mainLens, otherLens } from "./lenses.ts";

/**
 * Why there is no camera. `refused`: by the person, the browser or the system. `unsupported`: this browser shows none
 * to pages (an in-app browser, or an address without https).
 */
export type CameraProblem = "refused" | "busy" | "missing" | "unsupported" | "unknown";

export class CameraError extends Error {
  constructor(
    readonly problem: CameraProblem,
    /** The browser's own name for it, for the timeline. */
    readonly detail: string,
  ) {
    super(detail);
  }
}

export interface OpenCamera {
  track: MediaStreamTrack;
  facing: Facing | null;
  /** How many cameras there are to choose from. */
  cameras: number;
  /** True when another was wanted and would not open. */
  failed: boolean;
}

/** Enough to see a wound, light on an old phone; rotated by the phone when it is held upright. */
const SIZE: MediaTrackConstraints = {
  width: { ideal: 640 },
  height: { ideal: 480 },
  frameRate: { ideal: 15 },
};
/** Android lets go of a camera a little after its track has stopped (F26). */
const BUSY_TRIES = 3;
const BUSY_WAIT_MS = 300;

const PROBLEMS: Record<string, CameraProblem> = {
  NotAllowedError: "refused",
  PermissionDeniedError: "refused",
  SecurityError: "refused",
  NotReadableError: "busy",
  TrackStartError: "busy",
  AbortError: "busy",
  NotFoundError: "missing",
  DevicesNotFoundError: "missing",
};

/** The phone's camera: one open at a time, and never sound (F30). */
export class Camera {
  private opened: OpenCamera | null = null;

  get current(): OpenCamera | null {
    return this.opened;
  }

  /** Open the camera on that side, or any. Throws `CameraError`. The browser may be asking meanwhile. */
  async open(facing: Facing = "environment"): Promise<OpenCamera> {
    this.stop();
    const opened = this.keep(await this.describe(await ladder(preferences(facing)), false));
    const better = await mainLens(opened.track, facing);
    return better ? this.keep(await this.reopen(opened, { deviceId: { ideal: better } })) : opened;
  }

  /** The other side's camera: release, then open, for many phones cannot have two (C18, F26). */
  async flip(): Promise<OpenCamera> {
    const before = this.opened;
    if (!before) return this.open();
    const other = await otherLens(before.track, before.facing);
    return this.keep(await this.reopen(before, other));
  }

  stop(): void {
    this.opened?.track.stop();
    this.opened = null;
  }

  private keep(opened: OpenCamera): OpenCamera {
    this.opened = opened;
    return opened;
  }

  /** Whatever would not open, the camera from before comes back. */
  private async reopen(before: OpenCamera, wanted: MediaTrackConstraints): Promise<OpenCamera> {
    const id = before.track.getSettings().deviceId;
    before.track.stop();
    try {
      return await this.describe(await ladder([{ ...wanted, ...SIZE }, wanted]), false);
    } catch {
      const back: MediaTrackConstraints = id
        ? { deviceId: { ideal: id } }
        : (preferences("environment")[1] ?? {});
      return this.describe(await ladder([{ ...back, ...SIZE }, back]), true);
    }
  }

  private async describe(track: MediaStreamTrack, failed: boolean): Promise<OpenCamera> {
    const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    const cameras = devices.filter(({ kind }) => kind === "videoinput").length;
    return { track, facing: facingOf(track), cameras: Math.max(1, cameras), failed };
  }
}

function preferences(facing: Facing): MediaTrackConstraints[] {
  const side = { facingMode: { ideal: facing } };
  return [{ ...side, ...SIZE }, side, {}];
}

/** Down the rungs while the wishes are too many (F27). */
async function ladder(rungs: MediaTrackConstraints[]): Promise<MediaStreamTrack> {
  let error = new CameraError("missing", "NoRung");
  for (const rung of rungs) {
    try {
      return await patiently(rung);
    } catch (caught) {
      error = caught as CameraError;
      if (error.problem === "refused" || error.problem === "unsupported") break;
    }
  }
  throw error;
}

async function patiently(video: MediaTrackConstraints): Promise<MediaStreamTrack> {
  for (let left = BUSY_TRIES; ; left--) {
    try {
      return await ask(video);
    } catch (error) {
      const isBusy = error instanceof CameraError && error.problem === "busy";
      if (!isBusy || left <= 1) throw error;
      await new Promise((resolve) => setTimeout(resolve, BUSY_WAIT_MS));
    }
  }
}

async function ask(video: MediaTrackConstraints): Promise<MediaStreamTrack> {
  const { mediaDevices } = navigator;
  if (!mediaDevices?.getUserMedia) throw new CameraError("unsupported", "NoMediaDevices");
  try {
    const [track] = (await mediaDevices.getUserMedia({ video, audio: false })).getVideoTracks();
    if (track) return track;
  } catch (error) {
    const name = error instanceof Error ? error.name : String(error);
    throw new CameraError(PROBLEMS[name] ?? "unknown", name);
  }
  throw new CameraError("missing", "NoTrack");
}
