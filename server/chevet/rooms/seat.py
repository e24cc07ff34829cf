"""One seat: a numbered stream to one page, that survives a dropped socket."""

import asyncio
from collections import deque

import msgspec

from chevet.model.keys import new_id
from chevet.protocol import CloseCode, ServerMessage
from chevet.rooms.link import OUTBOX_MESSAGES, Link

SEEN_IDS = 512
"""How many handled message ids a seat remembers, so that a message sent again counts once (F8)."""

encode = msgspec.json.Encoder().encode


class Seat:
    """At most one socket holds it; the newest evicts the older (F35)."""

    def __init__(self) -> None:
        self.link: Link | None = None
        self.left_at: float | None = None
        self.turn = asyncio.Lock()
        """Held while its page catches up, and while one of its messages is dealt with, by whichever way that came."""
        self._begin()
        self._was_taken = False
        self._seen: dict[str, None] = {}

    def _begin(self) -> None:
        self.epoch = new_id()
        self.seq = 0
        self._unread: deque[tuple[int, bytes]] = deque()

    def attach(self, link: Link, epoch: str | None, last_seq: int) -> bool:
        """Give the seat to `link`. True when the stream goes on where the page stopped (see `replay`).

        What came before anybody sat here waits for the first page, in a stream that is new to it.
        """
        if self.link is not None:
            self.link.close(CloseCode.REPLACED)
        self.link = link
        self.left_at = None
        if epoch == self.epoch and last_seq <= self.seq:
            self.acknowledge(last_seq)
            return True
        if self._was_taken:
            self._begin()
        self._was_taken = True
        return False

    def replay(self) -> None:
        """Send again what the page has not read."""
        if self.link is not None:
            for _, data in self._unread:
                self.link.send(data)

    def detach(self, link: Link, now: float) -> bool:
        """`link` is gone. False when it had already lost the seat to a newer one."""
        if self.link is not link:
            return False
        self.link = None
        self.left_at = now
        return True

    def evict(self) -> None:
        """Another device takes the seat: close this one and forget its stream."""
        if self.link is not None:
            self.link.close(CloseCode.REPLACED)
            self.link = None
        self._begin()
        self._was_taken = False
        self._seen.clear()

    def push(self, message: ServerMessage) -> None:
        """Number `message` and send it; kept until acknowledged. Too long a backlog ends the stream: resync."""
        self.seq += 1
        message.seq = self.seq
        data = encode(message)
        self._unread.append((self.seq, data))
        if len(self._unread) > OUTBOX_MESSAGES:
            self._begin()
            if self.link is not None:
                self.link.close(CloseCode.SLOW_READER)
        elif self.link is not None:
            self.link.send(data)

    def acknowledge(self, seq: int) -> None:
        while self._unread and self._unread[0][0] <= seq:
            self._unread.popleft()

    def is_new(self, message_id: str) -> bool:
        """False when a message with this id has been handled on this seat already."""
        if message_id in self._seen:
            return False
        self._seen[message_id] = None
        if len(self._seen) > SEEN_IDS:
            del self._seen[next(iter(self._seen))]
        return True

    def forget(self, message_id: str) -> None:
        """Its handling failed: the same id may try again."""
        self._seen.pop(message_id, None)
