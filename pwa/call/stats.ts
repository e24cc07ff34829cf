import { candidates, chosenPair, ofVideo, type Reports } from "./pulse.ts";

/**
 * What getStats says of one video call, for people who look into it, and for adaptation. Absent figures are null:
 * browsers differ. The first block is about the picture that comes; `sent…` about the one that leaves.
 */
export interface Figures {
  framesDecoded: number;
  framesPerSecond: number | null;
  frameWidth: number | null;
  frameHeight: number | null;
  bytesReceived: number;
  packetsLost: number;
  packetsReceived: number;
  sentFrames: number;
  sentFramesPerSecond: number | null;
  sentWidth: number | null;
  sentHeight: number | null;
  /** Part of our packets that the other side has lost lately, 0 to 1 (RTCP receiver reports). */
  sentLoss: number | null;
  /** none, cpu, bandwidth or other: what holds our picture back. */
  sentLimitedBy: string | null;
  /** Bits a second that the browser believes the path can take. */
  availableOutgoingBitrate: number | null;
  /** Of the chosen pair, in milliseconds. */
  roundTripMs: number | null;
  /** Kinds of the two ends of the chosen pair: host, srflx, prflx or relay. */
  localType: string | null;
  remoteType: string | null;
  /** udp, tcp or tls: how we reach our relay. */
  relayProtocol: string | null;
}

export function figuresOf(reports: Reports): Figures {
  const inbound = ofVideo(reports, "inbound-rtp");
  const outbound = ofVideo(reports, "outbound-rtp");
  const pair = chosenPair(reports);
  const [local, remote] = candidates(reports, pair);
  const seconds = pair?.currentRoundTripTime;
  return {
    framesDecoded: inbound?.framesDecoded ?? 0,
    framesPerSecond: inbound?.framesPerSecond ?? null,
    frameWidth: inbound?.frameWidth ?? null,
    frameHeight: inbound?.frameHeight ?? null,
    bytesReceived: inbound?.bytesReceived ?? 0,
    packetsLost: inbound?.packetsLost ?? 0,
    packetsReceived: inbound?.packetsReceived ?? 0,
    sentFrames: outbound?.framesSent ?? 0,
    sentFramesPerSecond: outbound?.framesPerSecond ?? null,
    sentWidth: outbound?.frameWidth ?? null,
    sentHeight: outbound?.frameHeight ?? null,
    sentLoss: ofVideo(reports, "remote-inbound-rtp")?.fractionLost ?? null,
    sentLimitedBy: outbound?.qualityLimitationReason ?? null,
    availableOutgoingBitrate: pair?.availableOutgoingBitrate ?? null,
    roundTripMs: seconds === undefined ? null : seconds * 1000,
    localType: local?.candidateType ?? null,
    remoteType: remote?.candidateType ?? null,
    relayProtocol: local?.relayProtocol ?? null,
  };
}
