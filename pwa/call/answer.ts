import type { IceServer, OfferInWaiting } from "../protocol.ts";
import { Peer, type PeerOptions } from "./peer.ts";
import type { Draft } from "./signaling.ts";

export interface Answer {
  peer: Peer;
  /** Ready to be handed in with the request that takes the seat. Null when the offer could not be used. */
  sdp: Promise<string | null>;
}

type Handlers = Pick<PeerOptions, "send" | "onTrack" | "onState">;

/**
 * The caller's connection, warm before the camera is: ready before the tap, ICE and DTLS finish while the person
 * reads the prompt.
 *
 * The first answer goes to `sdp`; everything after it goes to `handlers.send`.
 */
export function answerOffer(
  offer: OfferInWaiting,
  iceServers: IceServer[],
  handlers: Handlers,
  mayAnswer: Promise<void>,
): Answer {
  let resolve: (sdp: string | null) => void;
  const sdp = new Promise<string | null>((settle) => {
    resolve = settle;
  });
  let isFirst = true;
  const send = (draft: Draft) => {
    if (!isFirst || draft.t !== "description") return handlers.send(draft);
    isFirst = false;
    resolve(draft.sdp);
  };
  const peer = new Peer({
    ...handlers,
    send,
    mayAnswer,
    id: offer.id,
    polite: false,
    iceServers,
    direction: "sendrecv",
  });
  void peer
    .receive({ t: "peer-description", connectionId: offer.id, type: "offer", sdp: offer.sdp })
    .finally(() => resolve(null));
  return { peer, sdp };
}
