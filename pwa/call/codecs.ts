/** VP8 first, every other codec kept behind it: reorder, never strip (F39). */
export function preferVp8(transceiver: RTCRtpTransceiver): void {
  const codecs = globalThis.RTCRtpReceiver?.getCapabilities?.("video")?.codecs;
  if (!codecs || !transceiver.setCodecPreferences) return;
  const isVp8 = ({ mimeType }: RTCRtpCodec) => /vp8$/i.test(mimeType);
  const ordered = [...codecs.filter(isVp8), ...codecs.filter((codec) => !isVp8(codec))];
  try {
    transceiver.setCodecPreferences(ordered);
  } catch {
    // Some versions refuse a list that they gave themselves; the default order has VP8 too.
  }
}
