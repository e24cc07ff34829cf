import type { Grade } from "./adaptation.ts";
import type { Limits } from "./limits.ts";

/** The bounds that make of this camera's picture the one that was decided. */
export function limitsOf({ bitrate, lines, framerate }: Grade, track: MediaStreamTrack): Limits {
  const scaleResolutionDownBy = Math.max(1, linesOf(track) / lines);
  return { maxBitrate: bitrate, maxFramerate: framerate, scaleResolutionDownBy };
}

/** Lines of the shorter side: a phone held upright turns its picture. */
function linesOf(track: MediaStreamTrack): number {
  const { width, height } = track.getSettings();
  return Math.min(width ?? 640, height ?? 480);
}

/** A negotiation, or another connection, puts bounds of its own. */
export function isKept(sender: RTCRtpSender, wanted: Limits, preference: RTCDegradationPreference): boolean {
  const parameters = sender.getParameters();
  const [encoding] = parameters.encodings ?? [];
  const set = (parameters as { degradationPreference?: string }).degradationPreference ?? preference;
  return (
    set === preference &&
    encoding?.maxBitrate === wanted.maxBitrate &&
    encoding?.maxFramerate === wanted.maxFramerate &&
    (encoding?.scaleResolutionDownBy ?? 1) === wanted.scaleResolutionDownBy
  );
}

/** 16:9, as cameras have it beyond 480 lines. */
const WIDTH_PER_LINE = 16 / 9;
/** The most lines that each camera was asked for. */
const asked = new WeakMap<MediaStreamTrack, number>();

/** Cameras are opened small; asked for more only when there is room, once a camera and size. */
export function widen(lines: number, track: MediaStreamTrack): void {
  if (linesOf(track) >= lines || (asked.get(track) ?? 0) >= lines) return;
  asked.set(track, lines);
  const wish = { width: { ideal: Math.round(lines * WIDTH_PER_LINE) }, height: { ideal: lines } };
  void track.applyConstraints(wish).catch(() => undefined); // A camera that has no more goes on as it is.
}
