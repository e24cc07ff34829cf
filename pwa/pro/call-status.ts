/** The state of a call in one word: pure. */
import type { Link } from "../call/connectivity.ts";
import type { CameraSource, Rung, Step, TimelineStep } from "../protocol.ts";
import type { Status } from "../ui/status-dot.tsx";

export type CallStatus =
  | "live"
  | "connecting"
  | "reconnecting"
  | "stalled"
  | "frames"
  | "stills"
  | "photo"
  | "paused"
  | "frozen"
  | "left"
  | "camera-refused"
  | "camera-failed";

export const DOT: Record<CallStatus, Status> = {
  live: "ok",
  connecting: "busy",
  reconnecting: "warning",
  stalled: "warning",
  frames: "warning",
  stills: "warning",
  photo: "bad",
  paused: "warning",
  frozen: "warning",
  left: "bad",
  "camera-refused": "bad",
  "camera-failed": "bad",
};

export interface Seen {
  timeline: TimelineStep[];
  link: Link;
  rung: Rung;
  source: CameraSource;
  isPictureShown: boolean;
  /** Milliseconds since the last frame. */
  frameAgeMs: number;
}

/** A picture that has not moved for this long is no longer to be believed. */
const STALLED_MS = 3000;
/** Images that come one by one may be two seconds apart. */
const STALLED_BELOW_MS = 6000;

/** What the caller's page said last about its camera. */
const CAMERA_STEPS: Partial<Record<Step, CallStatus | null>> = {
  "caller-paused": "paused",
  "caller-left": "left",
  "camera-refused": "camera-refused",
  "camera-failed": "camera-failed",
  "camera-frozen": "frozen",
  "camera-back": null,
  "caller-resumed": null,
  "camera-granted": null,
  "caller-entered": null,
  "caller-replaced": null,
  "first-frame": null,
};

/** The same by `source`, which a page says again after every interruption of its socket. */
const SOURCES: Partial<Record<CameraSource, CallStatus>> = { paused: "paused", frozen: "frozen" };

export function callStatus({ timeline, link, rung, source, isPictureShown, frameAgeMs }: Seen): CallStatus {
  const camera = cameraStep(timeline) ?? SOURCES[source];
  if (camera) return camera;
  if ((rung === "frames" || rung === "stills") && frameAgeMs < STALLED_BELOW_MS) return rung;
  if (rung === "photo") return "photo";
  if (link === "lost") return "reconnecting";
  if (!isPictureShown) return "connecting";
  return frameAgeMs > STALLED_MS ? "stalled" : "live";
}

function cameraStep(timeline: TimelineStep[]): CallStatus | null {
  const told = timeline.filter(({ step }) => step in CAMERA_STEPS);
  const last = told[told.length - 1];
  return (last && CAMERA_STEPS[last.step]) ?? null;
}
