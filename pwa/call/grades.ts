import type { Grade } from "./adaptation.ts";
import type { Limits } from "./limits.ts";

/** The bounds that make of this camera's picture the one that was decided. */
export function limitsOf({ bitrate, lines, framerate }: Grade, track: MediaStreamTrack): Limits {
  const scaleResolutionDownBy = Math.max(1, linesOf(track) / lines);
  return { maxBitrate: bitrate, maxFramerate: framerate, scaleResolutionDownBy };
}

/** Lines of the shorter side: a phone held upright turns its picture. */
export function linesOf(track: MediaStreamTrack): number {
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
