"""What was acknowledged is kept, whatever dies."""

import asyncio
import json
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from msgspec import structs

from chevet.errors import Unavailable
from chevet.model.people import Organization
from chevet.store import audit
from chevet.store.engines import open_store
from chevet.store.postgres import CONNECTIONS
from chevet.store.sqlite import BUSY_S
from tests.store.people import organization

CRASH = Path(__file__).with_name("crash.py")


async def killed_writers(store_url, tmp_path, rounds):
    command = [sys.executable, CRASH, "write", store_url, tmp_path, str(rounds)]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, check=True)
    return set(json.loads(done.stdout))


@pytest.mark.proves("F50", "F51")
async def test_writers_killed_at_random_lose_nothing_that_was_acknowledged(store_url, tmp_path, keys):
    acknowledged = await killed_writers(store_url, tmp_path, rounds=20 if store_url == "sqlite" else 6)
    store = open_store(store_url, tmp_path)
    await store.open()
    found = await store.read(lambda tx: {one.id for one in tx.find(Organization, limit=10**6)})
    verdict = await store.read(lambda tx: audit.verify(tx, keys))
    assert len(acknowledged) > 20
    assert acknowledged <= found
    assert verdict == audit.AuditVerdict(rows=len(found))
    if store_url == "sqlite":
        assert await store.read(lambda tx: tx.query("pragma integrity_check")) == [{"integrity_check": "ok"}]
        assert await store.run(lambda tx: tx.query("pragma synchronous")) == [{"synchronous": 2}]
    await store.close()


@pytest.mark.proves("F50")
async def test_a_crash_of_postgresql_loses_nothing_and_the_store_comes_back(postgres_server, tmp_path):
    store = open_store(postgres_server.schema(), tmp_path)
    await store.open()
    acknowledged, refused, late = [], [], []

    async def writer():
        while len(late) < 10:
            one = organization()
            try:
                await store.run(lambda tx, one=one: tx.insert(one))
                (late if refused else acknowledged).append(one.id)
            except Unavailable:
                refused.append(one.id)

    async def crash():
        while len(acknowledged) < 50:
            await asyncio.sleep(0.01)
        await asyncio.to_thread(postgres_server.stop, signal.SIGQUIT)  # at once, without a checkpoint
        while not refused:
            await asyncio.sleep(0.01)
        await asyncio.to_thread(postgres_server.start)

    await asyncio.gather(crash(), *(writer() for _ in range(8)))
    found = await store.read(lambda tx: {one.id for one in tx.find(Organization, limit=10**6)})
    await store.close()
    assert {*acknowledged, *late} <= found


@pytest.mark.proves("F49")
async def test_another_process_that_holds_the_lock_for_a_moment_is_waited_for(tmp_path):
    store = open_store("sqlite", tmp_path)
    await store.open()
    other = sqlite3.connect(tmp_path / "chevet.db", isolation_level=None)
    other.execute("begin immediate")
    asked = [asyncio.ensure_future(store.run(lambda tx: tx.insert(organization()))) for _ in range(50)]
    started = time.monotonic()
    assert await store.read(lambda tx: tx.find(Organization)) == []
    assert time.monotonic() - started < BUSY_S / 2  # readers do not wait
    await asyncio.sleep(0.3)
    other.execute("commit")
    other.close()
    await asyncio.gather(*asked)
    await store.close()


async def test_a_full_disk_refuses_and_forgets_nothing_and_room_makes_it_work_again(tmp_path):
    store = open_store("sqlite", tmp_path)
    await store.open()
    await store.run(lambda tx: tx.insert(organization(id="before")))
    pages = (await store.run(lambda tx: tx.query("pragma page_count")))[0]["page_count"]
    await store.run(lambda tx: tx.query(f"pragma max_page_count = {pages + 2}"))

    def big(tx):
        tx.insert(organization(name="x" * 100_000))

    outcomes = await asyncio.gather(*(store.run(big) for _ in range(5)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [Unavailable] * 5
    await store.run(lambda tx: tx.query("pragma max_page_count = 1000000"))
    await store.run(big)
    assert len(await store.read(lambda tx: tx.find(Organization))) == 2
    await store.close()


async def test_the_files_are_their_owners_and_what_was_erased_leaves_no_trace(tmp_path):
    folder = tmp_path / "new"
    store = open_store("sqlite", folder)
    await store.open()
    people = [organization(name="+33612345678", caller_name="x" * 900) for _ in range(50)]
    await store.run(lambda tx: [tx.insert(one) for one in people])
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == dict.fromkeys(
        ["chevet.db", "chevet.db-wal", "chevet.db-shm"], 0o600
    )
    await store.run(lambda tx: [tx.delete(Organization, one.id) for one in people[5:]])
    await store.run(lambda tx: [tx.update(structs.replace(one, name="")) for one in people[:5]])
    await store.close()
    assert b"612345678" not in b"".join(path.read_bytes() for path in folder.iterdir())


async def test_who_waited_too_long_is_refused_instead_of_queueing_for_ever(
    postgres_url, tmp_path, monkeypatch
):
    store = open_store(postgres_url, tmp_path)
    await store.open()
    monkeypatch.setattr("chevet.store.postgres.WAIT_S", 0.2)
    slow = [asyncio.ensure_future(store.run(lambda _: time.sleep(0.6))) for _ in range(CONNECTIONS)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        await store.run(lambda tx: tx.find(Organization))
    await asyncio.gather(*slow)
    assert await store.run(lambda tx: tx.find(Organization)) == []
    await store.close()


async def test_a_database_that_cannot_be_reached_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("chevet.store.postgres.WAIT_S", 0.5)
    store = open_store(f"postgresql://nobody@/none?host={tmp_path}", tmp_path)
    with pytest.raises(Unavailable):
        await store.open()
    with pytest.raises(Unavailable):
        await store.read(lambda tx: None)
