import { CallerSeat, type Sight } from "../call/caller_seat.ts";
import { newId } from "../call/ids.ts";
import { Camera, type CameraError, type CameraProblem } from "../call/media.ts";
import type { SocketState } from "../call/signaling.ts";
import type { EnterRequest, FromServer, PeekView, SeatView } from "../protocol.ts";
import { carryLast, post, Refusal } from "./door.ts";
import { type Aside, loadAside, loadCare } from "./parts.ts";
import type { Live } from "./screen.ts";

export interface ShowingEvents {
  onCamera(track: MediaStreamTrack): void;
  /** Nothing happens: perhaps no prompt is on the screen. */
  onSlow(): void;
  onProblem(problem: CameraProblem, detail: string): void;
  /** The camera gives no picture and needs the person: back from the background, or taken by a telephone call. */
  onPaused(isTaken: boolean): void;
  /** What the live screen says. */
  update(change: Partial<Live>): void;
  onTheirs(picture: MediaStream | null): void;
  onRefusal(refusal: Refusal): void;
  onEnd(state: SocketState): void;
}

/** A prompt that nobody has answered after this may be no prompt at all: some in-app browsers show none (C1). */
const SLOW_MS = 7_000;
const ENTER_AGAIN_MS = 1_500;
/** Time for the last step to leave before the socket closes. */
const LAST_WORD_MS = 1_500;

/** A camera being shown: the seat and the camera together, until one of them ends. What is public is for `aside`. */
export class Showing {
  readonly seat: CallerSeat;
  readonly camera = new Camera();
  seatToken = "";
  isOver = false;
  private isSettled = false;

  constructor(
    door: PeekView,
    readonly events: ShowingEvents,
  ) {
    this.seat = new CallerSeat({
      socketUrl: `${location.origin.replace("http", "ws")}/api/socket`,
      page: "caller",
      token: door.token,
      iceServers: door.iceServers,
      offer: door.offer,
      enter: (request) => this.takeSeat(request),
      carry: (seatToken, messages) => post("messages", { seatToken, messages }),
      onMessage: (message) => this.hear(message),
      onSocket: (state) => this.socketBecame(state),
      care: async () => {
        const since = performance.now();
        return (await loadCare()).care(this, since);
      },
      onPicture: (picture) => events.onTheirs(picture),
    });
  }

  /** Before the tap. Nothing leaves the page. */
  prepare(): void {
    this.seat.prepare();
  }

  /** The prompt, the answer and the seat, all at the same time. */
  begin(): void {
    void this.openCamera();
    void this.enter();
    this.seat.report("camera-asked");
  }

  /** Also the way back from a refusal, without a reload. */
  async openCamera(): Promise<void> {
    const slow = setTimeout(() => this.events.onSlow(), SLOW_MS);
    try {
      await this.camera.open();
      this.seat.report("camera-granted");
      await this.use();
    } catch (error) {
      this.fail(error as CameraError);
    } finally {
      clearTimeout(slow);
    }
  }

  flip(): void {
    this.later(({ flipOver }) => flipOver(this));
  }

  /** Nothing leaves a page that nobody looks at; the camera comes back with the page (F32). */
  hide(isHidden: boolean): void {
    if (!this.camera.track) return;
    this.seat.hide(isHidden);
    if (!isHidden) return this.later(({ comeBack }) => comeBack(this));
    this.seat.report("caller-paused");
    void this.seat.show(null);
  }

  networkChanged(): void {
    this.seat.networkChanged();
  }

  /** « Arrêter »: the camera goes off now, the word of it leaves, then the seat closes. */
  stop(): void {
    this.seat.report("caller-left");
    void this.seat.show(null);
    this.turnOff();
    setTimeout(() => this.seat.close(), LAST_WORD_MS);
  }

  /** The page is going away. */
  leave(): void {
    if (this.end() && this.seatToken)
      carryLast(this.seatToken, { t: "report-step", id: newId(), step: "caller-left" });
  }

  private turnOff(): void {
    this.isOver = true;
    this.camera.stop();
    this.later(({ rest }) => rest());
  }

  private async takeSeat(request: EnterRequest): Promise<SeatView> {
    const view = await post("enter", request);
    this.seatToken = view.seatToken;
    return view;
  }

  private async enter(): Promise<void> {
    try {
      await this.seat.enter();
    } catch (error) {
      if (this.isOver) return;
      if (!(error instanceof Refusal)) setTimeout(() => void this.enter(), ENTER_AGAIN_MS);
      else if (this.end()) this.events.onRefusal(error);
    }
  }

  /** Shows and sends the camera that is open now. */
  async use(): Promise<void> {
    const { track } = this.camera;
    if (!track) return;
    track.onended = () => this.later(({ ended }) => ended(this));
    const isShown = this.seat.show(track);
    this.events.onCamera(track);
    await isShown;
  }

  see(sight: Sight): void {
    this.events.update({ sight });
    if (sight !== "seen" || this.isSettled) return;
    this.isSettled = true;
    this.later(({ settle }) => settle(this));
  }

  /** What is good to have, and not worth a fault when its file or an API does not come. */
  later(work: (aside: Aside) => unknown): void {
    void loadAside().then(
      (aside) => Promise.resolve(work(aside)).catch(() => undefined),
      () => setTimeout(() => this.isOver || this.later(work), ENTER_AGAIN_MS),
    );
  }

  fail({ problem = "unknown", detail = "" }: Partial<CameraError>): void {
    if (this.isOver) return;
    this.seat.report(problem === "refused" ? "camera-refused" : "camera-failed", detail);
    void this.seat.show(null);
    this.events.onProblem(problem, detail);
    this.later(({ failed }) => failed(this, problem));
  }

  /** What the dispatcher asks for is done by `aside`. */
  private hear(message: FromServer): void {
    if (message.t === "finished") this.socketBecame("over");
    else if (/asked|-set/.test(message.t)) this.later(({ hear }) => hear(this, message));
  }

  private socketBecame(state: SocketState): void {
    if (state !== "open" && state !== "down" && this.end()) this.events.onEnd(state);
  }

  /** False when it had ended already. */
  private end(): boolean {
    if (this.isOver) return false;
    this.turnOff();
    this.seat.close();
    return true;
  }
}
