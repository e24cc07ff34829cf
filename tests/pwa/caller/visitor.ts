/** Somebody behind the link of a téléconsultation; the meeting itself is played by the test. */
import { vi } from "vitest";
import type { Meeting, MeetingOptions } from "../../../pwa/call/meeting.ts";
import type { ParticipantView, PeekView, VisitDoor } from "../../../pwa/protocol.ts";
import { FakeTrack } from "../call/fakes/peer_connection.ts";
import { DOOR, Page, settle } from "./page.ts";

/** Monday 23 November 2026, 14:00 in Paris. */
export const START = Date.UTC(2026, 10, 23, 13, 0);
const MINUTE = 60_000;

export const VISIT: VisitDoor = {
  practitionerName: "Dr Anaïs Morel",
  participantName: "Jeanne Petit",
  role: "patient",
  slot: {
    state: "open",
    startAt: START,
    endAt: START + 20 * MINUTE,
    opensAt: START - 15 * MINUTE,
    closesAt: START + 50 * MINUTE,
    now: START - 5 * MINUTE,
  },
  isImmediate: false,
  needsIntake: true,
  contact: "le secrétariat, 02 40 00 00 00",
  timeZone: "Europe/Paris",
};

export function door(change: Partial<VisitDoor> = {}, slot: Partial<VisitDoor["slot"]> = {}): PeekView {
  const visit = { ...VISIT, ...change, slot: { ...VISIT.slot, ...slot } };
  return { ...DOOR, offer: null, mode: "teleconsultation", visit };
}

export const DOCTOR: ParticipantView = {
  id: "doctor",
  role: "practitioner",
  name: "Dr Anaïs Morel",
  status: "admitted",
  present: true,
  freshAt: 1,
  microphone: true,
  camera: true,
};
export const ME: ParticipantView = {
  ...DOCTOR,
  id: "me",
  role: "patient",
  name: "Jeanne Petit",
  status: "waiting",
};

/** Every meeting that a page has sat down in. */
export const meetings: FakeMeeting[] = [];

export class FakeMeeting implements Meeting {
  microphone: MediaStreamTrack | null = null;
  camera: MediaStreamTrack | null = null;
  readonly deeds: string[] = [];

  constructor(readonly options: MeetingOptions) {
    meetings.push(this);
  }
  start = () => void this.deeds.push("start");
  setMicrophone = (track: MediaStreamTrack | null) => {
    this.microphone = track;
  };
  setCamera = (track: MediaStreamTrack | null) => {
    this.camera = track;
  };
  setPictureMode = () => undefined;
  admit = () => undefined;
  decline = () => undefined;
  say = (text: string) => void this.deeds.push(`say ${text}`);
  report = (step: string, detail?: string | null) => void this.deeds.push(`report ${step} ${detail}`);
  networkChanged = () => void this.deeds.push("network");
  hide = (isHidden: boolean) => void this.deeds.push(isHidden ? "hide" : "show");
  leave = async () => void this.deeds.push("leave");
  close = () => void this.deeds.push("close");
}

/** A phone with cameras and a microphone. */
export class Visitor extends Page {
  /** Errors for the next openings of the microphone, and for those of both together. */
  soundFault: string | undefined;
  sound: FakeTrack | null = null;

  constructor(peek: PeekView = door(), address = "/j#T0KEN") {
    super(address);
    meetings.length = 0;
    this.answers = { ...this.answers, peek, intake: 204 };
    vi.stubGlobal("AudioContext", FakeAudio);
    const openCamera = this.cameras.getUserMedia;
    const getUserMedia = async (wanted: MediaStreamConstraints) => {
      const picture = wanted.video ? (await openCamera(wanted)).getVideoTracks() : [];
      for (const track of picture) Object.assign(track, { applyConstraints: async () => undefined });
      const sound = wanted.audio ? [this.openMicrophone(picture)] : [];
      return { getVideoTracks: () => picture, getAudioTracks: () => sound };
    };
    Object.assign(this.cameras, { getUserMedia });
  }

  get meeting(): FakeMeeting {
    const last = meetings.at(-1);
    if (!last) throw new Error(`in no meeting: ${this.text}`);
    return last;
  }

  /** Through the questions, up to the waiting room. */
  async sitDown(): Promise<this> {
    await this.open();
    await this.press("Entrer en salle d'attente");
    await this.press("J’accepte");
    await this.write("12 rue des Lilas, Nantes");
    await this.write("06 39 98 00 01");
    await this.press("Non, personne");
    await this.roster(ME, DOCTOR);
    return this;
  }

  async write(text: string): Promise<void> {
    const field = this.root.querySelector("input");
    if (field) field.value = text;
    await this.press("Continuer");
  }

  async roster(...participants: ParticipantView[]): Promise<void> {
    this.meeting.options.onRoster({ t: "roster", participants }, "me");
    await settle();
  }

  /** What was asked of the server, in order. */
  get asked(): string[] {
    return this.requests.map(([action]) => action);
  }

  private openMicrophone(picture: FakeTrack[]): FakeTrack {
    if (this.soundFault) {
      for (const track of picture) track.stop();
      throw new DOMException(this.soundFault, this.soundFault);
    }
    this.sound = new FakeTrack("audio", "Micro");
    return this.sound;
  }
}

/** A context that the browser holds back: it says nothing of the microphone. */
class FakeAudio {
  state = "suspended";
  createAnalyser = () => ({});
  createMediaStreamSource = () => ({ connect: () => undefined });
  resume = async () => undefined;
  close = async () => undefined;
}
