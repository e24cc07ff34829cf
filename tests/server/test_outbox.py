"""Jobs are done at least once, at once, beside each other, and given up aloud."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from chevet.errors import PermanentFailure, TransientFailure, Unavailable
from chevet.model.records import Job
from chevet.outbox import Outbox, Pace
from chevet.store import jobs
from chevet.store.engines import open_store

FAST = Pace(first_retry_s=0.02, poll_s=0.1, grace_s=0.2)


@pytest.fixture
async def store(tmp_path):
    opened = open_store("sqlite", tmp_path)
    await opened.open()
    yield opened
    await opened.close()


class Desk:
    """An outbox at work, and what became of its jobs."""

    def __init__(self, store, pace=FAST, **handlers):
        self.store = store
        self.calls: list[tuple[dict, Job]] = []
        self.failures: list[tuple[dict, Job, str]] = []
        self.outbox = Outbox(
            store,
            {"send": self.send} | handlers,
            time.time,
            on_failed={"send": self.failed},
            pace=pace,
        )
        self.outcomes: list[BaseException | float | None] = []  # of the next calls: raise, sleep, or be done
        self.happened = asyncio.Event()

    async def __aenter__(self):
        await self.outbox.start()
        return self

    async def __aexit__(self, *_):
        await self.outbox.stop()

    async def send(self, payload, job):
        self.calls.append((payload, job))
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if isinstance(outcome, BaseException):
            raise outcome
        await asyncio.sleep(outcome or 0)

    async def failed(self, payload, job, reason):
        self.failures.append((payload, job, reason))

    async def queue(self, kind="send", **payload):
        job = await self.store.run(lambda tx: jobs.enqueue(tx, kind, payload, now=time.time()))
        self.outbox.wake()
        return job

    async def over(self, job, seconds=5):
        """Wait until the job is done or given up."""
        async with asyncio.timeout(seconds):
            while True:
                found = await self.stored(job)
                if found.done_at or found.failed_at:
                    return found
                await asyncio.sleep(0.005)

    async def stored(self, job):
        return await self.store.read(lambda tx: tx.get(Job, job.id))


async def test_a_queued_job_is_done_at_once_and_only_once(store):
    slow_poll = Pace(poll_s=60)
    async with Desk(store, slow_poll) as desk:
        await asyncio.sleep(0.05)
        job = await desk.over(await desk.queue(number=1))
        await asyncio.sleep(0.05)
        assert [payload for payload, _ in desk.calls] == [{"number": 1}]
        assert desk.calls[0][1].id == job.id  # the idempotency key
        assert (job.payload, job.error) == ("{}", None)


async def test_a_job_that_another_process_queued_is_found_by_polling(store):
    async with Desk(store) as desk:
        job = await store.run(lambda tx: jobs.enqueue(tx, "send", {}, now=time.time()))
        assert (await desk.over(job)).done_at


@pytest.mark.proves("F60")
async def test_a_passing_failure_is_tried_again_with_the_same_id_and_longer_waits(store):
    async with Desk(store, Pace(first_retry_s=0.02, poll_s=60)) as desk:
        desk.outcomes = [TransientFailure("busy"), TransientFailure("busy"), RuntimeError("bug"), None]
        started = time.time()
        job = await desk.over(await desk.queue(number=1))
        assert job.done_at - started >= 0.8 * (0.02 + 0.04 + 0.08)
        assert {call.id for _, call in desk.calls} == {job.id}
        assert [call.attempts for _, call in desk.calls] == [1, 2, 3, 4]
        assert desk.calls[3][0] == {"number": 1}
        assert desk.failures == []


def test_waits_grow_are_bounded_and_heed_the_other_side():
    pace = Pace()
    for attempts, about in ((1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (9, 60)):
        waits = [pace.retry_s(attempts, None) for _ in range(50)]
        assert about * 0.8 <= min(waits) < max(waits) <= about * 1.2
    assert 8 <= pace.retry_s(1, 10) <= 12
    assert pace.retry_s(1, 86400) <= 72


@pytest.mark.proves("F60")
async def test_a_permanent_failure_is_told_at_once_and_not_tried_again(store):
    async with Desk(store) as desk:
        desk.outcomes = [PermanentFailure("sms-refused")]
        job = await desk.over(await desk.queue(number=1), seconds=5)  # F60: shown within 5 s
        assert (job.error, job.payload, len(desk.calls)) == ("sms-refused", "{}", 1)
        assert [(payload, told.id, reason) for payload, told, reason in desk.failures] == [
            ({"number": 1}, job.id, "sms-refused")
        ]


async def test_a_job_is_given_up_after_its_last_attempt(store):
    pace = Pace(max_attempts=3, first_retry_s=0.01, poll_s=0.1)
    async with Desk(store, pace) as desk:
        desk.outcomes = [TransientFailure("gateway-unreachable")] * 9
        job = await desk.over(await desk.queue())
        assert (job.error, len(desk.calls)) == ("gateway-unreachable", 3)
        assert [reason for _, _, reason in desk.failures] == ["gateway-unreachable"]


async def test_a_failure_that_could_not_be_told_is_told_again(store):
    async with Desk(store) as desk:
        told = []

        async def failing_at_first(_payload, _job, reason):
            told.append(reason)
            if len(told) == 1:
                raise Unavailable("store-unavailable")

        desk.outbox._on_failed = {"send": failing_at_first}
        desk.outcomes = [PermanentFailure("sms-refused")] * 2
        job = await desk.over(await desk.queue())
        assert told == ["sms-refused", "sms-refused"]
        assert job.error == "sms-refused"


async def test_a_handler_that_hangs_is_cut_off_and_tried_again(store):
    async with Desk(store, Pace(first_retry_s=0.02, timeout_s=0.2)) as desk:
        desk.outcomes = [60]
        job = await desk.over(await desk.queue())
        assert (job.done_at is not None, len(desk.calls)) == (True, 2)
        assert await store.read(lambda tx: tx.find(Job, error="timeout")) == []


async def test_one_hanging_gateway_does_not_hold_the_others(store):
    async def hang(_payload, _job):
        await asyncio.sleep(60)

    async with Desk(store, Pace(grace_s=0), hang=hang) as desk:
        for _ in range(10):
            await desk.queue("hang")
        assert (await desk.over(await desk.queue())).done_at


async def test_no_more_than_the_agreed_number_run_at_once(store):
    running, most = 0, 0

    async def count(_payload, _job):
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1

    async with Desk(store, Pace(poll_s=60), count=count) as desk:
        queued = await store.run(
            lambda tx: [jobs.enqueue(tx, "count", {}, now=time.time()) for _ in range(70)]
        )
        desk.outbox.wake()
        for job in queued:
            await desk.over(job)
    assert most == 20


async def test_jobs_of_a_kind_that_this_version_does_not_know_are_left_for_another(store):
    async with Desk(store) as desk:
        unknown = await desk.queue("of-tomorrow")
        await desk.over(await desk.queue())
        assert (await desk.stored(unknown)).attempts == 0


async def test_stopping_lets_jobs_end_and_gives_the_others_back(store):
    desk = Desk(store, Pace(grace_s=0.2))
    async with desk:
        desk.outcomes = [0.05, 60]
        short, long = await desk.queue(), await desk.queue()
        while len(desk.calls) < 2:
            await asyncio.sleep(0.005)
    assert (await desk.stored(short)).done_at
    given_back = await desk.stored(long)
    assert (given_back.locked_until, given_back.done_at) == (None, None)
    async with Desk(store, Pace(poll_s=60)) as other:
        assert (await other.over(long)).attempts == 2


async def test_the_worker_outlives_a_store_that_is_away(store):
    run, away = store.run, [True]

    async def sometimes(fn):
        if away[0]:
            raise Unavailable("store-unavailable")
        return await run(fn)

    store.run = sometimes
    async with Desk(store) as desk:
        await asyncio.sleep(0.15)
        away[0] = False
        assert (await desk.over(await desk.queue())).done_at


async def test_a_store_away_between_sending_and_writing_down_does_not_send_twice(store):
    run, away = store.run, [0]

    async def sometimes(fn):
        if away[0] > 0:
            away[0] -= 1
            raise Unavailable("store-unavailable")
        return await run(fn)

    store.run = sometimes
    async with Desk(store) as desk:

        async def send_and_lose_the_store(payload, job):
            await desk.send(payload, job)
            away[0] = 4

        desk.outbox._handlers["send"] = send_and_lose_the_store
        job = await desk.over(await desk.queue())
        assert job.done_at
        assert len(desk.calls) == 1


@pytest.mark.proves("A56")
async def test_a_fault_is_logged_without_what_the_job_held(store):
    with capture_logs() as logs:
        async with Desk(store) as desk:
            desk.outcomes = [
                RuntimeError("no route to +33612345678"),
                PermanentFailure("sms-refused", "+33612345678"),
            ]
            await desk.over(await desk.queue(to="+33612345678"))
    assert {line["event"] for line in logs} == {"outbox.job-raised", "outbox.job-failed"}
    assert "33612345678" not in repr(logs)


WORKER = """
import asyncio, sys, time
from pathlib import Path
from chevet.outbox import Outbox, Pace
from chevet.store.engines import open_store

