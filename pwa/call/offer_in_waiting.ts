import type { IceServer } from "../protocol.ts";
import { preferVp8 } from "./codecs.ts";
import { newId } from "./ids.ts";
import { Peer, type PeerOptions } from "./peer.ts";
import type { Draft } from "./signaling.ts";

/** Longer than this and a dead route would hold up the invitation (F11); what comes later trickles. */
const GATHER_MS = 1_500;

type Handlers = Pick<PeerOptions, "send" | "onTrack" | "onState">;

/**
 * The dispatcher's connection, offered before anybody has tapped.
 *
 * It keeps what it would send until somebody has answered it.
 */
export class OfferInWaiting {
  readonly peer: Peer;
  /** The offer with the candidates of the first 1.5 s. */
  readonly sdp: Promise<string>;
  private isTaken = false;
  private late: Draft[] = [];
  private readonly send: (draft: Draft) => void;

  constructor(iceServers: IceServer[], handlers: Handlers) {
    this.send = handlers.send;
    this.peer = new Peer({
      ...handlers,
      send: (draft) => this.keep(draft),
      id: newId(),
      polite: true,
      iceServers,
      direction: "recvonly",
      prefer: preferVp8,
    });
    this.sdp = new Promise((resolve) => this.gather(resolve));
    this.peer.offerVideo();
  }

  get id(): string {
    return this.peer.id;
  }

  /** Somebody used the offer: what was kept may leave. */
  take(): void {
    this.isTaken = true;
    for (const draft of this.late) this.send(draft);
    this.late = [];
  }

  private keep(draft: Draft): void {
    if (this.isTaken) this.send(draft);
    else if (draft.t === "candidate") this.late.push(draft);
  }

  private gather(resolve: (sdp: string) => void): void {
    const { connection } = this.peer;
    const finish = () => {
      clearTimeout(timer);
      connection.onicegatheringstatechange = null;
      this.late = [];
      resolve(connection.localDescription?.sdp ?? "");
    };
    const timer = setTimeout(finish, GATHER_MS);
    connection.onicegatheringstatechange = () => {
      if (connection.iceGatheringState === "complete") finish();
    };
  }
}
