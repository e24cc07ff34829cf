import type { SoundFigures } from "./meeting.ts";
import type { Report, Reports } from "./pulse.ts";

/** Members of audio reports (W3C webrtc-stats). */
interface SoundReport extends Report {
  audioLevel?: number;
  concealedSamples?: number;
  totalSamplesReceived?: number;
  jitter?: number;
}

export function soundOf(reports: Reports): SoundFigures {
  const inbound = ofSound(reports, "inbound-rtp");
  return {
    level: inbound?.audioLevel ?? null,
    packetsReceived: inbound?.packetsReceived ?? 0,
    packetsLost: inbound?.packetsLost ?? 0,
    concealed: partOf(inbound?.concealedSamples, inbound?.totalSamplesReceived),
    jitterMs: inbound?.jitter === undefined ? null : inbound.jitter * 1000,
    sentLoss: ofSound(reports, "remote-inbound-rtp")?.fractionLost ?? null,
  };
}

function ofSound(reports: Reports, wanted: string): SoundReport | undefined {
  return [...reports.values()].find(({ type, kind }) => type === wanted && kind === "audio");
}

function partOf(some: number | undefined, all: number | undefined): number | null {
  return some === undefined || !all ? null : some / all;
}
