/** What a dispatcher does: launch, resend, cancel, hang up, resume. Each speaks to the server and to the engine. */
import { effect } from "@preact/signals";
import { DispatcherSeat } from "../call/dispatcher_seat.ts";
import type { SocketState } from "../call/signaling.ts";
import type { FromServer, InvitationRequest, InvitationView, PeerCamera } from "../protocol.ts";
import {
  ApiProblem,
  getCurrentInvitation,
  postCancel,
  postFinish,
  postInvitation,
  postResend,
} from "../ui/api.ts";
import { serverNow } from "../ui/clock.ts";
import * as state from "./dispatch-state.ts";
import { note } from "./journal.ts";
import { stopOwnCamera } from "./own-camera.ts";
import { asked, refreshSession, serverAnswers, session } from "./session.ts";

/** The phone answers in one round trip and the opening of a camera; longer than this, it will not. */
const SWITCH_WITHIN_MS = 8000;
const SWITCH_SAID_MS = 10_000;
/** Between two tries to tell the server that the encounter is over. */
const FINISH_AGAIN_MS = 3000;
/** A seat refused twice in less than this is not asked for again. */
const REFUSED_AGAIN_MS = 15_000;
/** A socket down for longer is worth a question over HTTP: it tells whether the server or the session is gone. */
const ASK_AFTER_MS = 2000;

let seat: DispatcherSeat | null = null;
let isCancelling = false;
let unfinished: string | null = null;
let finishTimer: ReturnType<typeof setTimeout> | undefined;
let switchTimer: ReturnType<typeof setTimeout> | undefined;
let refusedAt = Number.NEGATIVE_INFINITY;

export async function launch(request: InvitationRequest): Promise<void> {
  if (unfinished) await finish(unfinished);
  begin(await asked(postInvitation(request)));
}

export async function resend(request: InvitationRequest): Promise<void> {
  const view = state.invitation.value;
  if (view) state.show(await asked(postResend(view.id, request)));
}

/** « Annuler »: the link no longer opens. */
export async function cancel(): Promise<void> {
  const view = state.invitation.value;
  if (!view) return;
  isCancelling = true;
  try {
    await asked(postCancel(view.id));
  } catch (error) {
    if (!isOver(error)) throw error;
  } finally {
    isCancelling = false;
  }
  leave();
}

/** « Raccrocher »: at once in the page; the server is told until it has heard (S58, S59). */
export function hangUp(): void {
  const view = state.invitation.value;
  leave();
  if (view) void finish(view.encounterId).catch(() => undefined);
}

/** The invitation under way, after a reload or a new sign-in. Takes the seat from any other tab. */
export async function resume(): Promise<void> {
  if (unfinished) await finish(unfinished);
  const { invitation } = await asked(getCurrentInvitation());
  if (invitation) begin(invitation);
  else if (state.invitation.value) leave();
}

export function switchCamera(): void {
  state.cameraSwitch.value = "asked";
  seat?.switchCamera();
  clearTimeout(switchTimer);
  switchTimer = setTimeout(() => {
    if (state.cameraSwitch.value === "asked") switchBecame("silent");
  }, SWITCH_WITHIN_MS);
}

/** The outcome is said for a while, then the place is free for other news. */
function switchBecame(outcome: "done" | "failed" | "silent"): void {
  state.cameraSwitch.value = outcome;
  clearTimeout(switchTimer);
  switchTimer = setTimeout(() => {
    state.cameraSwitch.value = null;
  }, SWITCH_SAID_MS);
}

export function firstFrame(): void {
  state.showPicture();
  seat?.firstFrame();
}

export async function showOwnCamera(track: MediaStreamTrack | null): Promise<void> {
  await seat?.showCamera(track);
}

/** Sleep, network changes, a server that is back: look again at once. Returns how to stop. */
export function followHints(): () => void {
  const stop = effect(() => {
    if (serverAnswers.value) seat?.hint("visible");
  });
  const online = () => seat?.hint("network");
  const visible = () => document.visibilityState === "visible" && seat?.hint("visible");
  addEventListener("online", online);
  document.addEventListener("visibilitychange", visible);
  return () => {
    stop();
    removeEventListener("online", online);
    document.removeEventListener("visibilitychange", visible);
  };
}

