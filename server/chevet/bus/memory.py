"""The bus of a single process."""

from collections import defaultdict
from collections.abc import Callable

from chevet.bus import Sink


class MemoryBus:
    def __init__(self) -> None:
        self._sinks: defaultdict[str, list[Sink]] = defaultdict(list)

    def publish(self, topic: str, payload: bytes) -> None:
        for sink in tuple(self._sinks.get(topic, ())):
            sink(payload)

    def subscribe(self, topic: str, sink: Sink) -> Callable[[], None]:
        self._sinks[topic].append(sink)

        def unsubscribe() -> None:
            self._sinks[topic].remove(sink)
            if not self._sinks[topic]:
                del self._sinks[topic]

        return unsubscribe
