"""The outbox: does the jobs that transactions left behind, at least once each.

One worker a process. A job is taken under a lease and given back, done or given up; when its process dies,
another one takes it once the lease is over. So a job may run twice: its id is the idempotency key for whoever
receives it.
"""

import asyncio
import random
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import structlog

from chevet.errors import PermanentFailure, TransientFailure, Unavailable
from chevet.model.records import Job
from chevet.store import Store, Tx, jobs

Handler = Callable[[dict[str, Any], Job], Awaitable[Any]]
"""Does a job of one kind. Raises PermanentFailure to give up, TransientFailure to be called again."""
FailureHandler = Callable[[dict[str, Any], Job, str], Awaitable[Any]]
"""Told why a job was given up (a reason code), before that is written down: at least once."""

_log = structlog.get_logger("outbox")


@dataclass(frozen=True)
class Pace:
    """How the outbox works. A lease outlives the handler's time, so that no two workers hold one job."""

    max_attempts: int = 6
    timeout_s: float = 15
    lease_s: float = 25
    concurrency: int = 20
    poll_s: float = 1
    first_retry_s: float = 1
    longest_retry_s: float = 60
    grace_s: float = 5
    """How long `stop` lets running jobs go on before it takes them back."""

    def retry_s(self, attempts: int, asked_s: float | None) -> float:
        """1, 2, 4, 8… s after the first, second… attempt, ± 20 %; later when the other side asked for it."""
        wait = max(self.first_retry_s * 2 ** (attempts - 1), asked_s or 0)
        return min(wait, self.longest_retry_s) * random.uniform(0.8, 1.2)  # noqa: S311 - not a secret


class Outbox:
    """`handlers` and `on_failed` map a job's kind to what does it; jobs of other kinds are left alone."""

    def __init__(
        self,
        store: Store,
        handlers: Mapping[str, Handler],
        clock: Callable[[], float],
        *,
        on_failed: Mapping[str, FailureHandler] | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._store = store
        self._handlers = handlers
        self._on_failed = {} if on_failed is None else on_failed
        self._clock = clock
        self._pace = pace or Pace()
        assert self._pace.lease_s > self._pace.timeout_s
        self._awake = asyncio.Event()
        self._is_stopping = False
        self._worker: asyncio.Task[None] | None = None
        self._running: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Look for jobs now. Call it after the transaction that queued one."""
        self._awake.set()

    async def start(self) -> None:
        self._is_stopping = False
        self._worker = asyncio.create_task(self._work(), name="outbox")

    async def stop(self) -> None:
        """Take no more jobs, let those under way end, give back those that do not."""
        if self._worker is None:
            return
        self._is_stopping = True
        self.wake()
        await self._worker
        self._worker = None
        if self._running:
            await asyncio.wait(self._running, timeout=self._pace.grace_s)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _work(self) -> None:
        while not self._is_stopping:
            self._awake.clear()
            for job in await self._claim():
                task = asyncio.create_task(self._do(job), name=f"job {job.kind}")
                self._running.add(task)
                task.add_done_callback(self._end)
            try:
                async with asyncio.timeout(self._pace.poll_s):
                    await self._awake.wait()
            except TimeoutError:
                continue

    def _end(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self.wake()

    async def _claim(self) -> list[Job]:
        free = self._pace.concurrency - len(self._running)
        if free <= 0:
            return []
        now, lease_s, kinds = self._clock(), self._pace.lease_s, list(self._handlers)
        try:
            return await self._store.run(
                lambda tx: jobs.claim(tx, now=now, lease_s=lease_s, limit=free, kinds=kinds)
            )
        except Exception as error:  # noqa: BLE001 - the worker outlives a store that is away for a while
            _log.warning("outbox.store-unavailable", error=type(error).__name__)
            return []

    async def _do(self, job: Job) -> None:
        try:
            await self._attempt(job)
        except asyncio.CancelledError:
            await self._settle(job, lambda tx: jobs.retry_at(tx, job, self._clock(), "stopped"))
            raise
        except Exception as error:  # noqa: BLE001 - a fault of ours, or a failure that could not be told: again
            _log.error(
                "outbox.job-left", job=job.id, kind=job.kind, error=type(error).__name__, at=_where(error)
            )
            await self._later(job, "unexpected")

    async def _attempt(self, job: Job) -> None:
        payload = msgspec.json.decode(job.payload)
        if job.attempts > self._pace.max_attempts:  # its worker died in the last attempt
            return await self._give_up(job, payload, "attempts-exhausted")
        try:
            async with asyncio.timeout(self._pace.timeout_s):
                await self._handlers[job.kind](payload, job)
        except PermanentFailure as error:
            return await self._give_up(job, payload, error.code)
        except TransientFailure as error:
            return await self._try_again(job, payload, error.code, error.retry_after_s)
        except TimeoutError:
            return await self._try_again(job, payload, "timeout")
        except Exception as error:  # noqa: BLE001 - a fault of ours: it may pass, and must not stop the others
            # no message and no values: they may hold a number or a link
            _log.error(
                "outbox.job-raised", job=job.id, kind=job.kind, error=type(error).__name__, at=_where(error)
            )
            return await self._try_again(job, payload, "unexpected")
        await self._settle(job, lambda tx: jobs.finish(tx, job, now=self._clock()))
        return None

    async def _try_again(
        self, job: Job, payload: dict[str, Any], reason: str, asked_s: float | None = None
    ) -> None:
        if job.attempts >= self._pace.max_attempts:
            await self._give_up(job, payload, reason)
        else:
            await self._later(job, reason, asked_s)

    async def _later(self, job: Job, reason: str, asked_s: float | None = None) -> None:
        wait_s = self._pace.retry_s(job.attempts, asked_s)
        await self._settle(job, lambda tx: jobs.retry_at(tx, job, self._clock() + wait_s, reason))
        asyncio.get_running_loop().call_later(wait_s, self.wake)

    async def _give_up(self, job: Job, payload: dict[str, Any], reason: str) -> None:
        _log.warning("outbox.job-failed", job=job.id, kind=job.kind, reason=reason, attempts=job.attempts)
        if tell := self._on_failed.get(job.kind):
            await tell(payload, job, reason)
        await self._settle(job, lambda tx: jobs.fail(tx, job, reason, now=self._clock()))

    async def _settle(self, job: Job, fn: Callable[[Tx], bool]) -> None:
        """Write down what became of a job. While its lease lasts, a store that is away is waited for.

        So an outage between sending and writing down does not send twice. After that it is taken again.
        """
        while True:
            try:
                await self._store.run(fn)
            except Unavailable:
                if self._clock() >= (job.locked_until or 0) or self._is_stopping:
                    return
                await asyncio.sleep(self._pace.poll_s)
            else:
                return


def _where(error: BaseException) -> list[str]:
    """The places of the traceback, without values."""
    return [
        f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)
    ]
