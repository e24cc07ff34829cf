import * as words from "@words";
import { Echo } from "../../call/echo.ts";
import { playTone } from "../../call/tone.ts";
import type { EchoPlace, EchoReason, EchoVerdict, EchoView } from "../../protocol.ts";
import {
  checkBrowser,
  checkCamera,
  checkMicrophone,
  checkNetwork,
  checkRelay,
  checkSocket,
  type Outcome,
  pause,
  type Result,
} from "./checks.ts";
import { endEcho, NoEcho, openEcho, takePlace, viewEcho } from "./echo_place.ts";
import { OwnMedia } from "./own_media.ts";
import { say } from "./sentence.ts";

/** In the order in which they run: what needs nobody first. */
export const STEPS = [
  "browser",
  "network",
  "socket",
  "camera",
  "microphone",
  "loudspeaker",
  "relay",
  "echo",
] as const;
export type Step = (typeof STEPS)[number];

/** What the test waits for from the person: to say whether the sound was heard, or to look at the echo. */
export type Waiting = "nothing" | "heard" | "echo";

const LOOK_EVERY_MS = 1_000;
/** The server ends an echo by itself before this; beyond, it has been forgotten. */
const ECHO_LIMIT_MS = 45_000;
const NOT_YET: Result = { outcome: "todo", remedy: "", fact: "" };
const RUNNING: Result = { outcome: "running", remedy: "", fact: "" };

const OF_VERDICT: Record<EchoVerdict, Outcome> = { ok: "good", weak: "weak", failed: "bad" };

/** « Tester mon matériel »: one run through all the steps (F43). */
export class EquipmentTest {
  readonly own: OwnMedia;
  readonly results = new Map<Step, Result>(STEPS.map((step) => [step, NOT_YET]));
  isRunning = false;
  waiting: Waiting = "nothing";
  /** What the echo sends back. */
  returned: MediaStream | null = null;
  private echo: Echo | null = null;
  private echoId = "";
  private isStopped = false;
  private answerHeard: (hasHeard: boolean) => void = () => undefined;

  constructor(
    private readonly token: string,
    /** Plays the test sound; the page has it. */
    private readonly speaker: HTMLAudioElement,
    private readonly changed: () => void,
  ) {
    this.own = new OwnMedia(false, changed);
  }

  async run(): Promise<void> {
    for (const step of STEPS) this.results.set(step, NOT_YET);
    this.isRunning = true;
    await this.step("browser", async () => checkBrowser());
    await this.step("network", checkNetwork);
    await this.step("socket", checkSocket);
    await this.step("camera", () => this.openDevices());
    await this.step("microphone", () => checkMicrophone(this.own));
    await this.step("loudspeaker", () => this.checkLoudspeaker());
    await this.throughNetwork();
    this.isRunning = false;
    this.own.stop();
    this.changed();
  }

  /** « Avez-vous entendu ? » */
  hear(hasHeard: boolean): void {
    this.answerHeard(hasHeard);
  }

  playAgain(): void {
    void playTone(this.speaker).catch(() => undefined);
  }

  /** The person has seen enough of the echo: it is judged now. */
  endEcho(): void {
    void endEcho(this.echoId).catch(() => undefined);
  }

  stop(): void {
    this.isStopped = true;
    this.answerHeard(false);
    this.own.stop();
    this.echo?.close();
    if (this.echoId) this.endEcho();
  }

  /** The worst of them, and what cannot be tested aside. */
  get verdict(): Outcome {
    const outcomes = [...this.results.values()].map(({ outcome }) => outcome);
    const worst: Outcome[] = ["running", "todo", "bad", "weak"];
    return worst.find((one) => outcomes.includes(one)) ?? "good";
  }

  private async step(step: Step, check: () => Promise<Result>): Promise<void> {
    if (this.isStopped) return;
    this.note(step, RUNNING);
    this.note(step, await check().catch(failed));
  }

  private note(step: Step, result: Result): void {
    this.results.set(step, result);
    this.changed();
  }

