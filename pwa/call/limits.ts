import type { Peer } from "./peer.ts";

/** Bounds on what a connection sends. What is left out stays as it was. */
export interface Limits {
  /** Bits a second. */
  maxBitrate?: number;
  /** Images a second. */
  maxFramerate?: number;
  /** 1 sends the camera's own size, 2 half of its width and height. */
  scaleResolutionDownBy?: number;
  /** Who gets the bits when they are few. */
  priority?: RTCPriorityType;
}

/** 480p at 15 images a second: enough to see, little enough to start on a poor link. */
export const START: Limits = { maxBitrate: 800_000, maxFramerate: 15 };

/** Bound what `peer` sends; `preference` says what to keep when that is too little (W3C mst-content-hint). */
export async function setLimits(
  peer: Peer,
  limits: Limits,
  preference?: RTCDegradationPreference,
): Promise<void> {
  const video = peer.connection.getTransceivers().find(({ receiver }) => receiver.track.kind === "video");
  if (video) await limitSender(video.sender, limits, preference);
}

/** A browser that refuses a bound goes on with its own. */
export async function limitSender(
  sender: RTCRtpSender,
  limits: Limits,
  preference?: RTCDegradationPreference,
): Promise<void> {
  const parameters = sender.getParameters();
  if (!parameters.encodings?.length) return;
  for (const encoding of parameters.encodings) Object.assign(encoding, limits);
  if (preference) Object.assign(parameters, { degradationPreference: preference });
  await sender.setParameters(parameters).catch(() => undefined);
}
