import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Frame, Kind, pack, unpack } from "../../../pwa/call/frames/layout.ts";
import { Pace } from "../../../pwa/call/frames/pace.ts";
import { FrameReceiver } from "../../../pwa/call/frames/receiver.ts";
import { type Below, FrameSender } from "../../../pwa/call/frames/sender.ts";

const FRAME: Frame = {
  kind: Kind.KEY,
  number: 70_000,
  capturedAt: 123_456,
  width: 640,
  height: 480,
  data: new Uint8Array([7, 8, 9]),
};

describe("a frame on the wire", () => {
  it("is 13 bytes of head, big endian, and the data", () => {
    const bytes = pack(FRAME);
    expect([...bytes]).toEqual([2, 0, 1, 17, 112, 0, 1, 226, 64, 2, 128, 1, 224, 7, 8, 9]);
    expect(unpack(bytes.buffer)).toEqual(FRAME);
  });

  it.each([[[]], [[1, 2, 3]], [[9, ...new Array(20).fill(0)]]])("is nothing else: %j", (bytes) => {
    expect(unpack(new Uint8Array(bytes).buffer)).toBe(null);
  });

  it("has a clock that wraps", () => {
    const late = unpack(pack({ ...FRAME, capturedAt: 2 ** 32 + 5 }).buffer);
    expect(late?.capturedAt).toBe(5);
  });
});

describe("the pace of frames", () => {
  /** Frames of the size that the pace allows, over a link of so many kbit/s with a queue without end. */
  function flow(kbits: (at: number) => number, seconds: number, delayMs = 100) {
    const pace = new Pace();
    const ages: number[] = [];
    const pongs: number[] = [];
    let freeAt = 0;
    let bytes = 0;
    let sentAt = Number.NEGATIVE_INFINITY;
    for (let at = 0; at < seconds * 1_000; at += 10) {
      for (let pong = pongs[0]; pong !== undefined && pong <= at; pong = pongs[0]) {
        pace.answered(at);
        pongs.shift();
      }
      if (at - sentAt < 100 || !pace.maySend(at, 0)) continue;
      sentAt = at;
      const size = pace.bytesPerS * 0.07;
      freeAt = Math.max(freeAt, at) + (size * 8) / kbits(at);
      pace.sent(at, size);
      pongs.push(freeAt + 2 * delayMs);
      ages.push(freeAt + delayMs - at);
      bytes += size;
    }
    return { oldest: Math.max(...ages), bytesPerS: bytes / seconds };
  }

  it.each([60, 100, 300, 1_000, 5_000])(
    "keeps pictures younger than 2 s at %i kbit/s, and fills the link [F21]",
    (kbits) => {
      const { oldest, bytesPerS } = flow(() => kbits, 60);
      expect(oldest).toBeLessThan(2_000);
      expect(bytesPerS).toBeGreaterThan(Math.min(40_000, (kbits * 125) / 3));
    },
  );

  it("follows a link that loses nine tenths of its width, and takes it back", () => {
    const { oldest, bytesPerS } = flow((at) => (at > 20_000 && at < 40_000 ? 60 : 600), 80);
    expect(oldest).toBeLessThan(5_500);
    expect(bytesPerS).toBeGreaterThan(15_000);
  });

  it("sends nothing into a socket that takes nothing", () => {
    const pace = new Pace();
    pace.sent(0, 1_000);
    expect(pace.maySend(500, 0)).toBe(true);
    expect(pace.maySend(900, 0)).toBe(false);
    pace.reset();
    expect(pace.maySend(900, 0)).toBe(true);
    expect(pace.maySend(900, 80_000)).toBe(false);
  });
});

