"""Frames over the socket: the picture when WebRTC has no path (docs/protocol.md). Big endian, 13 bytes of header:

byte 0 the kind, 1-4 the frame's number, 5-8 capture time in ms by the caller's clock, 9-10 width, 11-12 height.
"""

from enum import IntEnum

from chevet.errors import InvalidInput

HEADER_BYTES = 13
MAX_FRAME_BYTES = 60_000
"""Header included: below what a socket message may have."""
FRAMES_PER_S = 20
FRAME_BYTES_PER_S = 100_000
FRAME_BURST_S = 3
"""What a caller may send at once after a pause, in seconds of the two rates above."""


class FrameKind(IntEnum):
    STILL = 1  # a JPEG image
    KEY = 2  # VP8, stands alone
    DELTA = 3  # VP8, needs every frame since the last key frame


_KINDS = frozenset(int(kind) for kind in FrameKind)


def frame_kind(data: bytes) -> FrameKind:
    """Raises InvalidInput for what is no frame, or too large a one. What follows the header is never read."""
    if len(data) > MAX_FRAME_BYTES:
        raise InvalidInput("frame-too-big", f"at most {MAX_FRAME_BYTES} bytes")
    if len(data) <= HEADER_BYTES or data[0] not in _KINDS:
        raise InvalidInput("frame-unreadable", "13 bytes of header, then the image")
    return FrameKind(data[0])
