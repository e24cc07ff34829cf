"""Who tests the equipment now: places in the echo, few on purpose (F43), and what was found. In memory."""

from collections.abc import Callable

from chevet.errors import Busy
from chevet.model.echo import (
    CONNECT_S,
    LASTS_S,
    EchoEnded,
    EchoFigures,
    EchoReason,
    EchoReported,
    EchoState,
    EchoVerdict,
)

USE_WITHIN_S = 15
"""A place for which no offer comes is given away: browsers gather for 2 s, people take a while to say yes."""
LATE_S = 10
"""A verdict may come so much after the end of a test, on a busy machine."""
KEPT_S = 120
"""What was found can be asked for so long after the end."""


class Echo:
    """One place. `participant_id` is null when a professional tests his own equipment outside any encounter."""

    def __init__(self, id_: str, owner: str, participant_id: str | None, until: float) -> None:
        self.id = id_
        self.owner = owner
        self.participant_id = participant_id
        self.until = until
        self.state = EchoState.RESERVED
        self.figures = EchoFigures()
        self.verdict: EchoVerdict | None = None
        self.reasons: list[EchoReason] = []


class Echoes:
    """Only the event loop touches it. `capacity` places at once."""

    def __init__(self, capacity: int, clock: Callable[[], float]) -> None:
        self.capacity = capacity
        self._clock = clock
        self._echoes: dict[str, Echo] = {}

    def take(self, id_: str, owner: str, participant_id: str | None) -> tuple[Echo, Echo | None]:
        """A place, and the one of the same owner that it replaces. Raises Busy."""
        self._sweep()
        older = next((echo for echo in self._taken() if echo.owner == owner), None)
        if older is None and len(self._taken()) >= self.capacity:
            raise Busy("echo-busy", retry_after_s=self._wait_s())
        if older is not None:
            self._end(older)
        echo = Echo(id_, owner, participant_id, self._clock() + USE_WITHIN_S)
        self._echoes[id_] = echo
        return echo, older

    def find(self, id_: str) -> Echo | None:
        self._sweep()
        return self._echoes.get(id_)

    def connect(self, echo: Echo) -> None:
        """Its offer has come."""
        echo.state = EchoState.CONNECTING
        echo.until = self._clock() + CONNECT_S + LASTS_S

    def note(self, news: EchoReported) -> None:
        echo = self._echoes.get(news.id)
        if echo is not None and echo.state is not EchoState.ENDED:
            echo.state, echo.figures = news.state, news.figures
            if news.state is EchoState.FLOWING:
                echo.until = self._clock() + max(0.0, LASTS_S - news.figures.flowing_s)

    def end(self, id_: str, news: EchoEnded | None = None) -> Echo | None:
        """The place is free again. None when it was already."""
        echo = self._echoes.get(id_)
        if echo is None or echo.state is EchoState.ENDED:
            return None
        if news is not None and news.figures is not None:
            echo.verdict, echo.reasons, echo.figures = news.verdict, news.reasons, news.figures
        self._end(echo)
        return echo

    def left_s(self, echo: Echo) -> int:
        return 0 if echo.state is EchoState.ENDED else max(0, round(echo.until - self._clock()))

    def _end(self, echo: Echo) -> None:
        echo.state = EchoState.ENDED
        echo.until = self._clock() + KEPT_S

    def _taken(self) -> list[Echo]:
        return [echo for echo in self._echoes.values() if echo.state is not EchoState.ENDED]

    def _wait_s(self) -> int:
        """Until the first of them is over."""
        return max(1, round(min(echo.until for echo in self._taken()) - self._clock()))

    def _sweep(self) -> None:
        """A place nobody used is free, so is one whose end was never told; what ended long ago is forgotten."""
        now = self._clock()
        for echo in list(self._echoes.values()):
            is_used = echo.state in {EchoState.CONNECTING, EchoState.FLOWING}
            if echo.until + (LATE_S if is_used else 0) <= now:
                del self._echoes[echo.id]
