/** What every browser must have (RFC 7742, 5), and what mends it when packets are lost. */
const COMMON = /vp8$|rtx$|red$|ulpfec$/i;
const H264_BASELINE = /packetization-mode=1.*profile-level-id=42e01f/i;
const VP8 = /vp8$/i;
/** What every browser must have (RFC 7874, 3), said twice where a browser can (RFC 2198): one lost packet is unheard. */
const VOICE = /red$|opus$/i;
const RED = /red$/i;

/**
 * VP8 first, then H.264 in the one profile that all have (F39).
 *
 * Others are not offered: a browser lists up to thirty, and each phone would fetch and read them before its first image.
 */
export function preferVp8(transceiver: RTCRtpTransceiver): void {
  const isCommon = ({ mimeType, sdpFmtpLine = "" }: RTCRtpCodec) =>
    COMMON.test(mimeType) || H264_BASELINE.test(sdpFmtpLine);
  prefer(transceiver, "video", isCommon, VP8);
}

/** Opus, each packet with the one before it where both sides can; nothing else. */
export function preferOpus(transceiver: RTCRtpTransceiver): void {
  prefer(transceiver, "audio", ({ mimeType }) => VOICE.test(mimeType), RED);
}

function prefer(
  transceiver: RTCRtpTransceiver,
  kind: "audio" | "video",
  isWanted: (codec: RTCRtpCodec) => boolean,
  first: RegExp,
): void {
  const codecs = globalThis.RTCRtpReceiver?.getCapabilities?.(kind)?.codecs;
  if (!codecs || !transceiver.setCodecPreferences) return;
  const isFirst = ({ mimeType }: RTCRtpCodec) => first.test(mimeType);
  try {
    const wanted = codecs.filter(isWanted);
    transceiver.setCodecPreferences([
      ...wanted.filter(isFirst),
      ...wanted.filter((codec) => !isFirst(codec)),
    ]);
  } catch {
    // Some versions refuse a list that they gave themselves; the default order has Opus and VP8 too.
  }
}

/**
 * Firefox leaves lines of codecs that it no longer offers, and Chromium refuses a description that has them: taken
 * away before it is sent.
 */
export function withoutStrayLines(sdp: string): string {
  const lists = [...sdp.matchAll(/^m=\S+ \d+ \S+ ([\d ]+)/gm)].map(([, types = ""]) =>
    types.trim().split(" "),
  );
  const offered = new Set(lists.flat());
  const keep = (line: string, type: string) => (offered.has(type) ? line : "");
  return sdp.replace(/^a=(?:rtpmap|fmtp|rtcp-fb):(\d+) .*\r\n/gm, keep);
}