function begin(view: InvitationView): void {
  letGo();
  if (state.invitation.value?.id !== view.id) note("invitation begun");
  state.forgetPicture();
  state.show(view);
  const own: DispatcherSeat = new DispatcherSeat({
    socketUrl: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/socket`,
    seatToken: view.seatToken,
    iceServers: view.iceServers,
    page: `pro ${session.value?.version ?? ""}`,
    onMessage: (message) => own === seat && hear(message, view.id),
    onSocket: (socket) => own === seat && socketBecame(socket),
    onPicture: (stream) => {
      if (own !== seat) return;
      state.isPictureShown.value = false;
      state.picture.value = stream;
    },
    onLink: (link) => {
      note(`link ${link}`);
      state.link.value = link;
    },
    onFigures: (figures) => {
      state.figures.value = figures;
    },
  });
  seat = own;
  own.start();
}

function hear(message: FromServer, invitationId: string): void {
  if (message.t === "peer-camera") cameraChanged(message, state.callerCamera.value);
  state.hear(message);
  if (message.t === "welcome" && !message.resumed) void catchUp(invitationId);
  if (message.t === "finished") endedElsewhere(message.reason);
}

/** A step of the timeline, whoever changed the camera: this page or the caller. */
function cameraChanged(now: PeerCamera, before: PeerCamera | null): void {
  if (state.cameraSwitch.value === "asked") switchBecame(now.failed ? "failed" : "done");
  if (now.facing && before?.facing && now.facing !== before.facing)
    seat?.report("camera-switched", now.facing);
}

/** The stream began anew: what happened before it is in the view. */
async function catchUp(invitationId: string): Promise<void> {
  const answer = await asked(getCurrentInvitation()).catch(() => null);
  if (state.invitation.value?.id !== invitationId || !answer) return;
  if (answer.invitation?.id === invitationId) state.show(answer.invitation);
  else endedElsewhere("over");
}

function endedElsewhere(reason: string): void {
  if (isCancelling) return;
  note(`ended ${reason}`);
  leave();
  state.endedBecause.value = reason;
}

function socketBecame(socket: SocketState): void {
  note(`socket ${socket}`);
  state.socket.value = socket;
  state.socketDownAt.value = socket === "down" ? (state.socketDownAt.value ?? serverNow()) : null;
  if (socket === "down") setTimeout(askWhetherThere, ASK_AFTER_MS);
  if (socket === "over") endedElsewhere("over");
  if (socket === "refused") void takeSeatAgain();
}

function askWhetherThere(): void {
  if (state.socket.value === "down" && serverAnswers.value) void refreshSession();
}

/** The seat's token no longer holds: the session ended, or a new one began. */
async function takeSeatAgain(): Promise<void> {
  const isAgain = performance.now() - refusedAt < REFUSED_AGAIN_MS;
  refusedAt = performance.now();
  await refreshSession();
  if (session.value && !isAgain) await resume().catch(() => undefined);
}

/** Close the seat; what it still says no longer counts. */
function letGo(): void {
  const old = seat;
  seat = null;
  old?.close();
}

function leave(): void {
  letGo();
  clearTimeout(switchTimer);
  stopOwnCamera();
  state.clear();
}

/** Tell the server that an encounter is over, again and again until it has heard. */
async function finish(encounterId: string): Promise<void> {
  unfinished = encounterId;
  clearTimeout(finishTimer);
  try {
    await asked(postFinish(encounterId));
  } catch (error) {
    if (!isOver(error)) {
      finishTimer = setTimeout(() => void finish(encounterId).catch(() => undefined), FINISH_AGAIN_MS);
      throw error;
    }
  }
  unfinished = null;
}

function isOver(error: unknown): boolean {
  return error instanceof ApiProblem && [404, 409, 410].includes(error.status);
}
