import type { Meeting, MeetingEnd } from "../../call/meeting.ts";
import { MeetingSeat } from "../../call/meeting_seat.ts";
import type { GuestView, PeekView, VisitDoor } from "../../protocol.ts";
import { mayRest, stayAwake } from "../aside/awake.ts";
import { post, Refusal } from "../door.ts";
import { keepToken, setLive, wasLive } from "../ticket.ts";
import { callFace } from "./call_face.ts";
import { cameraFace } from "./camera_face.ts";
import { type Clock, clockOf } from "./dates.ts";
import { devicesFace } from "./devices_face.ts";
import { doorFace, earlyFace, endedDoorFace, overFace } from "./door_face.ts";
import { type Ending, endedFace } from "./ended_face.ts";
import { equipmentFace } from "./equipment_face.ts";
import { type Face, put, refresh } from "./face.ts";
import { Gathering } from "./gathering.ts";
import { Intake } from "./intake.ts";
import { OwnMedia } from "./own_media.ts";
import { troubleFace, waitFace } from "./trouble_face.ts";
import { waitingFace } from "./waiting_face.ts";

const AGAIN_MS = 2_000;
/** The door is asked again now and then: an appointment may be moved while its link is open. */
const LOOK_EVERY_MS = 300_000;
/** A moment after the hour, so that the server's clock has surely passed it. */
const SURELY_MS = 500;

const GONE = 410;

/** Where somebody is between the door of a téléconsultation and its end. */
type Place = "door" | "intake" | "devices" | "waiting" | "call" | "declined" | "ended";

/** One person's téléconsultation behind a link: the door, the questions, the waiting room, the call, the end. */
export class Consultation {
  visit: VisitDoor;
  clock: Clock;
  gathering = new Gathering();
  own: OwnMedia;
  /** Since when this page is in the waiting room, by the server's clock. */
  waitingSince = 0;
  readonly token: string;
  private meeting: Meeting | null = null;
  private seatToken = "";
  private place: Place = "door";
  /** The person has seen what is missing and goes on without it. */
  private goesOnWithout = false;
  private isTesting = false;
  private doorTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(door: PeekView, visit: VisitDoor) {
    this.token = door.token;
    this.visit = visit;
    this.clock = clockOf(visit.slot.now);
    this.own = this.makeMedia();
    keepToken(door.token);
    document.addEventListener("visibilitychange", () => this.seen());
    const changed = () => this.meeting?.networkChanged();
    addEventListener("online", changed);
    (navigator as { connection?: EventTarget }).connection?.addEventListener("change", changed);
  }

  /** A page that was loaded anew goes back to its place by itself (F35). */
  begin(): void {
    if (wasLive() && !this.visit.ended) void this.enter();
    else this.showDoor();
  }

  /** « Tester mon matériel », at any time before the call. */
  test(): void {
    this.isTesting = true;
    put(equipmentFace(this));
  }

  endTest(): void {
    this.backToDoor();
  }

  /** « Entrer en salle d'attente »: the seat, then the questions if nobody has answered them yet (R4). */
  async enter(): Promise<void> {
    clearTimeout(this.doorTimer);
    this.place = "intake";
    put(waitFace());
    try {
      const { seatToken } = await post("enter", { token: this.token });
      setLive(true);
      if (this.visit.needsIntake) this.ask(seatToken);
      else this.sitDown(seatToken);
    } catch (error) {
      this.stayOutside(error, () => void this.enter());
    }
  }

  retryDevices(): void {
    this.goesOnWithout = false;
    this.openDevices();
    this.place = "devices";
    put(devicesFace(this));
  }

  goOn(): void {
    this.goesOnWithout = true;
    this.arrange();
  }

  say(text: string): void {
    this.meeting?.say(text);
  }

  /** The doors of another telephone, as a silent camera. Raises what the server answers. */
  addCamera(): Promise<GuestView> {
    return post("camera", { seatToken: this.seatToken });
  }

  /** « Quitter », « Raccrocher »: the link leads back while it is open. */
  leave(): void {
    const { meeting } = this;
    this.meeting = null;
    void meeting?.leave().then(() => meeting.close());
    this.end({ by: "left" });
  }

  private showDoor(): void {
    this.place = "door";
    this.isTesting = false;
    put(this.doorOfNow());
    this.waitAtDoor();
  }

  private waitAtDoor(): void {
    clearTimeout(this.doorTimer);
    if (this.visit.ended) return;
    const opensIn = this.visit.slot.opensAt - this.clock() + SURELY_MS;
    const wait = this.visit.slot.state === "early" ? Math.min(opensIn, LOOK_EVERY_MS) : LOOK_EVERY_MS;
    this.doorTimer = setTimeout(() => void this.lookAgain(), Math.max(SURELY_MS, wait));
  }

  private doorOfNow(): Face {
    const { ended, slot } = this.visit;
    if (ended) return endedDoorFace(this, ended);
    const { state } = slot;
    if (state === "early") return earlyFace(this);
    return state === "over" ? overFace(this) : doorFace(this);
  }