  private async openDevices(): Promise<Result> {
    await this.own.open();
    return checkCamera(this.own);
  }

  private async checkLoudspeaker(): Promise<Result> {
    const answered = new Promise<boolean>((resolve) => {
      this.answerHeard = resolve;
    });
    this.waiting = "heard";
    this.changed();
    this.playAgain();
    const hasHeard = await answered;
    this.waiting = "nothing";
    return hasHeard
      ? { outcome: "good", remedy: "", fact: "heard" }
      : { outcome: "bad", remedy: words.visitCheckLoudspeaker, fact: "not heard" };
  }

  /** The relay and the echo need a place in the server's test, with ICE servers of its own. */
  private async throughNetwork(): Promise<void> {
    let place: EchoPlace;
    try {
      if (this.isStopped) return;
      this.note("relay", RUNNING);
      place = await takePlace(this.token);
    } catch (error) {
      const without = withoutEcho(error);
      this.note("relay", without);
      return this.note("echo", without);
    }
    this.echoId = place.id;
    await this.step("relay", () => checkRelay(place));
    await this.step("echo", () => this.checkEcho(place));
    this.echoId = "";
  }

  private async checkEcho(place: EchoPlace): Promise<Result> {
    const { camera, microphone } = this.own;
    if (!camera.track && !microphone.track)
      return { outcome: "none", remedy: words.visitCheckNothing, fact: "" };
    await sized(camera.track, place);
    const echo = new Echo({
      iceServers: place.iceServers,
      camera: camera.track,
      microphone: microphone.track,
      exchange: async (sdp) => (await openEcho(place.id, sdp)).sdp,
      onStream: (stream) => this.show(stream),
    });
    this.echo = echo;
    try {
      await echo.open();
      return judged(await this.untilEnded(place.id));
    } finally {
      echo.close();
      this.returned = null;
      this.waiting = "nothing";
    }
  }

  private show(stream: MediaStream): void {
    this.returned = stream;
    this.waiting = "echo";
    this.changed();
  }

  private async untilEnded(id: string): Promise<EchoView> {
    const until = performance.now() + ECHO_LIMIT_MS;
    for (;;) {
      await pause(LOOK_EVERY_MS);
      const view = await viewEcho(id);
      if (view.state === "ended" || this.isStopped || performance.now() > until) return view;
    }
  }
}

const REASONS: Record<EchoReason, string> = {
  "no-connection": words.visitEchoNoConnection,
  "no-picture": words.visitEchoNoPicture,
  "no-sound": words.visitEchoNoSound,
  loss: words.visitEchoWeak,
  delay: words.visitEchoSlow,
  jitter: words.visitEchoWeak,
  "few-images": words.visitEchoFewImages,
};

/** The server's verdict; without one the echo itself stopped, and nothing can be said. */
export function judged({ verdict, reasons, figures }: EchoView): Result {
  const fact = JSON.stringify(figures);
  if (!verdict) return { outcome: "none", remedy: words.visitEchoStopped, fact };
  const [reason] = reasons;
  return { outcome: OF_VERDICT[verdict], remedy: reason ? REASONS[reason] : "", fact };
}

function withoutEcho(error: unknown): Result {
  if (!(error instanceof NoEcho))
    return { outcome: "bad", remedy: words.visitCheckNetwork, fact: (error as Error).message };
  const remedy =
    error.code === "echo-busy" && error.retryAfterS
      ? say(words.visitEchoBusy, { seconds: String(error.retryAfterS) })
      : words.visitEchoAway;
  return { outcome: "none", remedy, fact: error.code };
}

function failed(error: unknown): Result {
  if (error instanceof NoEcho) return withoutEcho(error);
  return { outcome: "bad", remedy: words.visitCheckFailed, fact: String(error) };
}

/** The echo works on small pictures only. A camera that cannot is sent as it is: the browser makes it smaller. */
async function sized(track: MediaStreamTrack | null, place: EchoPlace): Promise<void> {
  const { width, height, framesPerS } = place;
  await track?.applyConstraints({ width, height, frameRate: framesPerS }).catch(() => undefined);
}