async def main():
    store = open_store(sys.argv[1], Path(sys.argv[2]))
    await store.open()
    async def send(payload, job):
        print(payload["number"], flush=True)
        await asyncio.sleep(float(sys.argv[3]))
    outbox = Outbox(store, {"send": send}, time.time, pace=Pace(timeout_s=0.9, lease_s=1, poll_s=0.05))
    await outbox.start()
    await asyncio.sleep(60)

asyncio.run(main())
"""


class Worker:
    """A real process with an outbox, that takes `seconds` for each job."""

    def __init__(self, url, folder, seconds):
        command = [sys.executable, "-c", WORKER, url, str(folder), str(seconds)]
        server = str(Path(__file__).parents[2] / "server")
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": server}
        )

    def next_job(self):
        return int(self._process.stdout.readline())

    def kill(self):
        self._process.send_signal(signal.SIGKILL)
        rest = self._process.stdout.read()
        self._process.stdout.close()
        self._process.wait(10)
        return [int(line) for line in rest.split()]


@pytest.mark.proves("F60")
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_a_worker_killed_in_the_middle_of_jobs_loses_none(engine, tmp_path, request):
    url = "sqlite" if engine == "sqlite" else request.getfixturevalue("postgres_url")
    store = open_store(url, tmp_path)
    await store.open()

    def queue(tx):
        return [jobs.enqueue(tx, "send", {"number": number}, now=time.time()) for number in range(60)]

    await store.run(queue)
    dying, living = Worker(url, tmp_path, 0.3), None
    try:
        begun = [await asyncio.to_thread(dying.next_job) for _ in range(5)]
    finally:
        begun += dying.kill()
    try:
        living = Worker(url, tmp_path, 0.01)
        async with asyncio.timeout(30):
            while await store.read(lambda tx: tx.find(Job, done_at=None, limit=1)):
                await asyncio.sleep(0.05)
    finally:
        done = living.kill() if living else []
    found = await store.read(lambda tx: tx.find(Job, limit=100))
    await store.close()
    assert sorted({*begun, *done}) == list(range(60))
    assert all(job.done_at and job.payload == "{}" for job in found)
    assert set(begun) & set(done)  # at least once: what was begun is done again
