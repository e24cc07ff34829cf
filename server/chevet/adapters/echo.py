"""The process that makes the echo: started at the first need, watched, started again when it died (F43).

The pipes are private to the two of them: nothing to configure, no port, no secret. Its end never hurts the server.
"""

import asyncio
from asyncio.subprocess import Process
from collections.abc import Callable
from contextlib import suppress

import msgspec
import structlog

from chevet.adapters.child import start_child
from chevet.errors import InvalidInput, Unavailable
from chevet.model.echo import (
    MAX_LINE_BYTES,
    CloseEcho,
    EchoAnswered,
    EchoEnded,
    EchoIce,
    EchoNews,
    EchoReady,
    EchoRefused,
    EchoReported,
    FromEcho,
    OpenEcho,
    ToEcho,
)

START_S = 20
"""To load what it needs: 2 s, and a busy machine."""
ANSWER_S = 8
"""For two gatherings at most, and a busy machine. Then it hangs, and is killed."""
POLITE_S = 2
"""To leave by itself when its standard input has ended."""
IDLE_S = 300
"""It holds 70 MB: unused for so long it goes."""
RENEWED_AFTER = 100
"""Sessions after which it is replaced as soon as it is idle: aiortc's memory was seen to grow a little with each."""

log = structlog.get_logger()
decode = msgspec.json.Decoder(FromEcho).decode
encode = msgspec.json.Encoder().encode


class EchoProcess:
    """`on_news` hears the reports and the one end of each session that was answered."""

    def __init__(self) -> None:
        self.on_news: Callable[[EchoNews], None] = lambda _: None
        self._child: Child | None = None
        self._turn = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int | None:
        """Of the process that would answer now, if it runs."""
        return self._child.process.pid if self._child and self._child.is_alive else None

    async def start(self) -> "Child":
        """Start it unless it runs. Raises OSError."""
        async with self._turn:
            if self._child is None or not self._child.is_alive:
                self._child = Child(await start_child("echo", limit=MAX_LINE_BYTES), self._hear)
                self._rest()
            return self._child

    async def answer(self, id_: str, sdp: str, ice: EchoIce | None) -> str:
        """The answer to an offer. Raises InvalidInput (an offer of no use), Unavailable."""
        child = None
        try:
            child = await self.start()
            return await child.answer(OpenEcho(id=id_, sdp=sdp, ice=ice))
        except (TimeoutError, OSError) as error:
            if child is not None:
                child.kill()
            raise Unavailable("echo-unavailable", "the echo does not answer") from error
        finally:
            self._rest()

    def close(self, id_: str) -> None:
        """End this session now; its verdict comes as news."""
        if self._child is not None and self._child.is_alive:
            self._child.tell(CloseEcho(id=id_))

    async def stop(self) -> None:
        """The server stops."""
        self._stay()
        if self._child is not None:
            await self._child.leave()

    def _hear(self, news: EchoNews) -> None:
        self.on_news(news)
        if isinstance(news, EchoEnded):
            self._rest()

    def _stay(self) -> None:
        if self._idle is not None:
            self._idle.cancel()

    def _rest(self) -> None:
        """When nothing is open it goes: soon if it is old, else when nobody comes."""
        self._stay()
        child = self._child
        if child is not None and not child.is_busy:
            wait_s = 0 if child.served >= RENEWED_AFTER else IDLE_S
            self._idle = asyncio.get_running_loop().call_later(wait_s, self._go)

    def _go(self) -> None:
        if self._child is not None and not self._child.is_busy:
            self._child.hang_up()
            self._child = None


class Child:
    """One process, from its start to its end."""

    def __init__(self, process: Process, on_news: Callable[[EchoNews], None]) -> None:
        self.process = process
        self.served = 0
        self.is_alive = True
        self._ready = asyncio.Event()
        self._on_news = on_news
        self._answers: dict[str, asyncio.Future[str]] = {}
        self._open: set[str] = set()
        self._reader = asyncio.create_task(self._read())

    @property
    def is_busy(self) -> bool:
        return bool(self._open or self._answers)

    async def answer(self, message: OpenEcho) -> str:
        """Raises InvalidInput, Unavailable (it died), TimeoutError (it hangs)."""
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._answers[message.id] = future
        try:
            async with asyncio.timeout(START_S):
                await self._ready.wait()
            if self.is_alive:
                self.tell(message)
            async with asyncio.timeout(ANSWER_S):
                return await future
        except asyncio.CancelledError:
            self.tell(CloseEcho(id=message.id))
            raise
        finally:
            del self._answers[message.id]

    def tell(self, message: ToEcho) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(encode(message) + b"\n")

    def hang_up(self) -> None:
        """End of its standard input: it leaves by itself. A dead one minds nothing."""
        assert self.process.stdin is not None
        self.is_alive = False
        self.process.stdin.close()

    def kill(self) -> None:
        self.is_alive = False
        with suppress(ProcessLookupError):
            self.process.kill()

    async def leave(self) -> None:
        """It is gone when this returns."""
        self.hang_up()
        try:
            async with asyncio.timeout(POLITE_S):
                await asyncio.shield(self._reader)
        except TimeoutError:
            self.kill()
            await self._reader

    async def _read(self) -> None:
        """What it says, until it dies; then what it held is over."""
        assert self.process.stdout is not None
        try:
            while line := await self.process.stdout.readline():
                self._hear(decode(line))
        except (msgspec.MsgspecError, ValueError):
            log.exception("echo.unreadable")
            self.kill()
        self.is_alive = False
        self._mourn(await self.process.wait())
        self._ready.set()

    def _mourn(self, code: int) -> None:
        if self.is_busy:
            log.warning("echo.stopped", code=code, sessions=len(self._open))
        for future in self._answers.values():
            if not future.done():
                future.set_exception(Unavailable("echo-unavailable", "the echo has just stopped"))
        while self._open:
            self._on_news(EchoEnded(id=self._open.pop()))

    def _hear(self, message: FromEcho) -> None:
        match message:
            case EchoReady():
                self._ready.set()
            case EchoAnswered() | EchoRefused():
                self._settle(message)
            case EchoReported():
                self._on_news(message)
            case EchoEnded():
                self._open.discard(message.id)
                self._on_news(message)

    def _settle(self, message: EchoAnswered | EchoRefused) -> None:
        future = self._answers.get(message.id)
        if future is None or future.done():
            return
        if isinstance(message, EchoRefused):
            future.set_exception(InvalidInput("echo-offer", "one microphone, one camera, or both"))
            return
        self.served += 1
        self._open.add(message.id)
        future.set_result(message.sdp)
