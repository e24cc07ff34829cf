import { afterEach, expect, it, vi } from "vitest";
import { preferVp8 } from "../../../pwa/call/codecs.ts";

const CHROMIUM = [
  "video/H264",
  "video/rtx",
  "video/VP8",
  "video/VP9",
  "video/AV1",
  "video/red",
  "video/ulpfec",
];

afterEach(() => {
  vi.unstubAllGlobals();
});

/** The order in which a browser with these codecs is asked to offer them. */
function ordered(mimeTypes: string[], set = vi.fn()): string[] {
  const codecs = mimeTypes.map((mimeType) => ({ mimeType }));
  vi.stubGlobal("RTCRtpReceiver", { getCapabilities: () => ({ codecs }) });
  preferVp8({ setCodecPreferences: set } as unknown as RTCRtpTransceiver);
  return (set.mock.calls[0]?.[0] ?? []).map(({ mimeType }: { mimeType: string }) => mimeType);
}

it("VP8 is offered first, and every other codec behind it in the browser's own order [F39]", () => {
  const [vp8, ...rest] = ordered(CHROMIUM);
  expect(vp8).toBe("video/VP8");
  expect(rest).toEqual(CHROMIUM.filter((mimeType) => mimeType !== "video/VP8"));
});

it("a browser of H.264 alone offers what it has [F39]", () => {
  expect(ordered(["video/H264", "video/rtx"])).toEqual(["video/H264", "video/rtx"]);
});

it("a browser that refuses the order, or cannot be asked, keeps its own [F39]", () => {
  const refuse = vi.fn(() => {
    throw new TypeError("InvalidModificationError");
  });
  expect(() => ordered(CHROMIUM, refuse)).not.toThrow();
  vi.stubGlobal("RTCRtpReceiver", undefined);
  expect(() => preferVp8({} as RTCRtpTransceiver)).not.toThrow();
});