  /** Ask the door again. Without an answer what is on the screen stays. */
  private async lookAgain(): Promise<void> {
    clearTimeout(this.doorTimer);
    try {
      const { visit } = await post("peek", { token: this.token });
      if (!visit || this.place !== "door") return;
      const hasChanged = JSON.stringify(whatIsSaid(visit)) !== JSON.stringify(whatIsSaid(this.visit));
      this.visit = visit;
      this.clock = clockOf(visit.slot.now);
      if (hasChanged && !this.isTesting) this.showDoor();
      else this.waitAtDoor();
    } catch (error) {
      if (error instanceof Refusal) this.stayOutside(error, () => void this.lookAgain());
      else this.doorTimer = setTimeout(() => void this.lookAgain(), AGAIN_MS);
    }
  }

  /** The server said no, or the network is away: then `again`, by itself. */
  private stayOutside(error: unknown, again: () => void): void {
    if (!(error instanceof Refusal)) {
      this.doorTimer = setTimeout(again, AGAIN_MS);
      return put(troubleFace("offline", this, again));
    }
    setLive(false);
    if (error.code === "slot-early" || error.status === GONE) return this.backToDoor(); // It knows why.
    if (error.status === 429) return put(troubleFace("busy", this, again));
    put(troubleFace("unknown", this, again));
  }

  private backToDoor(): void {
    this.showDoor();
    void this.lookAgain();
  }

  private ask(seatToken: string): void {
    const intake = new Intake(seatToken, this.visit, {
      onDone: () => this.sitDown(seatToken),
      onRefused: () => this.end({ by: "refused-consent" }),
      onProblem: (error, again) =>
        this.stayOutside(error, error instanceof Refusal ? () => void this.enter() : again),
    });
    intake.begin();
  }

  /** The seat is ours: the waiting room has us while camera and microphone are still being asked for. */
  private sitDown(seatToken: string): void {
    this.seatToken = seatToken;
    this.visit = { ...this.visit, needsIntake: false };
    this.gathering = new Gathering();
    this.waitingSince = this.clock();
    this.meeting = this.makeMeeting(seatToken);
    this.meeting.start();
    void stayAwake();
    this.retryDevices();
  }

  private openDevices(): void {
    const { meeting, own } = this;
    void own.open().then(() => {
      if (meeting && this.meeting === meeting) void own.feed(meeting);
      this.arrange();
    });
  }

  private makeMeeting(seatToken: string): Meeting {
    const { gathering } = this;
    const note = (work: () => void) => {
      work();
      this.arrange();
    };
    return new MeetingSeat({
      socketUrl: `${location.origin.replace("http", "ws")}/api/socket`,
      seatToken,
      page: "visit",
      onRoster: (roster, me) => note(() => gathering.hearRoster(roster, me)),
      onStream: (id, stream) => note(() => gathering.hearStream(id, stream)),
      onLink: (id, link) => note(() => gathering.hearLink(id, link)),
      onFigures: (id, figures) => gathering.hearFigures(id, figures),
      onSaid: (said) => note(() => gathering.hearSaid(said)),
      onSocket: (socket) =>
        note(() => {
          gathering.socket = socket;
        }),
      onEnd: (end) => this.ended(end),
    });
  }

  private makeMedia(): OwnMedia {
    return new OwnMedia(this.visit.role === "camera", () => refresh());
  }

  /** The screen that what is known asks for. */
  private arrange(): void {
    if (!this.meeting) return;
    const next = this.placeOfNow();
    if (next === this.place) return refresh();
    const wasDeclined = this.place === "declined";
    this.place = next;
    this.goesOnWithout ||= next === "waiting" || next === "call"; // What fails later never leads out of the call.
    if (wasDeclined) return this.retryDevices();
    if (next === "declined") this.rest();
    put(this.faceOfNow(next));
  }

  private faceOfNow(place: Place): Face {
    if (place === "devices") return devicesFace(this);
    if (place === "declined")
      return endedFace(this, { by: "declined", reason: this.gathering.me?.reason ?? "" });
    if (place === "waiting") return waitingFace(this);
    return this.own.isSilent ? cameraFace(this) : callFace(this);
  }

  private placeOfNow(): Place {
    if (this.gathering.me?.status === "declined") return "declined";
    const isSettled = this.goesOnWithout || (!this.own.isOpening && this.own.hasAll);
    if (!isSettled) return "devices";
    return this.gathering.isAdmitted ? "call" : "waiting";
  }

  /** Not let in: nothing is shown or heard any more. The practitioner may still let in. */
  private rest(): void {
    this.own.stop();
    this.meeting?.setCamera(null);
    this.meeting?.setMicrophone(null);
  }

  private ended({ how, reason }: MeetingEnd): void {
    if (how === "replaced") return this.end({ by: "replaced" });
    if (how === "finished") return this.end({ by: reason === "cancelled" ? "cancelled" : "finished" });
    this.end({ by: "left" }); // The seat no longer holds: the door knows why.
    this.backToDoor();
  }

  private end(ending: Ending): void {
    this.meeting = null;
    this.own.stop();
    this.own = this.makeMedia();
    this.goesOnWithout = false;
    this.place = "ended";
    void mayRest();
    setLive(false);
    put(endedFace(this, ending));
  }

  private seen(): void {
    this.meeting?.hide(document.hidden);
    if (document.hidden) return;
    if (this.meeting) {
      void stayAwake(); // Systems let go of it whenever the page is hidden (F33).
      void this.own.revive();
    } else if (this.place === "door") void this.lookAgain(); // A page that slept has lost its count.
  }
}

/** What the door says, without the time of the answer. */
function whatIsSaid(visit: VisitDoor): unknown {
  return { ...visit, slot: { ...visit.slot, now: 0 } };
}
