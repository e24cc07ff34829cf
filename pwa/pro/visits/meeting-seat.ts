/** The practitioner's seat in a visit: what the engine tells goes to the state, what screens ask to the engine. */
import { effect } from "@preact/signals";
import type { Meeting, MeetingEnd } from "../../call/meeting.ts";
import { MeetingSeat } from "../../call/meeting_seat.ts";
import type { IntakeDecision, MeetingSeatView } from "../../protocol.ts";
import { getIntake, postMeetingSeat, putIntake } from "../../ui/api.ts";
import { finish } from "../finish.ts";
import { note } from "../journal.ts";
import { navigate } from "../route.ts";
import { asked, refreshSession, serverAnswers, session } from "../session.ts";
import { lastEnd } from "./agenda-state.ts";
import {
  cameraProblem,
  cameraTrack,
  closeAll,
  isMuted,
  microphoneProblem,
  microphoneTrack,
  openAll,
} from "./equipment.ts";
import * as state from "./meeting-state.ts";

/** A seat refused twice in less than this is not asked for again. */
const REFUSED_AGAIN_MS = 15_000;

let seat: Meeting | null = null;
let refusedAt = Number.NEGATIVE_INFINITY;
/** « Faire entrer » was pressed before the seat was taken: of this appointment, let in who waits. */
let admitsIn: string | null = null;

/** Let in who waits as soon as the seat is taken. */
export function admitOnArrival(appointmentId: string): void {
  admitsIn = appointmentId;
}

/** Take the seat of this appointment, from any other device too. Raises what the server answers. */
export async function enterMeeting(appointmentId: string): Promise<void> {
  const view = await asked(postMeetingSeat(appointmentId));
  if (state.meeting.value?.appointment.id !== appointmentId) state.forgetMeeting();
  takeSeat(view);
  if (!microphoneTrack.value && !cameraTrack.value) void openAll();
  const { encounterId } = view.appointment;
  state.intake.value = await asked(getIntake(encounterId)).catch(() => state.intake.value);
}

function takeSeat(view: MeetingSeatView): void {
  letGo()?.close();
  note("visit entered");
  state.forgetConnections();
  state.meeting.value = view;
  state.seatLoss.value = null;
  const own: Meeting = new MeetingSeat({
    socketUrl: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/socket`,
    seatToken: view.seatToken,
    page: `pro ${session.value?.version ?? ""}`,
    onRoster: (roster) => {
      state.hearRoster(roster);
      admitExpected();
    },
    onStream: (id, stream) => {
      state.streams.value = state.placed(state.streams.value, id, stream);
    },
    onLink: (id, link) => {
      note(`visit link ${link}`);
      state.links.value = state.placed(state.links.value, id, link);
    },
    onFigures: state.hearFigures,
    onSaid: state.hearSaid,
    onSocket: state.socketBecame,
    onIntake: (intake) => {
      state.intake.value = intake;
    },
    onRefused: (code) => {
      state.refusedCode.value = code;
    },
    onEnd: (end) => own === seat && ended(end, view.appointment.id),
  });
  seat = own;
  own.setMicrophone(isMuted.value ? null : microphoneTrack.value);
  own.setCamera(cameraTrack.value);
  own.start();
}

function admitExpected(): void {
  if (admitsIn !== state.meeting.value?.appointment.id || !state.waiting.value.length) return;
  admitsIn = null;
  for (const { id } of state.waiting.value) admit(id);
}

export function admit(participantId: string): void {
  state.refusedCode.value = null;
  seat?.admit(participantId);
}

/** Not let in, or sent out. The reason is shown to that person. */
export function decline(participantId: string, reason: string): void {
  seat?.decline(participantId, reason);
}

/** « Détail » of this one's picture, or « mouvement » again; that person reads it. */
export function lookCloser(participantId: string, isCloser: boolean): void {
  seat?.setPictureMode(participantId, isCloser ? "detail" : "motion");
}

/** A line for everybody, or for one who waits. */
export function say(text: string, to: string | null = null): void {
  seat?.say(text, to);
}

/** Identity check and fitness (R5, R6). Raises what the server answers. */
export async function decide(decision: IntakeDecision): Promise<void> {
  const encounterId = state.meeting.value?.appointment.encounterId;
  if (encounterId) state.intake.value = await asked(putIntake(encounterId, decision));
}

/** « Raccrocher »: a consultation that has begun is over; before, the room is left as it is. */
export function hangUp(): void {
  if (state.startedAt.value !== null) endVisit();
  else leaveRoom();
}

/** Over for everybody, also when it never began: a decision to stop (R5). */
export function endVisit(): void {
  const view = state.meeting.value;
  if (view) void finish(view.appointment.encounterId).catch(() => undefined);
  letGo()?.close();
  goBack("done");
}

function leaveRoom(): void {
  const old = letGo();
  void old?.leave().finally(() => old.close());
  goBack("left");
}

/** To the agenda, which says why. */
function goBack(reason: string): void {
  note(`visit over ${reason}`);
  closeAll();
  state.forgetMeeting();
  lastEnd.value = reason;
  navigate("/teleconsultation");
}

/** The page goes elsewhere before it has entered anything. */
export function leaveMeeting(): void {
  letGo()?.close();
  closeAll();
  state.forgetMeeting();
}

/** What the seat still says no longer counts. */
function letGo(): Meeting | null {
  const old = seat;
  seat = null;
  return old;
}

function ended({ how, reason }: MeetingEnd, appointmentId: string): void {
  note(`visit ended ${how}`);
  seat = null;
  if (how === "finished") return goBack(reason || "over");
  state.seatLoss.value = how;
  if (how === "refused") void enterAgain(appointmentId);
}

/** The seat's token no longer holds: the session ended, or a new one began. */
async function enterAgain(appointmentId: string): Promise<void> {
  const isAgain = performance.now() - refusedAt < REFUSED_AGAIN_MS;
  refusedAt = performance.now();
  await refreshSession();
  if (session.value && !isAgain) await enterMeeting(appointmentId).catch(() => undefined);
}

/** What is sent follows the switches; sleep and network changes are told at once. Returns how to stop. */
export function followMeeting(): () => void {
  const stops = [
    effect(() => {
      const sound = isMuted.value ? null : microphoneTrack.value;
      seat?.setMicrophone(sound);
    }),
    effect(() => {
      const picture = cameraTrack.value;
      seat?.setCamera(picture);
    }),
    effect(() => {
      const problem = cameraProblem.value;
      if (problem) seat?.report(problem === "refused" ? "camera-refused" : "camera-failed", problem);
    }),
    effect(() => {
      if (microphoneProblem.value) seat?.report("microphone-failed", microphoneProblem.value);
    }),
    effect(() => {
      if (serverAnswers.value) seat?.networkChanged();
    }),
  ];
  const online = () => seat?.networkChanged();
  const visible = () => seat?.hide(document.visibilityState === "hidden");
  addEventListener("online", online);
  document.addEventListener("visibilitychange", visible);
  return () => {
    for (const stop of stops) stop();
    removeEventListener("online", online);
    document.removeEventListener("visibilitychange", visible);
  };
}
