import type { CameraError } from "../call/media.ts";
import type { DoorRequest, PeekView } from "../protocol.ts";
import { peek, Refusal } from "./door.ts";
import type { Gestures, LinkProblem, Scene, Screen } from "./screen.ts";
import { Showing } from "./showing.ts";
import { forget, keepToken, setLive, takeToken, wasLive } from "./ticket.ts";

const CODE_LENGTH = 6;
const NOTICE_MS = 6_000;
const KNOCK_AGAIN_MS = [1_000, 2_000, 4_000, 8_000];
/** After this the offer in waiting has likely been replaced: look again at the tap. */
const DOOR_FRESH_MS = 200_000;

/** One person's visit behind a link: what has happened, and so what the page shows. */
export class Visit implements Gestures {
  readonly scene: Scene = {
    screen: { is: "opening" },
    caller: "",
    organization: "",
    token: "",
    picture: null,
    isMirrored: false,
    theirs: null,
  };
  private request: DoorRequest = {};
  private door: PeekView | null = null;
  private doorAt = 0;
  private knocks = 0;
  private showing: Showing | null = null;
  private knockTimer: ReturnType<typeof setTimeout> | undefined;
  private noticeTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly draw: (scene: Scene, gestures: Gestures) => void) {}

  /** From the address, or from before a reload; without a token the person may have a code. */
  open(): void {
    const token = takeToken();
    if (token) void this.knock({ token });
    else this.go({ is: "code", error: null });
  }

  giveCode(typed: string): void {
    const code = typed.replace(/[^a-z0-9]/gi, "");
    if (code.length === CODE_LENGTH) void this.knock({ code });
    else this.go({ is: "code", error: "incomplete" });
  }

  giveToken(token: string): void {
    void this.knock({ token });
  }

  show(): void {
    void this.showThrough();
  }

  flip(): void {
    void this.showing?.flip().then((hasFlipped) => hasFlipped || this.notice("flip-failed"));
  }

  stop(): void {
    this.showing?.stop();
    this.endWith("stopped");
  }

  retry(): void {
    if (!this.showing) return void this.knock(this.request);
    this.go({ is: "asking", isSlow: false });
    void this.showing.openCamera();
  }

  hide(isHidden: boolean): void {
    void this.showing?.hide(isHidden);
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

  private async knock(request: DoorRequest): Promise<boolean> {
    clearTimeout(this.knockTimer);
    this.request = request;
    try {
      this.welcome(await peek(request));
      return true;
    } catch (error) {
      this.stayOutside(error);
      return false;
    }
  }

  private welcome(door: PeekView): void {
    this.door = door;
    this.doorAt = performance.now();
    this.knocks = 0;
    this.request = { token: door.token };
    Object.assign(this.scene, {
      caller: door.callerName,
      organization: door.organizationName,
      token: door.token,
    });
    keepToken(door.token);
    if (wasLive()) this.show();
    else this.go({ is: "ready" });
  }

  private stayOutside(error: unknown): void {
    if (!(error instanceof Refusal)) return this.knockLater();
    if (error.status === 429) return this.go({ is: "problem", problem: "busy-server" });
    if (this.request.code) return this.go({ is: "code", error: "unknown" });
    forget();
    this.go({ is: "problem", problem: linkProblem(error) });
  }

  /** The network or the server is away: they come back by themselves. */
  private knockLater(): void {
    const wait = KNOCK_AGAIN_MS[Math.min(this.knocks++, KNOCK_AGAIN_MS.length - 1)];
    this.knockTimer = setTimeout(() => void this.knock(this.request), wait);
    this.go({ is: "problem", problem: "offline" });
  }

  private async showThrough(): Promise<void> {
    this.go({ is: "asking", isSlow: false });
    const isStale = performance.now() - this.doorAt > DOOR_FRESH_MS;
    setLive(true);
    if (!this.door || isStale) return void (await this.knock(this.request));
    this.showing = new Showing(this.door, this.events());
    this.door = null;
    this.showing.begin();
  }

  private events(): ConstructorParameters<typeof Showing>[1] {
    return {
      onCamera: (track) => this.seeOwn(track),
      onSlow: () => this.scene.screen.is === "asking" && this.go({ is: "asking", isSlow: true }),
      onProblem: (error) => this.fail(error),
      onPaused: () => this.go({ is: "paused" }),
      onSight: (sight) => this.update({ sight }),
      onFlipAsked: () => this.flipAsked(),
      onTheirs: (theirs) => this.seeTheirs(theirs),
      onRefusal: (refusal) => {
        this.showing = null;
        this.stayOutside(refusal);
      },
      onEnd: (by) => (by === "refused" ? this.reopen() : this.endWith(by)),
    };
  }

  private seeOwn(track: MediaStreamTrack): void {
    this.scene.picture = new MediaStream([track]);
    this.scene.isMirrored = track.getSettings().facingMode === "user";
    const { screen } = this.scene;
    this.go(screen.is === "live" ? screen : { is: "live", sight: "connecting", notice: null });
  }

  private seeTheirs(theirs: MediaStream): void {
    this.scene.theirs = theirs;
    this.draw(this.scene, this);
  }

  private flipAsked(): void {
    this.notice("flip-asked");
    this.flip();
  }

  private notice(notice: "flip-asked" | "flip-failed"): void {
    this.update({ notice });
    clearTimeout(this.noticeTimer);
    this.noticeTimer = setTimeout(() => this.update({ notice: null }), NOTICE_MS);
  }

  private update(change: Partial<Extract<Screen, { is: "live" }>>): void {
    const { screen } = this.scene;
    if (screen.is === "live") this.go({ ...screen, ...change });
  }

  private fail({ problem }: CameraError): void {
    this.go({ is: "problem", problem });
  }

  /** The seat no longer holds: the door knows why. */
  private reopen(): void {
    this.showing = null;
    setLive(false);
    void this.knock(this.request);
  }

  private endWith(by: "stopped" | "finished" | "replaced"): void {
    this.showing = null;
    setLive(false);
    if (by === "finished") forget();
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
