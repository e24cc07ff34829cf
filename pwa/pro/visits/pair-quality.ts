/** How good the connection with one participant is, in one word and one reason: pure. */
import type { Link } from "../../call/connectivity.ts";
import type { MeetingFigures } from "../../call/meeting.ts";
import type { PictureMode } from "../../protocol.ts";

export interface PairSeen {
  isPresent: boolean;
  link: Link;
  figures: MeetingFigures | null;
  /** Part of the packets of the picture lost lately, 0 to 1. */
  loss: number;
  hasCamera: boolean;
  /** In « détail » few images are what was asked for. */
  mode: PictureMode;
}

/** What is heard or seen of a weak one. `upstream`: our own sending is what suffers. */
export type PairFault = "sound" | "picture" | "delay" | "upstream";

/** Lost: `connecting` before anything came, `reconnecting` after. */
export type PairQuality =
  | { level: "lost"; state: "connecting" | "reconnecting" }
  | { level: "good" }
  | { level: "weak"; reason: PairFault };

/** Words are missing above this part of invented sound; half of it can already be heard. */
const CONCEALED = 0.05;
/** Beyond this part of lost packets a picture breaks up. */
const MUCH_LOST = 0.05;
/** People begin to talk at the same time. */
const LATE_MS = 400;
const FEW_IMAGES = { motion: 6, detail: 1.5 };

export function judgePair(seen: PairSeen): PairQuality {
  const { isPresent, link, figures } = seen;
  if (!isPresent || link === "lost") return { level: "lost", state: "reconnecting" };
  if (link === "joining") return { level: "lost", state: "connecting" };
  const reason = figures && faultOf(figures, seen);
  return reason ? { level: "weak", reason } : { level: "good" };
}

function faultOf(figures: MeetingFigures, { loss, hasCamera, mode }: PairSeen): PairFault | null {
  const { sound, roundTripMs, framesPerSecond } = figures;
  if ((sound.concealed ?? 0) > CONCEALED) return "sound";
  if ((sound.sentLoss ?? 0) > MUCH_LOST) return "upstream";
  if ((roundTripMs ?? 0) > LATE_MS) return "delay";
  if (!hasCamera) return null;
  const isSlow = framesPerSecond !== null && framesPerSecond > 0 && framesPerSecond < FEW_IMAGES[mode];
  return loss > MUCH_LOST || isSlow ? "picture" : null;
}
