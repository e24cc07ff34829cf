"""Starts virtual patients, each a process of its own, and ends them with the server."""

import asyncio
from asyncio.subprocess import DEVNULL, Process
from contextlib import suppress
from urllib.parse import urlsplit

import msgspec
import structlog

from chevet.adapters.child import start_child
from chevet.config import Config
from chevet.errors import Busy
from chevet.model.echo import PatientTask

AT_ONCE = 4
"""Each takes 90 MB and a tenth of a core."""
POLITE_S = 3
LASTS_S = 1800
BUSY_FOR_S = 60
"""Said when all are in use: nobody knows when a training ends."""

log = structlog.get_logger()


class VirtualPatients:
    def __init__(self, config: Config) -> None:
        self._config = config
        self._running: dict[asyncio.Task[None], Process] = {}

    @property
    def count(self) -> int:
        return len(self._running)

    def check_free(self) -> None:
        """Raises Busy."""
        if self.count >= AT_ONCE:
            raise Busy("training-busy", retry_after_s=BUSY_FOR_S)

    async def start(self, link: str) -> None:
        """A patient who comes by this link. Raises Busy, OSError."""
        self.check_free()
        process = await start_child("echo.patient", stdout=DEVNULL)
        assert process.stdin is not None
        process.stdin.write(msgspec.json.encode(self._task(link)) + b"\n")
        watching = asyncio.create_task(_watch(process))
        self._running[watching] = process
        watching.add_done_callback(lambda _: self._running.pop(watching, None))

    async def stop(self) -> None:
        """They leave when their standard input ends."""
        running = dict(self._running)
        for process in running.values():
            assert process.stdin is not None
            process.stdin.close()
        if running:
            _, late = await asyncio.wait(running, timeout=POLITE_S)
            for watching in late:
                with suppress(ProcessLookupError):
                    running[watching].kill()
            await asyncio.gather(*running)

    def _task(self, link: str) -> PatientTask:
        """It speaks to this very server, not to a proxy whose address may mean nothing here."""
        listen = self._config.listen
        if urlsplit(link).hostname in {"localhost", "127.0.0.1"}:
            return PatientTask(link=link, lasts_s=LASTS_S)
        scheme = "https" if listen.tls_certificate else "http"
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(listen.host, listen.host)  # noqa: S104 - asked, not bound
        certificate = str(listen.tls_certificate.absolute()) if listen.tls_certificate else ""
        return PatientTask(
            link=link, lasts_s=LASTS_S, server=f"{scheme}://{host}:{listen.port}", certificate=certificate
        )


async def _watch(process: Process) -> None:
    code = await process.wait()
    if code:
        log.warning("virtual-patient.failed", code=code)
