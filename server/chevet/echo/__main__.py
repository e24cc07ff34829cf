"""`python -m chevet.echo`: started by the server (adapters/echo.py), told what to do on standard input.

Its end of the pipe is its life: when the server goes, however it goes, standard input ends and so does this.
"""

import asyncio
import os
import resource
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import av.logging
import msgspec

from chevet.echo.session import EchoSession
from chevet.model.echo import MAX_LINE_BYTES, CloseEcho, EchoReady, FromEcho, OpenEcho, ToEcho

NICE = 10
"""Signaling goes before (F43)."""
MEMORY_BYTES = 4 << 30
"""Of addresses, of which threads take far more than they use."""

decode = msgspec.json.Decoder(ToEcho).decode
encode = msgspec.json.Encoder().encode


class Desk:
    """The sessions under way, by id."""

    def __init__(self, say: Callable[[FromEcho], None]) -> None:
        self._say = say
        self._sessions: dict[str, tuple[EchoSession, asyncio.Task[None]]] = {}

    def hear(self, message: OpenEcho | CloseEcho) -> None:
        match message:
            case OpenEcho():
                session = EchoSession(message, self._say)
                task = asyncio.create_task(session.run())
                self._sessions[message.id] = session, task
                task.add_done_callback(lambda _: self._sessions.pop(message.id, None))
            case CloseEcho(id=id_) if id_ in self._sessions:
                self._sessions[id_][0].stop()


async def serve(out: int) -> None:
    """Until standard input ends."""
    desk = Desk(lambda message: write_line(out, message))
    write_line(out, EchoReady())
    reader = asyncio.StreamReader(limit=MAX_LINE_BYTES)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while line := await reader.readline():
        desk.hear(decode(line))


def write_line(out: int, message: FromEcho) -> None:
    data = encode(message) + b"\n"
    while data:
        data = data[os.write(out, data) :]


def limit_ourselves() -> None:
    """Somebody's picture may be made to fill the memory: then this process goes, and no other (A44)."""
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    with suppress(OSError):  # Linux only
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")


def main() -> None:
    """Whatever a library prints goes to standard error: standard output holds messages only."""
    out = os.dup(1)
    os.dup2(2, 1)
    limit_ourselves()
    av.logging.set_level(av.logging.PANIC)
    with suppress(BrokenPipeError):  # the server is gone
        asyncio.run(serve(out))
    os._exit(0)  # decoders' threads are not waited for


if __name__ == "__main__":
    main()
