/** One frame as it crosses the socket: a binary message, 13 bytes of head and the data (docs/protocol.md). */

export const Kind = { STILL: 1, KEY: 2, DELTA: 3 } as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

export interface Frame {
  kind: Kind;
  /** Counts from 1 in a page; a hole means that the server has dropped some for a slow reader. */
  number: number;
  /** The sender's clock, in milliseconds. Only differences mean something. */
  capturedAt: number;
  width: number;
  height: number;
  data: Uint8Array;
}

export const HEAD_BYTES = 13;
/** The server drops what is larger. */
export const MAX_FRAME_BYTES = 60_000;

export function pack(frame: Frame): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEAD_BYTES + frame.data.length);
  const head = new DataView(bytes.buffer);
  head.setUint8(0, frame.kind);
  head.setUint32(1, frame.number);
  head.setUint32(5, frame.capturedAt);
  head.setUint16(9, frame.width);
  head.setUint16(11, frame.height);
  bytes.set(frame.data, HEAD_BYTES);
  return bytes;
}

/** Null when it is no frame that we know. */
export function unpack(buffer: ArrayBuffer): Frame | null {
  if (buffer.byteLength <= HEAD_BYTES) return null;
  const head = new DataView(buffer);
  const kind = head.getUint8(0) as Kind;
  if (kind < Kind.STILL || kind > Kind.DELTA) return null;
  return {
    kind,
    number: head.getUint32(1),
    capturedAt: head.getUint32(5),
    width: head.getUint16(9),
    height: head.getUint16(11),
    data: new Uint8Array(buffer, HEAD_BYTES),
  };
}
