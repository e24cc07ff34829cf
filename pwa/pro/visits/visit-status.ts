/** Where a visit stands, in one word: pure. */
import type { AppointmentView, DeliveryView } from "../../protocol.ts";
import type { Status } from "../../ui/status-dot.tsx";

/**
 * `lapsed`: its slot is over and nobody came. `troubled`: the equipment test found something. `unsent`: nothing was
 * sent; the link, the QR code and the code work all the same.
 */
export type VisitStatus =
  | "cancelled"
  | "noshow"
  | "done"
  | "in-progress"
  | "waiting"
  | "lapsed"
  | "troubled"
  | "tested"
  | "undelivered"
  | "sending"
  | "sent"
  | "unsent";

export const DOTS: Record<VisitStatus, Status> = {
  cancelled: "bad",
  noshow: "bad",
  done: "ok",
  "in-progress": "busy",
  waiting: "warning",
  lapsed: "warning",
  troubled: "warning",
  tested: "ok",
  undelivered: "bad",
  sending: "busy",
  sent: "ok",
  unsent: "busy",
};

const ENDED: Partial<Record<AppointmentView["status"], VisitStatus>> = {
  cancelled: "cancelled",
  noshow: "noshow",
  fulfilled: "done",
};

/** What counts most: its end, then who is there, then what prepares it. `now` by the server's clock. */
export function visitStatus(visit: AppointmentView, now: number): VisitStatus {
  const ended = ENDED[visit.status];
  if (ended) return ended;
  if (visit.encounterStatus === "finished") return "done";
  if (visit.encounterStatus === "cancelled") return "cancelled";
  if (visit.waiting > 0) return "waiting";
  if (visit.encounterStatus === "in-progress") return "in-progress";
  if (now >= visit.closesAt) return "lapsed";
  if (visit.precall) return visit.precall === "ok" ? "tested" : "troubled";
  return deliveryStatus(visit.deliveries);
}

/** One way that works is enough; of each way the last message counts. */
function deliveryStatus(deliveries: DeliveryView[]): VisitStatus {
  const last = [...new Map(deliveries.map((delivery) => [delivery.channel, delivery])).values()];
  if (!last.length) return "unsent";
  if (last.some(({ status }) => status === "sent" || status === "delivered")) return "sent";
  return last.some(({ status }) => status === "waiting") ? "sending" : "undelivered";
}

const OVER: VisitStatus[] = ["cancelled", "noshow", "done"];

/** Nothing more can happen in it. */
export function isOver(visit: AppointmentView): boolean {
  return OVER.includes(visitStatus(visit, 0));
}

/** One click enters: from the moment at which its link works, and as long as somebody is in it (F58). */
export function mayJoin(visit: AppointmentView, now: number): boolean {
  if (isOver(visit)) return false;
  if (visit.waiting > 0 || visit.encounterStatus === "in-progress") return true;
  return visit.opensAt <= now && now < visit.closesAt;
}

/** Nobody has come and the agreed time has begun: an absence may be noted. */
export function mayBeAbsent(visit: AppointmentView, now: number): boolean {
  return !isOver(visit) && !visit.waiting && visit.encounterStatus !== "in-progress" && now >= visit.startAt;
}
