"""The picture over the socket: what a caller may send of it, and what waits for a slow reader (F12)."""

from collections import deque
from collections.abc import Callable

from chevet.errors import InvalidInput
from chevet.limits import Limit
from chevet.model.frames import FRAME_BURST_S, FRAME_BYTES_PER_S, FRAMES_PER_S, FrameKind, frame_kind

FLOOD_FRAMES_PER_S = 200
FLOOD_BURST = 1000
"""Ten times what a page ever sends: this is no page (A25)."""


class FrameGate:
    """What one caller's socket may send. Too much is dropped, and then deltas until the next key frame."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._flood = Limit(FLOOD_BURST, FLOOD_BURST / FLOOD_FRAMES_PER_S, clock)
        self._frames = Limit(FRAMES_PER_S * FRAME_BURST_S, FRAME_BURST_S, clock)
        self._bytes = Limit(FRAME_BYTES_PER_S * FRAME_BURST_S, FRAME_BURST_S, clock)
        self._complaints = Limit(1, 1, clock)
        self._needs_key = True  # what an older socket had sent may be lost

    def admit(self, data: bytes) -> bool:
        """False for a delta that cannot be decoded any more. Raises InvalidInput, TooManyRequests (a flood)."""
        self._flood.spend("frames")
        kind = frame_kind(data)
        if self._frames.wait_s("frames") or self._bytes.wait_s("frames", amount=len(data)):
            self._needs_key = self._needs_key or kind is not FrameKind.STILL
            raise InvalidInput("frames-too-many", "the rate is bounded")
        if kind is FrameKind.DELTA and self._needs_key:
            return False
        self._needs_key = self._needs_key and kind is not FrameKind.KEY
        self._frames.spend("frames")
        self._bytes.spend("frames", amount=len(data))
        return True

    def may_complain(self) -> bool:
        """At most once a second."""
        is_due = not self._complaints.wait_s("frames")
        if is_due:
            self._complaints.spend("frames")
        return is_due


class FrameBuffer:
    """About one second of frames for one reader. When it overflows old ones go; a key frame comes first after that."""

    def __init__(self) -> None:
        self._frames: deque[bytes] = deque()
        self._bytes = 0
        self._needs_key = True

    def put(self, data: bytes) -> None:
        kind = frame_kind(data)
        if kind is FrameKind.DELTA and self._needs_key:
            return
        if len(self._frames) >= FRAMES_PER_S or self._bytes + len(data) > FRAME_BYTES_PER_S:
            self._overflow(keep_newest=kind is FrameKind.DELTA)
            self._needs_key = True
        if kind is FrameKind.KEY:
            self._needs_key = False
        if kind is not FrameKind.DELTA or not self._needs_key:
            self._push(data)

    def take(self) -> bytes | None:
        """The oldest frame that waits."""
        if not self._frames:
            return None
        data = self._frames.popleft()
        self._bytes -= len(data)
        return data

    def _overflow(self, *, keep_newest: bool) -> None:
        """Let go of all, but for the newest frame that stands alone if what comes next does not."""
        alone = [data for data in self._frames if frame_kind(data) is not FrameKind.DELTA]
        self._frames.clear()
        self._bytes = 0
        if keep_newest and alone:
            self._push(alone[-1])

    def _push(self, data: bytes) -> None:
        self._frames.append(data)
        self._bytes += len(data)
