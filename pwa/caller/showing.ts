import { CallerSeat, type Sight } from "../call/caller_seat.ts";
import { newId } from "../call/ids.ts";
import { Camera, type CameraError } from "../call/media.ts";
import type { SocketState } from "../call/signaling.ts";
import type { EnterRequest, FromServer, PeekView, SeatView } from "../protocol.ts";
import { carryLast, post, Refusal } from "./door.ts";
import { loadAside } from "./parts.ts";

export interface ShowingEvents {
  onCamera(track: MediaStreamTrack): void;
  /** Nothing happens: perhaps no prompt is on the screen. */
  onSlow(): void;
  onProblem(error: CameraError): void;
  /** Back from the background, and the camera does not come by itself. */
  onPaused(): void;
  onSight(sight: Sight): void;
  onFlipAsked(): void;
  onTheirs(picture: MediaStream | null): void;
  onRefusal(refusal: Refusal): void;
  onEnd(by: "finished" | "replaced" | "refused"): void;
}

/** A prompt that nobody has answered after this may be no prompt at all: some in-app browsers show none (C1). */
const SLOW_MS = 7_000;
const ENTER_AGAIN_MS = 1_500;
/** Time for the last step to leave before the socket closes. */
const LAST_WORD_MS = 1_500;

/** A camera being shown: the seat and the camera together, until one of them ends. */
export class Showing {
  private readonly seat: CallerSeat;
  private readonly camera = new Camera();
  private seatToken = "";
  private isOver = false;
  private isSettled = false;

  constructor(
    door: PeekView,
    private readonly events: ShowingEvents,
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
      onSight: (sight) => this.see(sight),
      onPicture: (picture) => events.onTheirs(picture),
    });
  }

  /** The prompt, the answer and the seat, all at the same time. */
  begin(): void {
    this.seat.report("camera-asked");
    void this.openCamera();
    void this.enter();
  }

  /** Also the way back from a refusal, without a reload. */
  async openCamera(): Promise<void> {
    const slow = setTimeout(() => this.events.onSlow(), SLOW_MS);
    try {
      const track = await this.camera.open();
      if (this.isOver) return this.camera.stop();
      this.seat.report("camera-granted");
      await this.use(track);
    } catch (error) {
      this.fail(error as CameraError);
    } finally {
      clearTimeout(slow);
    }
  }

  /** True when the other camera is the one that shows now. */
  async flip(): Promise<boolean> {
    try {
      const { flip } = await loadAside();
      const hasFlipped = await flip(this.camera);
      await this.use(this.camera.track);
      await this.describe(!hasFlipped);
      return hasFlipped;
    } catch (error) {
      if (!this.camera.track) this.fail(error as CameraError);
      return false;
    }
  }

  /** Nothing leaves a page that nobody looks at; the camera comes back with the page (F32). */
  async hide(isHidden: boolean): Promise<void> {
    const { track } = this.camera;
    if (!track) return;
    this.seat.hide(isHidden);
    if (isHidden) {
      this.seat.report("caller-paused");
      return this.seat.show(null);
    }
    await this.comeBack(track);
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
    if (this.isOver) return;
    this.turnOff();
    if (this.seatToken) carryLast(this.seatToken, { t: "report-step", id: newId(), step: "caller-left" });
    this.seat.close();
  }

  private turnOff(): void {
    this.isOver = true;
    this.camera.stop();
    void loadAside().then(
      ({ mayRest }) => mayRest(),
      () => undefined,
    );
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
      else this.end(() => this.events.onRefusal(error));
    }
  }

  private async use(track: MediaStreamTrack | null): Promise<void> {
    if (!track) return;
    track.onended = () => void this.openCamera();
    this.events.onCamera(track);
    await this.seat.show(track);
  }

  /** What need not be done before the picture waits for it. */
  private see(sight: Sight): void {
    this.events.onSight(sight);
    if (sight !== "seen" || this.isSettled) return;
    this.isSettled = true;
    void this.settle().catch(() => undefined); // Tried again at the next change of camera.
  }

  private async settle(): Promise<void> {
    const { improve, stayAwake } = await loadAside();
    void stayAwake();
    await this.describeDevice();
    if (await improve(this.camera)) await this.use(this.camera.track);
    await this.describe(false);
  }

  private async describe(failed: boolean): Promise<void> {
    const { track } = this.camera;
    const { describeCamera } = await loadAside();
    if (track) this.seat.describeCamera({ ...(await describeCamera(track)), failed });
  }

  private async describeDevice(): Promise<void> {
    const { deviceFacts } = await loadAside();
    this.seat.describeDevice(await deviceFacts());
  }

  private fail(error: CameraError): void {
    this.seat.report(error.problem === "refused" ? "camera-refused" : "camera-failed", error.detail);
    void this.seat.show(null);
    this.events.onProblem(error);
    void this.describeDevice().catch(() => undefined);
  }

  private async comeBack(track: MediaStreamTrack): Promise<void> {
    try {
      await this.use(track.readyState === "live" && !track.muted ? track : await this.camera.open());
      this.seat.report("caller-resumed");
      void (await loadAside()).stayAwake();
    } catch {
      this.events.onPaused();
    }
  }

  private hear(message: FromServer): void {
    if (message.t === "camera-switch-asked") this.events.onFlipAsked();
    else if (message.t === "finished") this.end(() => this.events.onEnd("finished"));
  }

  private socketBecame(state: SocketState): void {
    if (this.isOver) return;
    if (state === "over") this.end(() => this.events.onEnd("finished"));
    else if (state === "replaced" || state === "refused") this.end(() => this.events.onEnd(state));
  }

  private end(tell: () => void): void {
    if (this.isOver) return;
    this.turnOff();
    this.seat.close();
    tell();
  }
}
