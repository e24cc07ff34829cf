"""What a meeting knows only while people are in it. Who takes part, and whether they were let in, is in the store."""

import asyncio
from collections import deque

from chevet.protocol import Said

MAX_LINES = 200
"""Of the chat: older ones go."""


class Meeting:
    """Kept as long as its room. `media` is what each participant says it sends: (microphone, camera)."""

    def __init__(self) -> None:
        self.media: dict[str, tuple[bool, bool]] = {}
        self.looked_at_closely: set[str] = set()  # whose picture the practitioner wants in detail
        self.lines: deque[Said] = deque(maxlen=MAX_LINES)
        self.lost: set[str] = set()  # admitted participants whose page is away
        self.rung: set[str] = set()  # for whom the practitioner's desk rang already
        self.telling = asyncio.Lock()
        """One roster at a time: none that was read earlier is told later."""
