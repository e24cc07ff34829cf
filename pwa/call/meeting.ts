/** What a page and its `MeetingSeat` say to each other. `new MeetingSeat(options)` is a `Meeting`. */
import type { Finished, IntakeView, PictureMode, Roster, Said, Step } from "../protocol.ts";
import type { Link } from "./connectivity.ts";
import type { SocketState } from "./signaling.ts";
import type { Figures } from "./stats.ts";

export interface MeetingOptions {
  /** wss://…/api/socket */
  socketUrl: string;
  seatToken: string;
  /** Name and version of the page. */
  page: string;
  /**
   * Who is there, whole, at each change: names, roles, who waits, who is admitted, what each one sends. `me` is our own
   * participantId, so that a page finds itself (`waiting`: the waiting room; `admitted`: the call; `declined`, `left`).
   */
  onRoster(roster: Roster, me: string): void;
  /**
   * What this participant sends, sound and picture in one stream, as `srcObject` of a video that is not muted; null
   * when that participant is gone. A new stream may follow another: the connection was made anew. Both tracks are
   * always in it: the roster's `camera` and `microphone` say whether there is anything to see and hear.
   */
  onStream(participantId: string, stream: MediaStream | null): void;
  /** `joining` before anything came, then `live` or `lost` (say « reconnexion… », keep the picture); null: gone. */
  onLink(participantId: string, link: Link | null): void;
  /** About every second for each connected participant. */
  onFigures?(participantId: string, figures: MeetingFigures): void;
  /** A line of the chat; our own come back too, as the others read them. */
  onSaid(said: Said): void;
  onSocket(state: SocketState): void;
  /** Practitioner: what the patient's side answered (R4 to R7). */
  onIntake?(intake: IntakeView): void;
  /** A message of ours was not dealt with: a problem code. */
  onRefused?(code: string): void;
  /** Once, at the end. Nothing is sent or received any more; `leave()` does not cause it. */
  onEnd(end: MeetingEnd): void;
}

/**
 * Why it is over. `finished`: the practitioner hung up, or the visit was cancelled or has expired (`reason`).
 * `replaced`: another device or tab took this seat. `refused`: the seat no longer holds; the link may give another.
 */
export interface MeetingEnd {
  how: "finished" | "replaced" | "refused";
  reason: Finished["reason"];
}

/** Of the connection with one participant: `Figures` tell of the picture, `sound` of what is heard. */
export interface MeetingFigures extends Figures {
  sound: SoundFigures;
}

/** Absent figures are null: browsers differ. */
export interface SoundFigures {
  /** How loud that participant is now, 0 to 1 on a straight scale. */
  level: number | null;
  packetsReceived: number;
  packetsLost: number;
  /** Part of what was heard that the browser had to invent, 0 to 1, since the connection began. */
  concealed: number | null;
  jitterMs: number | null;
  /** Part of our own sound that the other side has lost lately, 0 to 1. */
  sentLoss: number | null;
}

/** A place in a meeting of two to four. Nothing is sent and nothing comes before we are admitted (A66). */
export interface Meeting {
  /** Take the seat. */
  start(): void;
  /** Send this microphone, or nothing (muted): at once, no negotiation. The caller of this keeps and stops the track. */
  setMicrophone(track: MediaStreamTrack | null): void;
  /** The same for the camera. A camera that is changed for another is simply set again. */
  setCamera(track: MediaStreamTrack | null): void;
  /** Practitioner: « mouvement » (from the beginning) or « détail » of this one's picture: images a second, or lines. */
  setPictureMode(participantId: string, mode: PictureMode): void;
  /** Practitioner: let in who waits. */
  admit(participantId: string): void;
  /** Practitioner: do not let in, or send out. The reason is shown to that person. */
  decline(participantId: string, reason?: string): void;
  /** A line of the chat; `to` somebody who waits, or alone. */
  say(text: string, to?: string | null): void;
  /** What this page saw of its own devices, for the traces of the visit (R8). */
  report(step: Step, detail?: string | null): void;
  /** `online`, or a change of network. */
  networkChanged(): void;
  /** The page went out of sight, or is seen again. */
  hide(isHidden: boolean): void;
  /** Go away on purpose; the same link leads back. Settles when the server knows, or after 2 s. */
  leave(): Promise<void>;
  /** The page goes: let go of everything, say nothing. */
  close(): void;
}
