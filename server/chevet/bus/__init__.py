"""How one process tells the others: `publish` reaches every subscriber of a topic, this process included."""

from collections.abc import Callable
from typing import Protocol

Sink = Callable[[bytes], None]


class Bus(Protocol):
    def publish(self, topic: str, payload: bytes) -> None:
        """Hand `payload` to every sink of `topic`, in order for one publisher. Never blocks."""
        ...

    def subscribe(self, topic: str, sink: Sink) -> Callable[[], None]:
        """Call `sink` for every payload; returns what ends it."""
        ...
