import * as words from "@words";
import type { MeetingFigures } from "../../call/meeting.ts";
import type { Gathering } from "./gathering.ts";

/** From here on people notice: voices overlap, pictures break. */
const SLOW_MS = 600;
const LOSS = 0.08;
const NARROW_BPS = 120_000;

/** How the call goes, in one plain sentence. */
export function qualityOf(gathering: Gathering): string {
  const { partners, allFigures, socket } = gathering;
  if (!partners.length) return words.visitNobody;
  if (partners.some(({ link }) => link === "lost") || socket === "down") return words.visitLinkLost;
  if (partners.every(({ link }) => link === "joining")) return words.liveConnecting;
  return allFigures.some(isWeak) ? words.visitLinkWeak : words.visitLinkGood;
}

export function isWeak({ availableOutgoingBitrate, roundTripMs, sentLoss, sound }: MeetingFigures): boolean {
  if ((roundTripMs ?? 0) > SLOW_MS) return true;
  if (Math.max(sentLoss ?? 0, sound.sentLoss ?? 0) > LOSS) return true;
  return availableOutgoingBitrate !== null && availableOutgoingBitrate < NARROW_BPS;
}
