import { candidates, chosenPair, ofVideo, type Reports } from "./pulse.ts";

/** What getStats says of one video call, for people who look into it. Absent figures are null: browsers differ. */
export interface Figures {
  framesDecoded: number;
  framesPerSecond: number | null;
  frameWidth: number | null;
  frameHeight: number | null;
  bytesReceived: number;
  packetsLost: number;
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
    roundTripMs: seconds === undefined ? null : seconds * 1000,
    localType: local?.candidateType ?? null,
    remoteType: remote?.candidateType ?? null,
    relayProtocol: local?.relayProtocol ?? null,
  };
}
