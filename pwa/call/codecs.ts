/** What every browser must have (RFC 7742, 5), and what mends it when packets are lost. */
const COMMON = /vp8$|rtx$|red$|ulpfec$/i;
const H264_BASELINE = /packetization-mode=1.*profile-level-id=42e01f/i;

/**
 * VP8 first, then H.264 in the one profile that all have (F39).
 *
 * Others are not offered: a browser lists up to thirty, and each phone would fetch and read them before its first image.
 */
export function preferVp8(transceiver: RTCRtpTransceiver): void {
  const codecs = globalThis.RTCRtpReceiver?.getCapabilities?.("video")?.codecs;
  if (!codecs || !transceiver.setCodecPreferences) return;
  const isVp8 = ({ mimeType }: RTCRtpCodec) => /vp8$/i.test(mimeType);
  const isCommon = ({ mimeType, sdpFmtpLine = "" }: RTCRtpCodec) =>
    COMMON.test(mimeType) || H264_BASELINE.test(sdpFmtpLine);
  try {
    const common = codecs.filter(isCommon);
    transceiver.setCodecPreferences([...common.filter(isVp8), ...common.filter((codec) => !isVp8(codec))]);
  } catch {
    // Some versions refuse a list that they gave themselves; the default order has VP8 too.
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
