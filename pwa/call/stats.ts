/** What getStats says of one video call, in a dozen figures. Absent figures are null: browsers differ. */
export interface Figures {
  /** Everything that came by the chosen path, so also receipts for what we send. Moves while the path lives. */
  bytesReceived: number;
  framesDecoded: number;
  framesPerSecond: number | null;
  frameWidth: number | null;
  frameHeight: number | null;
  framesSent: number;
  /** Whether the other side has sent a receipt for our video (RTCP receiver report). */
  isReceiptSeen: boolean;
  /** Of the chosen pair, in milliseconds. */
  roundTripMs: number | null;
  /** Kinds of the two ends of the chosen pair: host, srflx, prflx or relay. */
  localType: string | null;
  remoteType: string | null;
  relayProtocol: string | null;
  packetsLost: number;
}

/** The members that we read, of whichever report type (W3C webrtc-stats). */
interface Report {
  id: string;
  type: string;
  kind?: string;
  selected?: boolean;
  nominated?: boolean;
  state?: string;
  [member: string]: unknown;
}

export async function readFigures(connection: RTCPeerConnection): Promise<Figures> {
  const reports = await connection.getStats();
  return summarize(reports as unknown as ReadonlyMap<string, Report>);
}

export function summarize(reports: ReadonlyMap<string, Report>): Figures {
  const all = [...reports.values()];
  const video = (type: string) => all.find((report) => report.type === type && report.kind === "video");
  const inbound = video("inbound-rtp");
  const pair = chosenPair(reports, all);
  const local = reports.get(String(pair?.localCandidateId));
  const rtt = numberOrNull(pair?.currentRoundTripTime);
  return {
    bytesReceived: numberOf(pair?.bytesReceived) + numberOf(inbound?.bytesReceived),
    framesDecoded: numberOf(inbound?.framesDecoded),
    framesPerSecond: numberOrNull(inbound?.framesPerSecond),
    frameWidth: numberOrNull(inbound?.frameWidth),
    frameHeight: numberOrNull(inbound?.frameHeight),
    framesSent: numberOf(video("outbound-rtp")?.framesSent),
    isReceiptSeen: video("remote-inbound-rtp") !== undefined,
    roundTripMs: rtt === null ? null : rtt * 1000,
    localType: textOrNull(local?.candidateType),
    remoteType: textOrNull(reports.get(String(pair?.remoteCandidateId))?.candidateType),
    relayProtocol: textOrNull(local?.relayProtocol),
    packetsLost: numberOf(inbound?.packetsLost),
  };
}

/** Named by the transport; Firefox has no such name but marks the pair. */
function chosenPair(reports: ReadonlyMap<string, Report>, all: Report[]): Report | undefined {
  const transport = all.find(({ type }) => type === "transport");
  return (
    reports.get(String(transport?.selectedCandidatePairId)) ??
    all.find(
      ({ type, selected, nominated, state }) =>
        type === "candidate-pair" && (selected || (nominated && state === "succeeded")),
    )
  );
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function numberOrNull(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
