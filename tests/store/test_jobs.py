"""Jobs are taken by one worker at a time, and never lost."""

import asyncio

import msgspec
import pytest

from chevet.model.people import Organization
from chevet.model.records import Job
from chevet.store import jobs
from chevet.store.engines import open_store
from tests.store.people import NOW, organization


class Payload(msgspec.Struct):
    link: str


def take(store, now=NOW, limit=10, **more):
    return store.run(lambda tx: jobs.claim(tx, now=now, lease_s=10, limit=limit, **more))


def stored(store, job):
    return store.read(lambda tx: tx.get(Job, job.id))


async def queue(store, kind="send", **more):
    return await store.run(lambda tx: jobs.enqueue(tx, kind, Payload(link="l"), now=NOW, **more))


async def test_a_job_is_queued_with_its_change_or_not_at_all(store):
    def write(tx):
        tx.insert(organization(id="o"))
        jobs.enqueue(tx, "send", {"link": "é"}, now=NOW)
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        await store.run(write)
    assert await take(store) == []
    assert await store.read(lambda tx: tx.find(Organization)) == []


async def test_due_jobs_are_taken_in_order_once(store):
    late = await queue(store, run_at=NOW + 5)
    first, second = await queue(store, run_at=NOW - 2), await queue(store, run_at=NOW - 1)
    assert [job.id for job in await take(store, limit=1)] == [first.id]
    assert [job.id for job in await take(store)] == [second.id]
    assert await take(store) == []
    taken = await take(store, now=NOW + 5)
    assert [(job.id, job.attempts, job.locked_until) for job in taken] == [(late.id, 1, NOW + 15)]
    assert msgspec.json.decode(taken[0].payload, type=Payload) == Payload(link="l")


async def test_jobs_of_other_kinds_are_left_alone(store):
    await queue(store, "call")
    sent = await queue(store, "send")
    assert [job.id for job in await take(store, kinds=["send"])] == [sent.id]
    assert await take(store, kinds=[]) == []


async def test_a_lease_that_runs_out_lets_another_take_it_and_the_first_cannot_close_it(store):
    await queue(store)
    (lost,) = await take(store)
    assert await take(store, now=NOW + 9.9) == []
    (taken,) = await take(store, now=NOW + 10)
    assert (taken.id, taken.attempts) == (lost.id, 2)
    assert not await store.run(lambda tx: jobs.finish(tx, lost, now=NOW))
    assert not await store.run(lambda tx: jobs.retry_at(tx, lost, NOW, "late"))
    assert not await store.run(lambda tx: jobs.fail(tx, lost, "late", now=NOW))
    assert await store.run(lambda tx: jobs.finish(tx, taken, now=NOW + 11))
    assert not await store.run(lambda tx: jobs.finish(tx, taken, now=NOW + 12))
    assert (await stored(store, taken)).done_at == NOW + 11


async def test_what_a_job_held_is_wiped_when_it_is_over(store):
    done, failed = await queue(store), await queue(store)
    for job in await take(store):
        close = jobs.finish if job.id == done.id else None
        if close:
            await store.run(lambda tx, job=job: jobs.finish(tx, job, now=NOW + 1))
        else:
            await store.run(lambda tx, job=job: jobs.fail(tx, job, "refused", now=NOW + 1))
    finished, given_up = await stored(store, done), await stored(store, failed)
    assert (finished.payload, finished.done_at, finished.error) == ("{}", NOW + 1, None)
    assert (given_up.payload, given_up.failed_at, given_up.error) == ("{}", NOW + 1, "refused")
    assert await take(store, now=NOW + 100) == []


async def test_a_job_given_back_waits_for_its_time(store):
    await queue(store)
    (job,) = await take(store)
    await store.run(lambda tx: jobs.retry_at(tx, job, NOW + 3, "timeout"))
    assert await take(store, now=NOW + 2) == []
    (again,) = await take(store, now=NOW + 3)
    assert (again.attempts, again.error, again.payload) == (2, "timeout", '{"link":"l"}')


async def test_the_same_work_is_queued_once(store):
    one = await queue(store, dedup="visit:42:reminder")
    assert (await queue(store, dedup="visit:42:reminder")).id == one.id
    assert (await queue(store, dedup="visit:43:reminder")).id != one.id
    assert (await queue(store)).dedup is None
    assert len(await take(store)) == 3


async def test_workers_at_once_share_the_jobs_and_take_none_twice(store, store_url, tmp_path):
    second = open_store(store_url, tmp_path)
    await second.open()
    await store.run(lambda tx: [jobs.enqueue(tx, "send", {}, now=NOW) for _ in range(100)])

    async def worker(of):
        taken = []
        while got := await take(of, limit=7):
            taken += got
        return taken

    shares = await asyncio.gather(*(worker((store, second)[number % 2]) for number in range(6)))
    taken = [job.id for share in shares for job in share]
    assert len(taken) == len(set(taken)) == 100
    await second.close()
