import { describeCamera, flip } from "../../call/lenses.ts";
import { barOf, type Hearing, LevelMeter } from "../../call/level.ts";
import { Camera, CameraError, sideOf } from "../../call/media.ts";
import type { Meeting } from "../../call/meeting.ts";
import { Microphone, openEquipment, type SoundError } from "../../call/sound.ts";
import type { Step } from "../../protocol.ts";

/** One's own camera and microphone: what is open, what is switched off on purpose, and what would not open. */
export class OwnMedia {
  readonly camera = new Camera();
  readonly microphone = new Microphone();
  cameraProblem: CameraError | null = null;
  soundProblem: SoundError | null = null;
  /** Switched off by the person. */
  isCameraOff = false;
  isMuted = false;
  /** The browser is asking, or devices are opening. */
  isOpening = false;
  /** 0 to 1, for the bar. */
  level = 0;
  /** Null until the browser lets us listen. */
  hearing: Hearing | null = null;
  /** How many cameras people would count: front and back are two. */
  lenses = 1;
  /** Not stopped since. */
  private isWanted = false;
  private meter: LevelMeter | null = null;
  private listening: MediaStreamTrack | null = null;
  private meeting: Meeting | null = null;
  private readonly told = new WeakSet<Error>();

  /** `isSilent`: a second camera, which never asks for a microphone. */
  constructor(
    readonly isSilent: boolean,
    private readonly changed: () => void,
  ) {}

  /** By one question of the browser where it can be. What fails is told by the problems; never throws. */
  async open(): Promise<void> {
    this.isWanted = true;
    if (this.isOpening) return;
    this.isOpening = true;
    this.cameraProblem = this.soundProblem = null;
    if (this.isSilent) await this.openCamera();
    else await this.openBoth();
    this.isOpening = false;
    if (this.isWanted) await this.send();
    else this.stop(); // Left while the browser was asking (C14).
  }

  get hasAll(): boolean {
    return !this.cameraProblem && !this.soundProblem;
  }

  /** What is open now goes to this meeting, and whatever changes later. */
  async feed(meeting: Meeting): Promise<void> {
    this.meeting = meeting;
    await this.send();
  }

  get isHeard(): boolean {
    return !this.isMuted && this.microphone.track !== null;
  }

  get isSeen(): boolean {
    return !this.isCameraOff && this.camera.track !== null;
  }

  /** Silence at once; the microphone stays open, so that the voice is back as quickly. */
  async toggleMicrophone(): Promise<void> {
    this.isMuted = this.isHeard;
    if (!this.isMuted && this.isGone(this.microphone.track)) await this.openMicrophone();
    await this.send();
  }

  /** Off means off: its light goes out too. */
  async toggleCamera(): Promise<void> {
    this.isCameraOff = this.isSeen;
    if (this.isCameraOff) this.camera.stop();
    else await this.openCamera();
    await this.send();
  }

  /** False when the one from before is back. */
  async flip(): Promise<boolean> {
    const hasFlipped = await flip(this.camera).catch(() => false);
    await this.send();
    return hasFlipped;
  }

  /** The page is seen again, or a device went: what the system has stopped meanwhile is opened anew (F29, F32). */
  async revive(): Promise<void> {
    if (this.isOpening) return;
    const { camera, microphone } = this;
    if (!this.isCameraOff && camera.track && this.isGone(camera.track)) await this.openCamera();
    if (microphone.track && this.isGone(microphone.track)) await this.openMicrophone();
    await this.send();
  }

  stop(): void {
    this.isWanted = false;
    this.meter?.stop();
    this.meter = null;
    this.meeting = null;
    this.camera.stop();
    this.microphone.stop();
  }

  private async openBoth(): Promise<void> {
    const { cameraProblem, soundProblem } = await openEquipment(this.camera, this.microphone);
    this.cameraProblem = cameraProblem;
    this.soundProblem = soundProblem;
  }

  private async openCamera(): Promise<void> {
    const side = this.isSilent ? "environment" : "user";
    try {
      await this.camera.open(sideOf(side));
      this.cameraProblem = null;
    } catch (error) {
      this.cameraProblem = error as CameraError;
    }
  }

  private async openMicrophone(): Promise<void> {
    try {
      await this.microphone.open();
      this.soundProblem = null;
    } catch (error) {
      this.soundProblem = error as SoundError;
    }
  }

  /** What is open and not switched off leaves; the rest is silence. */
  private async send(): Promise<void> {
    const { camera, microphone, meeting } = this;
    this.watch(camera.track);
    this.watch(microphone.track);
    meeting?.setCamera(this.isCameraOff ? null : camera.track);
    meeting?.setMicrophone(this.isMuted ? null : microphone.track);
    if (meeting) this.tell(meeting);
    this.listen();
    if (camera.track) this.lenses = (await describeCamera(camera.track)).cameras;
    this.changed();
  }

  /** What would not open is noted by itself, for the report (R8): once each time. */
  private tell(meeting: Meeting): void {
    for (const error of [this.cameraProblem, this.soundProblem]) {
      if (!error || this.told.has(error)) continue;
      this.told.add(error);
      meeting.report(...stepOf(error));
    }
  }

  private watch(track: MediaStreamTrack | null): void {
    if (track) track.onended = () => void this.revive();
  }

  private listen(): void {
    const { track } = this.microphone;
    if (track === this.listening && this.meter) return;
    this.meter?.stop();
    this.meter = null;
    this.listening = track;
    if (!track) return;
    this.meter = new LevelMeter(track, (db, hearing) => {
      this.level = barOf(db);
      this.hearing = hearing;
    });
  }

  private isGone(track: MediaStreamTrack | null): boolean {
    return !track || track.readyState === "ended" || track.muted;
  }
}

function stepOf(error: CameraError | SoundError): [Step, string] {
  if (!(error instanceof CameraError)) return ["microphone-failed", error.problem];
  return error.problem === "refused" ? ["camera-refused", error.detail] : ["camera-failed", error.problem];
}
