import type { CameraProblem } from "../call/media.ts";
import type { SocketState } from "../call/signaling.ts";
import type { DoorRequest, PeekView } from "../protocol.ts";
import { post, Refusal } from "./door.ts";
import type { Gestures, LinkProblem, Live, Scene, Screen } from "./screen.ts";
import { Showing, type ShowingEvents } from "./showing.ts";
import { forget, keepToken, setLive, takeToken, wasLive } from "./ticket.ts";

const KNOCK_AGAIN_MS = [1_000, 2_000, 4_000, 8_000];
/** After this the offer in waiting has likely been replaced: look again at the tap. */
const DOOR_FRESH_MS = 200_000;

/** A browser that answers within this asked nothing: no words about its question, and nothing to lay out twice. */
const QUESTION_MS = 150;

/** One person's visit behind a link: what has happened, and so what the page shows. */
export class Visit implements Gestures, ShowingEvents {
  readonly scene: Scene = {
    screen: { is: "opening" },
    caller: "",
    token: "",
    picture: null,
    isMirrored: false,
    theirs: null,
  };
  private live: Live = { is: "live", sight: "connecting" };
  private request: DoorRequest = {};
  /** Made ready while the person reads. */
  private next: Showing | null = null;
  private doorAt = 0;
  private knocks = 0;
  private showing: Showing | null = null;
  private knockTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly draw: (scene: Scene, gestures: Gestures) => void) {}

  /** From the address, or from before a reload; without a token the person may have a code. */
  open(): void {
    const token = takeToken();
    if (token) this.knock({ token });
    else this.go({ is: "code", isUnknown: false });
  }

  knock(door: DoorRequest): void {
    void this.knockAt(door);
  }

  show(): void {
    if (this.showing) return; // A second tap.
    const isStale = performance.now() - this.doorAt > DOOR_FRESH_MS;
    setLive(true);
    if (!this.next || isStale) {
      this.go({ is: "asking", isSlow: false });
      return this.knock(this.request);
    }
    this.showing = this.next;
    this.live = { is: "live", sight: "connecting" };
    this.next = null;
    this.showing.begin();
    const { screen } = this.scene;
    setTimeout(() => this.scene.screen === screen && this.go({ is: "asking", isSlow: false }), QUESTION_MS);
  }

  flip(): void {
    this.showing?.flip();
  }

  stop(): void {
    this.showing?.stop();
    this.endWith("stopped");
  }

  retry(): void {
    if (!this.showing) return this.knock(this.request);
    this.go({ is: "asking", isSlow: false });
    void this.showing.openCamera();
  }

  hide(isHidden: boolean): void {
    this.showing?.hide(isHidden);
  }

  networkChanged(): void {
    this.showing?.networkChanged();
    const { screen } = this.scene;
    if (screen.is === "problem" && screen.problem === "offline") this.retry();
  }

  leave(): void {
    this.showing?.leave();
    this.showing = null;
  }

  private async knockAt(request: DoorRequest): Promise<void> {
    clearTimeout(this.knockTimer);
    this.request = request;
    try {
      this.welcome(await post("peek", request));
    } catch (error) {
      this.stayOutside(error);
    }
  }

  private welcome(door: PeekView): void {
    if (door.visit) return this.go({ is: "visit", door });
    this.next?.leave();
    this.next = new Showing(door, this);
    this.doorAt = performance.now();
    this.knocks = 0;
    this.request = { token: door.token };
    this.scene.caller = door.callerName;
    this.scene.token = door.token;
    keepToken(door.token);
    if (wasLive()) return this.show();
    this.go({ is: "ready" });
    requestAnimationFrame(() => this.next?.prepare()); // The button first.
  }

  private stayOutside(error: unknown): void {
    if (!(error instanceof Refusal)) return this.knockLater();
    if (error.status === 429) return this.go({ is: "problem", problem: "busy-server" });
    if (this.request.code) return this.go({ is: "code", isUnknown: true });
    forget();
    this.go({ is: "problem", problem: linkProblem(error) });
  }

  /** The network or the server is away: they come back by themselves. */
  private knockLater(): void {
    const wait = KNOCK_AGAIN_MS[Math.min(this.knocks++, KNOCK_AGAIN_MS.length - 1)];
    this.knockTimer = setTimeout(() => this.knock(this.request), wait);
    this.go({ is: "problem", problem: "offline" });
  }

  onCamera(track: MediaStreamTrack): void {
    this.scene.picture = new MediaStream([track]);
    this.scene.isMirrored = track.getSettings().facingMode === "user";
    this.go(this.live);
  }

  onSlow(): void {
    if (this.scene.screen.is === "asking") this.go({ is: "asking", isSlow: true });
  }

  onProblem(problem: CameraProblem, detail: string): void {
    this.go({ is: "problem", problem, detail });
  }

  onPaused(isTaken: boolean): void {
    this.go({ is: "paused", isTaken });
  }

  update(change: Partial<Live>): void {
    const isShown = this.scene.screen === this.live;
    this.live = { ...this.live, ...change };
    if (isShown) this.go(this.live);
  }

  onTheirs(theirs: MediaStream | null): void {
    this.scene.theirs = theirs;
    this.draw(this.scene, this);
  }

  onRefusal(refusal: Refusal): void {
    this.showing = null;
    this.stayOutside(refusal);
  }

  onEnd(state: SocketState): void {
    if (state === "over") forget();
    if (state !== "refused") return this.endWith(state === "over" ? "finished" : "replaced");
    this.endWith("stopped"); // The seat no longer holds: the door knows why.
    this.knock(this.request);
  }

  private endWith(by: "stopped" | "finished" | "replaced"): void {
    this.showing = null;
    setLive(false);
    this.go({ is: "ended", by });
  }

  private go(screen: Screen): void {
    this.scene.screen = screen;
    this.draw(this.scene, this);
  }
}

function linkProblem({ code, status }: Refusal): LinkProblem {
  if (code === "link-cancelled" || code === "link-finished") return code;
  return status === 410 ? "link-expired" : "link-unknown";
}
