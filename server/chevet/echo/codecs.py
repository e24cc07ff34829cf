"""Which codecs aiortc may use on a line."""

from aiortc import RTCRtpReceiver, RTCRtpTransceiver


def only(transceiver: RTCRtpTransceiver, types: set[str]) -> None:
    """Those of these media types (`video/VP8`), no retransmission format."""
    known = RTCRtpReceiver.getCapabilities(transceiver.kind)
    assert known is not None, "audio and video always have some"
    transceiver.setCodecPreferences([codec for codec in known.codecs if codec.mimeType in types])