describe("the sender", () => {
  const encoded: boolean[] = [];
  let rungs: Below[];
  let sent: Frame[];
  let sender: FrameSender;

  class Encoder {
    static isConfigSupported = async () => ({ supported: true });
    state = "configured";
    encodeQueueSize = 0;
    constructor(private readonly init: { output: (chunk: unknown) => void }) {}
    configure() {
      this.state = "configured";
    }
    encode(_: unknown, { keyFrame }: { keyFrame: boolean }) {
      encoded.push(keyFrame);
      const copyTo = (data: Uint8Array) => data.fill(1);
      this.init.output({ type: keyFrame ? "key" : "delta", byteLength: keyFrame ? 3_000 : 300, copyTo });
    }
    close() {
      this.state = "closed";
    }
  }

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("VideoEncoder", Encoder);
    vi.stubGlobal(
      "VideoFrame",
      class {
        close() {}
      },
    );
    vi.stubGlobal("MediaStream", class {});
    encoded.length = 0;
    rungs = [];
    sent = [];
    sender = make();
  });
  afterEach(() => {
    sender.stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  function make(): FrameSender {
    const video = () =>
      Object.assign(document.createElement("video"), { play: async () => undefined }) as HTMLVideoElement;
    const film = () => {
      const made = video();
      Object.defineProperties(made, {
        videoWidth: { value: 1280 },
        videoHeight: { value: 720 },
        srcObject: { value: null, writable: true },
      });
      return made;
    };
    const canvas = () => {
      const made = document.createElement("canvas");
      made.getContext = (() => ({ drawImage: () => undefined })) as never;
      made.toBlob = (done) => done(new Blob([new Uint8Array(5_000)], { type: "image/jpeg" }));
      return made;
    };
    return new FrameSender({
      makers: { video: film, canvas },
      send: (bytes) => {
        const frame = unpack(bytes.slice().buffer);
        if (frame) sent.push(frame);
        setTimeout(() => sender.pace.answered(performance.now()), 100);
      },
      waiting: () => 0,
      onRung: (rung) => void rungs.push(rung),
    });
  }

  const start = async (rung: Below) => {
    await sender.start({} as MediaStreamTrack, rung);
    await vi.advanceTimersByTimeAsync(3_000);
  };

  it("begins with a key frame, no wider than 640, and numbers what follows", async () => {
    await start("frames");
    expect(rungs).toEqual(["frames"]);
    expect(sent[0]).toMatchObject({ kind: Kind.KEY, number: 1, width: 640, height: 360 });
    expect(sent.slice(1).every(({ kind }) => kind === Kind.DELTA)).toBe(true);
    expect(sent.map(({ number }) => number)).toEqual(sent.map((_, index) => index + 1));
    expect(sent.length).toBeGreaterThan(20);
  });

  it("gives a key frame when it is asked, when the server dropped some, and on another socket", async () => {
    await start("frames");
    for (const ask of [() => sender.askKey(), () => sender.refused(), () => sender.socketOpened()]) {
      const before = encoded.filter(Boolean).length;
      ask();
      await vi.advanceTimersByTimeAsync(500);
      expect(encoded.filter(Boolean).length).toBe(before + 1);
    }
  });

  it("gives an image a second where there is no encoder", async () => {
    vi.stubGlobal("VideoEncoder", undefined);
    await start("frames");
    expect(rungs).toEqual(["stills"]);
    expect(sent.map(({ kind }) => kind)).toEqual([Kind.STILL, Kind.STILL, Kind.STILL]);
  });

  it("gives images from the moment when the other side cannot decode", async () => {
    await start("frames");
    sender.askKey(true);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(rungs).toEqual(["frames", "stills"]);
    expect(sent.at(-1)?.kind).toBe(Kind.STILL);
  });

  it("goes on with images when the encoder fails", async () => {
    await start("frames");
    vi.spyOn(Encoder.prototype, "encode").mockImplementation(() => {
      throw new Error("no more");
    });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(rungs).toEqual(["frames", "stills"]);
    expect(sent.at(-1)?.kind).toBe(Kind.STILL);
  });

  it("says nothing after it was stopped", async () => {
    await start("frames");
    sender.stop();
    const { length } = sent;
    await vi.advanceTimersByTimeAsync(3_000);
    expect(sent.length).toBe(length);
  });
});

describe("the receiver", () => {
  let decoded: string[];
  let asked: number;
  let receiver: FrameReceiver;

  class Decoder {
    state = "configured";
    configure() {}
    decode({ type, timestamp }: { type: string; timestamp: number }) {
      decoded.push(`${type} ${timestamp}`);
    }
    close() {
      this.state = "closed";
    }
  }

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("VideoDecoder", Decoder);
    vi.stubGlobal(
      "EncodedVideoChunk",
      class {
        constructor(chunk: object) {
          Object.assign(this, chunk);
        }
      },
    );
    decoded = [];
    asked = 0;
    receiver = new FrameReceiver({
      canvas: () => null,
      onDrawn: () => undefined,
      onNeedKey: () => void asked++,
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const take = (kind: Kind, number: number) => receiver.take(pack({ ...FRAME, kind, number }).buffer);

  it("starts at a key frame and asks for one when it has none, once a second", () => {
    vi.advanceTimersByTime(5_000);
    for (const number of [5, 6, 7]) take(Kind.DELTA, number);
    expect([decoded, asked]).toEqual([[], 1]);
    vi.advanceTimersByTime(1_100);
    take(Kind.DELTA, 8);
    expect(asked).toBe(2);
    take(Kind.KEY, 9);
    take(Kind.DELTA, 10);
    expect(decoded).toEqual(["key 9", "delta 10"]);
  });

  it("after a hole draws nothing until the next key frame", () => {
    take(Kind.KEY, 1);
    take(Kind.DELTA, 2);
    take(Kind.DELTA, 4);
    take(Kind.DELTA, 5);
    take(Kind.KEY, 6);
    expect(decoded).toEqual(["key 1", "delta 2", "key 6"]);
    expect(asked).toBe(1);
  });
});
