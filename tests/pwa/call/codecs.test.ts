import { afterEach, expect, it, vi } from "vitest";
import { preferOpus, preferVp8, withoutStrayLines } from "../../../pwa/call/codecs.ts";

interface Codec {
  mimeType: string;
  sdpFmtpLine?: string;
}
const BASELINE = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f";
const H264: Codec = { mimeType: "video/H264", sdpFmtpLine: BASELINE };
const HIGH: Codec = { mimeType: "video/H264", sdpFmtpLine: BASELINE.replace("42e01f", "64001f") };
const plain = (mimeType: string): Codec => ({ mimeType });
const CHROMIUM = [
  H264,
  HIGH,
  ...["rtx", "VP8", "VP9", "AV1", "red", "ulpfec"].map((name) => plain(`video/${name}`)),
];

afterEach(() => {
  vi.unstubAllGlobals();
});

/** The order in which a browser with these codecs is asked to offer them. */
function ordered(codecs: Codec[], set = vi.fn()): Codec[] {
  vi.stubGlobal("RTCRtpReceiver", { getCapabilities: () => ({ codecs }) });
  preferVp8({ setCodecPreferences: set } as unknown as RTCRtpTransceiver);
  return set.mock.calls[0]?.[0] ?? [];
}

it("VP8 is offered first, then the H.264 that all have; what mends lost packets stays [F39]", () => {
  const names = ordered(CHROMIUM).map(({ mimeType }) => mimeType.replace("video/", ""));
  expect(names).toEqual(["VP8", "H264", "rtx", "red", "ulpfec"]);
  expect(ordered(CHROMIUM)).toContain(H264);
});

it("a browser of H.264 alone offers what it has [F39]", () => {
  expect(ordered([H264, plain("video/rtx")])).toEqual([H264, plain("video/rtx")]);
});

it.each([
  ["Chromium", ["opus", "red", "G722", "PCMU", "CN", "telephone-event"], ["red", "opus"]],
  ["Firefox", ["opus", "G722", "PCMU", "telephone-event"], ["opus"]],
])("of %s's voices Opus is offered alone, doubled where the browser can", (_, names, expected) => {
  const set = vi.fn();
  const codecs = names.map((name) => plain(`audio/${name}`));
  vi.stubGlobal("RTCRtpReceiver", {
    getCapabilities: (kind: string) => ({ codecs: kind === "audio" ? codecs : [] }),
  });
  preferOpus({ setCodecPreferences: set } as unknown as RTCRtpTransceiver);
  expect(set.mock.calls[0]?.[0]).toEqual(expected.map((name) => plain(`audio/${name}`)));
});

it("a browser that refuses the order, or cannot be asked, keeps its own [F39]", () => {
  const refuse = vi.fn(() => {
    throw new TypeError("InvalidModificationError");
  });
  expect(() => ordered(CHROMIUM, refuse)).not.toThrow();
  vi.stubGlobal("RTCRtpReceiver", undefined);
  expect(() => preferVp8({} as RTCRtpTransceiver)).not.toThrow();
});

it("a description says nothing of codecs that it does not offer: Chromium would refuse Firefox's [F39]", () => {
  const kept = [
    "v=0",
    "m=video 9 UDP/TLS/RTP/SAVPF 120 124",
    "a=rtcp-fb:120 nack pli",
    "a=rtcp-fb:* ccm fir",
  ];
  const rest = ["a=fmtp:124 apt=120", "a=rtpmap:120 VP8/90000", "a=answers:o=- 1 2", ""];
  const stray = ["a=rtcp-fb:121 nack", "a=fmtp:99 x=1", "a=rtpmap:99 AV1/90000"];
  expect(withoutStrayLines([...kept, ...stray, ...rest].join("\r\n"))).toBe([...kept, ...rest].join("\r\n"));
});
