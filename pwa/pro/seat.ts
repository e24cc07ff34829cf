/** The dispatcher's seat in the encounter: what the engine tells goes to the state, what screens ask to the engine. */
import { effect } from "@preact/signals";
import { DispatcherSeat } from "../call/dispatcher_seat.ts";
import { canDecode } from "../call/frames/receiver.ts";
import type { SocketState } from "../call/signaling.ts";
import type { FromServer, InvitationView, PictureMode } from "../protocol.ts";
import { getCurrentInvitation } from "../ui/api.ts";
import { serverNow } from "../ui/clock.ts";
import { forgetSwitch, isOtherSide, switchAnswered, switchAsked } from "./camera-switch.ts";
import * as state from "./dispatch-state.ts";
import { finishPending } from "./finish.ts";
import { takeFrame } from "./frames-inbox.ts";
import { note } from "./journal.ts";
import { ownTrack, stopOwnCamera } from "./own-camera.ts";
import * as photo from "./photo.ts";
import { choosePictureMode, isToldAgain, pictureMode, recallPictureMode } from "./picture-mode.ts";
import { lossBetween } from "./quality.ts";
import { asked, refreshSession, serverAnswers, session } from "./session.ts";

/** A seat refused twice in less than this is not asked for again. */
const REFUSED_AGAIN_MS = 15_000;
/** A socket down for longer is worth a question over HTTP: it tells whether the server or the session is gone. */
const ASK_AFTER_MS = 2000;

let seat: DispatcherSeat | null = null;
let isEndExpected = false;
let refusedAt = Number.NEGATIVE_INFINITY;

/** Take the seat of this invitation, and leave any other. */
export function takeSeat(view: InvitationView): void {
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
    onPicture: (picture) => own === seat && state.awaitFrame(picture),
    onFrame: (bytes) => own === seat && takeFrame(bytes),
    canDecode: canDecode(),
    onLink: (link) => {
      note(`link ${link}`);
      state.link.value = link;
    },
    onFigures: (figures) => {
      state.packetLoss.value = lossBetween(state.figures.value, figures);
      state.figures.value = figures;
    },
  });
  seat = own;
  recallPictureMode(view.id);
  void photo.findPhotos(view.encounterId);
  own.start();
  if (ownTrack.value) void own.showCamera(ownTrack.value);
}

/** The invitation under way, after a reload or a new sign-in. Takes the seat from any other tab. */
export async function resume(): Promise<void> {
  await finishPending();
  const { invitation } = await asked(getCurrentInvitation());
  if (invitation) takeSeat(invitation);
  else if (state.invitation.value) leaveSeat();
}

/** Back to an empty page B, everything closed. */
export function leaveSeat(): void {
  letGo();
  forgetSwitch();
  stopOwnCamera();
  photo.forgetPhotos();
  state.clear();
}

/** While this page itself ends the invitation, its end is no news. */
export function expectEnd(isExpected: boolean): void {
  isEndExpected = isExpected;
}

export function setPictureMode(mode: PictureMode): void {
  const id = state.invitation.value?.id;
  if (id) choosePictureMode(mode, id, (chosen) => seat?.setPictureMode(chosen));
}

export function switchCamera(): void {
  switchAsked();
  seat?.switchCamera();
}

/** « Photo nette ». */
export function askPhoto(): void {
  photo.askPhoto((photoId) => seat?.askPhoto(photoId));
}

/** A frame is on the screen. */
export function firstFrame(): void {
  state.showPicture();
  seat?.firstFrame();
  seat?.setPictureMode(pictureMode.value);
}

/** A frame that came over the socket is on the screen. */
export function framesShown(): void {
  if (!state.isPictureShown.value) state.showPicture();
  seat?.framesShown();
}

/** Frames from a key frame on: what has come cannot be drawn. */
export function askFrames(): void {
  seat?.askFrames();
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

function hear(message: FromServer, invitationId: string): void {
  if (message.t === "peer-camera") {
    switchAnswered(message);
    if (isOtherSide(message, state.callerCamera.value)) seat?.report("camera-switched", message.facing ?? "");
  }
  if (isToldAgain(message) && state.isLive.value) seat?.setPictureMode(pictureMode.value);
  state.hear(message);
  photo.hearPhoto(message);
  if (message.t === "welcome" && !message.resumed) void catchUp(invitationId);
  if (message.t === "finished") endedElsewhere(message.reason);
}

/** The stream began anew: what happened before it is in the view. */
async function catchUp(invitationId: string): Promise<void> {
  void photo.beginAnew(state.invitation.value?.encounterId ?? "");
  const since = state.newsSoFar();
  const answer = await asked(getCurrentInvitation()).catch(() => null);
  if (state.invitation.value?.id !== invitationId || !answer) return;
  if (answer.invitation?.id === invitationId) state.show(answer.invitation, since);
  else endedElsewhere("over");
}

function endedElsewhere(reason: string): void {
  if (isEndExpected) return;
  note(`ended ${reason}`);
  leaveSeat();
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
