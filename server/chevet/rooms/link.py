"""One socket's way out: a bounded queue and one writer task, so that a slow reader makes nobody else wait (F48)."""

import asyncio
from collections.abc import Awaitable, Callable

from chevet.protocol import CloseCode
from chevet.rooms.frames import FrameBuffer

OUTBOX_MESSAGES = 256
SEND_TIMEOUT_S = 10


class Link:
    """`send_text`, `send_bytes` and `close_socket` are the socket's own; `session_id` is the sign-in behind it.

    Messages all arrive; frames are dropped when the reader is slow, and never make a message wait for more than one.
    """

    def __init__(
        self,
        send_text: Callable[[bytes], Awaitable[None]],
        send_bytes: Callable[[bytes], Awaitable[None]],
        close_socket: Callable[[int], Awaitable[None]],
        *,
        session_id: str | None = None,
    ) -> None:
        self._send_text = send_text
        self._send_bytes = send_bytes
        self._close_socket = close_socket
        self._queue: asyncio.Queue[bytes] = asyncio.Queue(OUTBOX_MESSAGES)
        self._frames = FrameBuffer()
        self._closing: int | None = None
        self._wake = asyncio.Event()
        self.session_id = session_id

    def send(self, data: bytes) -> None:
        """Queue one message. A full queue closes the socket with SLOW_READER."""
        if self._closing is not None:
            return
        try:
            self._queue.put_nowait(data)
        except asyncio.QueueFull:
            self._queue = asyncio.Queue()
            self.close(CloseCode.SLOW_READER)
        self._wake.set()

    def send_frame(self, data: bytes) -> None:
        """Send a frame if the reader keeps up."""
        self._frames.put(data)
        self._wake.set()

    def close(self, code: int) -> None:
        """Close once what is queued has been sent."""
        if self._closing is None:
            self._closing = code
            self._wake.set()

    async def write(self) -> None:
        """The writer task: runs until the link is closed or the socket breaks."""
        while await self._write_one():
            pass

    async def _write_one(self) -> bool:
        """Messages first, then frames. False when the link has been closed."""
        async with asyncio.timeout(SEND_TIMEOUT_S):
            if not self._queue.empty():
                await self._send_text(self._queue.get_nowait())
                return True
            if self._closing is not None:
                await self._close_socket(self._closing)
                return False
            if frame := self._frames.take():
                await self._send_bytes(frame)
                return True
        self._wake.clear()
        await self._wake.wait()
        return True
