import type { Sight } from "../call/caller_seat.ts";
import type { CameraProblem } from "../call/media.ts";
import type { DoorRequest, PeekView } from "../protocol.ts";

/** Why the link does not open; codes of the server. */
export type LinkProblem = "link-unknown" | "link-expired" | "link-cancelled" | "link-finished";

export type Problem = CameraProblem | LinkProblem | "offline" | "busy-server";

/** What the page shows. A screen is a function of it (`draw`). */
export type Screen =
  | { is: "opening" }
  | { is: "code"; isUnknown: boolean }
  | { is: "ready" }
  | { is: "asking"; isSlow: boolean }
  | Live
  | { is: "paused"; isTaken: boolean }
  | { is: "ended"; by: "stopped" | "finished" | "replaced" }
  | { is: "problem"; problem: Problem; detail?: string }
  /** A téléconsultation: a part of its own has the page from here on (visit/visit.ts). */
  | { is: "visit"; door: PeekView };

/** `{caller}` is filled in. */
export interface Live {
  is: "live";
  sight: Sight;
  /** A sentence instead of that of the sight, such as « voit des photos ». */
  note?: string;
  /** A second sentence, for a while. */
  notice?: string;
}

/** What the person can do. */
export interface Gestures {
  show(): void;
  flip(): void;
  stop(): void;
  retry(): void;
  /** Try another token, or a code. */
  knock(door: DoorRequest): void;
}

/** What a screen may say and show besides its kind. */
export interface Scene {
  screen: Screen;
  /** « Le SAMU 44 » */
  caller: string;
  token: string;
  picture: MediaStream | null;
  isMirrored: boolean;
  theirs: MediaStream | null;
}
