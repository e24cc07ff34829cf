/** The little that tells whether a connection lives, read several times a second. */
export interface Pulse {
  /** Everything that came by the chosen path, so also receipts for what we send. Moves while the path lives. */
  bytesReceived: number;
  framesSent: number;
  framesDecoded: number;
  /** Pictures that our camera has given. 0 where the browser does not count them. */
  sourceFrames: number;
  /** Whether the other side has sent a receipt for our video (RTCP receiver report). */
  isReceiptSeen: boolean;
  isRelayed: boolean;
}

/** The members that we read, of whichever report type (W3C webrtc-stats). Browsers leave some out. */
export interface Report {
  id: string;
  type: string;
  kind?: string;
  selected?: boolean;
  nominated?: boolean;
  state?: string;
  bytesReceived?: number;
  framesSent?: number;
  /** Of a media-source: pictures that the camera has given. */
  frames?: number;
  framesDecoded?: number;
  candidateType?: string;
  selectedCandidatePairId?: string;
  localCandidateId?: string;
  remoteCandidateId?: string;
  currentRoundTripTime?: number;
  framesPerSecond?: number;
  frameWidth?: number;
  frameHeight?: number;
  relayProtocol?: string;
  packetsLost?: number;
  packetsReceived?: number;
  fractionLost?: number;
  availableOutgoingBitrate?: number;
  qualityLimitationReason?: string;
}
export type Reports = ReadonlyMap<string, Report>;

export function takePulse(reports: Reports): Pulse {
  const pair = chosenPair(reports);
  const inbound = ofVideo(reports, "inbound-rtp");
  return {
    bytesReceived: (pair?.bytesReceived ?? 0) + (inbound?.bytesReceived ?? 0),
    framesSent: ofVideo(reports, "outbound-rtp")?.framesSent ?? 0,
    framesDecoded: inbound?.framesDecoded ?? 0,
    sourceFrames: ofVideo(reports, "media-source")?.frames ?? 0,
    isReceiptSeen: ofVideo(reports, "remote-inbound-rtp") !== undefined,
    isRelayed: candidates(reports, pair).some((candidate) => candidate?.candidateType === "relay"),
  };
}

export function ofVideo(reports: Reports, wanted: string): Report | undefined {
  return [...reports.values()].find(({ type, kind }) => type === wanted && kind === "video");
}

/** Named by the transport; Firefox has no such name but marks the pair. */
export function chosenPair(reports: Reports): Report | undefined {
  const all = [...reports.values()];
  const id = all.find(({ type }) => type === "transport")?.selectedCandidatePairId;
  if (id) return reports.get(id);
  const isChosen = ({ selected, nominated, state }: Report) =>
    selected ?? (nominated && state === "succeeded");
  return all.find((report) => report.type === "candidate-pair" && isChosen(report));
}

/** Our end of the pair, then theirs. */
export function candidates(reports: Reports, pair: Report | undefined): (Report | undefined)[] {
  return [pair?.localCandidateId, pair?.remoteCandidateId].map((id) => reports.get(id ?? ""));
}
