"""Jobs: queued in the transaction of the change that they follow, taken under a lease, done at least once.

Only who holds the lease may close a job: `attempts`, which grows each time a job is taken, tells.
"""

from collections.abc import Collection
from typing import Any

import msgspec
from msgspec import Struct

from chevet.errors import Conflict
from chevet.model.keys import new_id
from chevet.model.records import Job
from chevet.store import Tx
from chevet.store.tables import records


def enqueue(
    tx: Tx,
    kind: str,
    payload: Struct | dict[str, Any],
    *,
    now: float,
    run_at: float | None = None,
    dedup: str | None = None,
) -> Job:
    """Queue a job for `run_at`, or at once. When `dedup` was queued before, that job is returned instead."""
    text = msgspec.json.encode(payload).decode()
    job = Job(id=new_id(), kind=kind, payload=text, run_at=now if run_at is None else run_at, dedup=dedup)
    try:
        tx.insert(job)
    except Conflict:
        return tx.find(Job, dedup=dedup, limit=1)[0]
    return job


def claim(
    tx: Tx, *, now: float, lease_s: float, limit: int, kinds: Collection[str] | None = None
) -> list[Job]:
    """Take due jobs that nobody holds, longest due first. `kinds` leaves those of other kinds alone."""
    of_kinds = "" if kinds is None else f" and kind in ({', '.join('?' for _ in kinds) or 'null'})"
    sql = f"""update job set locked_until = ?, attempts = attempts + 1 where id in (
            select id from job where done_at is null and failed_at is null and run_at <= ?
            and (locked_until is null or locked_until <= ?){of_kinds} order by run_at, id limit ?
        ) returning *"""
    jobs = records(Job, tx.query(sql, now + lease_s, now, now, *(kinds or ()), limit))
    return sorted(jobs, key=lambda job: (job.run_at, job.id))


def finish(tx: Tx, job: Job, *, now: float) -> bool:
    """The job is done. False when its lease was lost to another worker meanwhile."""
    return _close(tx, job, "done_at = ?, payload = '{}', error = null", now)


def fail(tx: Tx, job: Job, reason: str, *, now: float) -> bool:
    """The job will not be tried again."""
    return _close(tx, job, "failed_at = ?, payload = '{}', error = ?", now, reason)


def retry_at(tx: Tx, job: Job, run_at: float, reason: str) -> bool:
    """Give the job back until `run_at`."""
    return _close(tx, job, "run_at = ?, error = ?", run_at, reason)


def _close(tx: Tx, job: Job, changes: str, *values: Any) -> bool:
    sql = f"""update job set {changes}, locked_until = null
        where id = ? and attempts = ? and done_at is null and failed_at is null returning id"""
    return bool(tx.query(sql, *values, job.id, job.attempts))
