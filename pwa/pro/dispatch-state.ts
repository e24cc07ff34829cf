/** The invitation under way, as the server and the engine tell it. One at a time; it outlives the screens. */
import { batch, computed, signal } from "@preact/signals";
import type { Link } from "../call/connectivity.ts";
import type { SocketState } from "../call/signaling.ts";
import type { Figures } from "../call/stats.ts";
import type {
  CameraSource,
  DeliveryView,
  FromServer,
  InvitationView,
  PeerCamera,
  PeerDevice,
  Rung,
  TimelineStep,
} from "../protocol.ts";
import { dictated } from "../ui/format.ts";
import { note } from "./journal.ts";
import { withStep } from "./milestones.ts";

/** What the dispatcher typed; kept through an expired session. */
export const phone = signal("");
export const email = signal("");

export const invitation = signal<InvitationView | null>(null);
export const timeline = signal<TimelineStep[]>([]);
export const deliveries = signal<DeliveryView[]>([]);

export const socket = signal<SocketState | null>(null);
/** Since when the socket has been down, by the server's clock; null while it is not. */
export const socketDownAt = signal<number | null>(null);
export const link = signal<Link>("joining");
export const picture = signal<MediaStream | null>(null);
/** The present picture has shown a frame. */
export const isPictureShown = signal(false);
const wasPictureShown = signal(false);
export const figures = signal<Figures | null>(null);
/** Part of the packets of the picture that was lost between the last two figures, 0 to 1. */
export const packetLoss = signal(0);
export const device = signal<PeerDevice | null>(null);
export const callerCamera = signal<PeerCamera | null>(null);
export const isCallerOnline = signal(false);
/** By which way the caller's picture goes, and why; and what the camera gives: as the caller's page said last. */
export const rung = signal<Rung>("video");
export const rungReason = signal("");
export const source = signal<CameraSource>("live");
/** What became of « Changer de caméra ». */
export const cameraSwitch = signal<"asked" | "done" | "failed" | "silent" | null>(null);
/** Why the last encounter ended without this page asking for it. */
export const endedBecause = signal<string | null>(null);

/** From the first frame on, and until somebody hangs up: through every loss and reload. */
export const isLive = computed(
  () => invitation.value !== null && (wasPictureShown.value || hasStep("first-frame")),
);
export const lastStep = computed(() => timeline.value[timeline.value.length - 1] ?? null);

export function hasStep(step: TimelineStep["step"]): boolean {
  return timeline.value.some((entry) => entry.step === step);
}

/** Deliveries told by the socket: what came while a request was under way is newer than its answer. */
let told: DeliveryView[] = [];

export function newsSoFar(): number {
  return told.length;
}

/** What the server answered to a launch, a resend or a reload that was asked for after `since` news. */
export function show(view: InvitationView, since = told.length): void {
  batch(() => {
    invitation.value = view;
    deliveries.value = told.slice(since).reduce(withDelivery, view.deliveries);
    for (const entry of view.timeline) addStep(entry);
    endedBecause.value = null;
    fillIn("sms", phone);
    fillIn("email", email);
  });
}

/** After a reload the fields hold where the invitation went, so that « Renvoyer » can correct it. */
function fillIn(channel: DeliveryView["channel"], field: typeof phone): void {
  const sent = deliveries.value.filter((delivery) => delivery.channel === channel);
  if (!field.value) field.value = dictated(sent[sent.length - 1]?.to ?? "");
}

/** Another picture: nothing of it has been seen yet. */
export function awaitFrame(stream: MediaStream | null): void {
  batch(() => {
    isPictureShown.value = false;
    picture.value = stream;
  });
}

/** A frame of the present picture is on the screen. */
export function showPicture(): void {
  if (!isPictureShown.value) note("picture shown");
  batch(() => {
    isPictureShown.value = wasPictureShown.value = true;
  });
}

/** Back to an empty page B. The figures stay for an incident report. */
export function clear(): void {
  batch(() => {
    invitation.value = picture.value = device.value = callerCamera.value = socket.value = null;
    timeline.value = [];
    deliveries.value = told = [];
    phone.value = email.value = "";
    link.value = "joining";
    socketDownAt.value = null;
    isPictureShown.value = wasPictureShown.value = isCallerOnline.value = false;
    cameraSwitch.value = null;
    forgetLadder();
  });
}

function forgetLadder(): void {
  rung.value = "video";
  rungReason.value = "";
  source.value = "live";
}

/** A new seat starts without a picture. */
export function forgetPicture(): void {
  batch(() => {
    picture.value = figures.value = socket.value = socketDownAt.value = null;
    isPictureShown.value = false;
    link.value = "joining";
  });
}

export function addStep(entry: TimelineStep): void {
  const next = withStep(timeline.value, entry);
  if (next === timeline.value) return;
  note(`step ${entry.step}${entry.detail ? ` ${entry.detail}` : ""}`, entry.at);
  timeline.value = next;
}

/** One message of the server. Those of the negotiation are the engine's. */
export function hear(message: FromServer): void {
  switch (message.t) {
    case "welcome":
      isCallerOnline.value = message.peerPresent;
      break;
    case "snapshot":
      for (const entry of message.timeline) addStep(entry);
      deliveries.value = message.deliveries;
      break;
    case "timeline":
      addStep(message.entry);
      break;
    case "delivery":
      told = [...told, message.delivery];
      deliveries.value = withDelivery(deliveries.value, message.delivery);
      break;
    case "peer-presence":
      isCallerOnline.value = message.present;
      break;
    case "peer-entered":
      isCallerOnline.value = true;
      forgetLadder();
      break;
    case "peer-device":
      device.value = message;
      break;
    case "peer-camera":
      callerCamera.value = message;
      break;
    case "peer-rung":
      rung.value = message.rung;
      rungReason.value = message.reason;
      break;
    case "peer-source":
      source.value = message.source;
      break;
    default:
  }
}

/** The news is about the last message sent that way. */
export function withDelivery(known: DeliveryView[], news: DeliveryView): DeliveryView[] {
  const same = known.map(({ channel, to }) => channel === news.channel && to === news.to).lastIndexOf(true);
  if (same < 0) return [...known, news];
  return known.map((delivery, index) => (index === same ? news : delivery));
}
