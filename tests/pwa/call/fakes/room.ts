/** A whole server in memory for one encounter: two seats, the relay between them, the offer in waiting. */
import type { EnterRequest, FromClient, OfferInWaiting, SeatView } from "../../../../pwa/protocol.ts";
import { type FakeSocket, SeatServer } from "./seat_server.ts";

const OTHER: Record<string, string> = { dispatcher: "caller", caller: "dispatcher" };

export class Room {
  readonly sockets: FakeSocket[] = [];
  readonly seats: Record<string, SeatServer> = { dispatcher: new SeatServer(), caller: new SeatServer() };
  offer: OfferInWaiting | null = null;
  isSilent = false;
  isDown = false;
  private readonly seatOf = new Map<FakeSocket, string>();

  take(socket: FakeSocket, message: FromClient): void {
    if (this.isDown) return;
    if (message.t === "hello") this.seatOf.set(socket, message.token);
    const role = this.seatOf.get(socket) ?? "";
    const seat = this.seats[role];
    const isNew = !("id" in message) || !seat?.handled.some(({ id }) => id === message.id);
    const epoch = seat?.epoch;
    seat?.take(socket, message);
    if (message.t === "hello") this.arrived(role, message.epoch === null, message.epoch === epoch);
    else if (isNew) this.relay(role, message);
  }

  enter({ offerId, answerSdp }: EnterRequest): SeatView {
    const answered = offerId !== null && this.offer?.id === offerId;
    if (answered) this.offer = null;
    this.seats.caller?.cut(4001);
    this.seats.dispatcher?.push({
      t: "peer-entered",
      offerId: answered ? (offerId ?? null) : null,
      answerSdp: answered ? (answerSdp ?? null) : null,
    });
    return { seatToken: "caller", answered };
  }

  kill(): void {
    this.isDown = true;
    this.offer = null;
    for (const seat of Object.values(this.seats)) seat.restart();
  }

  revive(): void {
    this.isDown = false;
  }

  private arrived(role: string, fresh: boolean, resumed: boolean): void {
    this.seats[OTHER[role] ?? ""]?.push({ t: "peer-presence", present: true, fresh, resumed });
  }

  private relay(role: string, message: FromClient): void {
    const other = this.seats[OTHER[role] ?? ""];
    if (message.t === "put-offer") this.offer = { id: message.offerId, sdp: message.sdp };
    else if (message.t === "refresh-ice") this.seats[role]?.push({ t: "ice-servers", iceServers: FRESH });
    else if (message.t === "description") other?.push({ ...message, t: "peer-description" });
    else if (message.t === "candidate") other?.push({ ...message, t: "peer-candidate" });
    else if (message.t === "switch-camera") other?.push({ t: "camera-switch-asked" });
  }
}

export const FRESH = [{ urls: ["turn:192.0.2.9"], username: "fresh", credential: "secret" }];
