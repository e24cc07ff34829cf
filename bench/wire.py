"""A TCP proxy that counts: what really crosses the wire, TLS handshakes and headers included."""

import asyncio
import contextlib
import threading
from dataclasses import dataclass
from typing import Self


@dataclass
class Counts:
    """Bytes each way, and connections, since the last `restart`."""

    down: int = 0
    up: int = 0
    connections: int = 0

    @property
    def total(self) -> int:
        return self.down + self.up


class CountingProxy:
    """Listens on `port` of loopback and passes everything on to `target`, in a thread of its own."""

    def __init__(self, port: int, target: int) -> None:
        self._port = port
        self._target = target
        self.counts = Counts()
        self._ready = threading.Event()

    def restart(self) -> None:
        self.counts = Counts()

    def snapshot(self) -> Counts:
        return Counts(self.counts.down, self.counts.up, self.counts.connections)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(timeout=5)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._end = asyncio.Event()
        server = await asyncio.start_server(self._connected, "127.0.0.1", self._port)
        self._ready.set()
        await self._end.wait()
        server.close()

    async def _connected(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        self.counts.connections += 1
        with contextlib.suppress(OSError):
            answer, ask = await asyncio.open_connection("127.0.0.1", self._target)
            await asyncio.gather(self._pass(client, ask, "up"), self._pass(answer, back, "down"))

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, way: str) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                setattr(self.counts, way, getattr(self.counts, way) + len(data))
                sink.write(data)
                await sink.drain()
        with contextlib.suppress(OSError):
            sink.close()
