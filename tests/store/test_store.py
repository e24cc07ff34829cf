"""What a store promises, whatever the engine."""

import asyncio
import threading
from contextlib import suppress

import pytest
from msgspec import Struct

from chevet.errors import Conflict, InvalidInput, NotFound, Unavailable
from chevet.model.people import Account, Organization
from chevet.model.records import Session
from chevet.model.visits import Encounter
from chevet.store.engines import open_store
from tests.store.people import NOW, account, encounter, organization


class Misspelt(Struct, kw_only=True):
    id: str


async def test_a_record_comes_back_as_it_went_in(store):
    written = organization()
    await store.run(lambda tx: tx.insert(written))
    assert await store.read(lambda tx: tx.get(Organization, written.id)) == written


async def test_words_that_look_like_something_else_stay_words(store):
    written = account(display_name="null", mobile="+33600000000", email=None, created_at=5)
    await store.run(lambda tx: tx.insert(written))
    assert await store.read(lambda tx: tx.get(Account, written.id)) == written


async def test_an_absent_record_is_not_found(store):
    with pytest.raises(NotFound):
        await store.read(lambda tx: tx.get(Account, "nobody"))


async def test_an_id_is_taken_once(store):
    one = account()
    await store.run(lambda tx: tx.insert(one))
    with pytest.raises(Conflict):
        await store.run(lambda tx: tx.insert(account(id=one.id)))


async def test_a_unique_column_refuses_a_second_and_the_transaction_goes_on(store):
    one, other = account(username="zoe"), account()

    def write(tx):
        tx.insert(one)
        with pytest.raises(Conflict):
            tx.insert(account(username="zoe"))
        tx.insert(other)
        other.username = "zoe"
        with pytest.raises(Conflict):
            tx.update(other)
        return tx.get(Account, other.id)

    assert (await store.run(write)).username != "zoe"


async def test_find_by_values_by_null_in_order_and_up_to_a_limit(store):
    records = [encounter(created_at=NOW + n, started_at=NOW if n % 2 else None) for n in (3, 1, 2, 0)]

    def write(tx):
        for record in records:
            tx.insert(record)

    await store.run(write)

    def created(**query):
        return store.read(lambda tx: [record.created_at - NOW for record in tx.find(Encounter, **query)])

    assert await created(order="created_at") == [0, 1, 2, 3]
    assert await created(order="-created_at", limit=2) == [3, 2]
    assert await created(started_at=None, order="created_at") == [0, 2]
    assert await created(started_at=NOW, practitioner_id="p", order="created_at") == [1, 3]
    assert sorted((await created(order="started_at"))[:2]) == [0, 2]
    assert sorted((await created(order="-started_at"))[:2]) == [1, 3]


async def test_names_are_ordered_by_their_bytes(store):
    names = ["é", "a", "Z", "z", "A"]
    await store.run(lambda tx: [tx.insert(account(username=name)) for name in names])
    found = await store.read(lambda tx: [one.username for one in tx.find(Account, order="username")])
    assert found == ["A", "Z", "a", "z", "é"]


async def test_an_update_of_what_another_writer_changed_is_a_conflict(store):
    await store.run(lambda tx: tx.insert(organization(id="o")))
    mine, theirs = [await store.read(lambda tx: tx.get(Organization, "o")) for _ in range(2)]
    theirs.name = "theirs"
    assert (await store.run(lambda tx: tx.update(theirs))).version == 2
    mine.name = "mine"
    with pytest.raises(Conflict):
        await store.run(lambda tx: tx.update(mine))
    assert mine.version == 1
    assert (await store.read(lambda tx: tx.get(Organization, "o"))).name == "theirs"


async def test_a_record_without_version_is_written_back_or_gone(store):
    session = Session(id="s", account_id="a", created_at=NOW, last_seen_at=NOW, expires_at=NOW)
    with pytest.raises(NotFound):
        await store.run(lambda tx: tx.update(session))
    await store.run(lambda tx: tx.insert(session))
    session.last_seen_at += 1
    await store.run(lambda tx: tx.update(session))
    assert await store.read(lambda tx: tx.get(Session, "s")) == session


async def test_delete_removes_and_does_not_mind_absence(store):
    await store.run(lambda tx: tx.insert(organization(id="o")))
    for _ in range(2):
        await store.run(lambda tx: tx.delete(Organization, "o"))
    assert await store.read(lambda tx: tx.find(Organization)) == []


async def test_what_raises_leaves_nothing_behind(store):
    one = organization(id="o")
    await store.run(lambda tx: tx.insert(one))

    def write(tx):
        tx.insert(organization(id="never"))
        tx.update(one)
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        await store.run(write)
    assert await store.read(lambda tx: [found.id for found in tx.find(Organization)]) == ["o"]
    assert one.version == 1


async def test_a_savepoint_undoes_its_own_part_only(store):
    one = organization(id="o")

    def inner(tx):
        one.name = "half done"
        tx.update(one)
        tx.insert(organization(id="never"))
        raise RuntimeError("stop")

    def write(tx):
        tx.insert(one)
        with pytest.raises(RuntimeError):
            tx.atomic(lambda: inner(tx))
        assert tx.atomic(lambda: tx.insert(organization(id="p"))) is None
        one.name = "whole"
        tx.update(one)

    await store.run(write)
    found = await store.read(lambda tx: tx.find(Organization))
    assert [(each.id, each.version) for each in found] == [("o", 2), ("p", 1)]
    assert found[0].name == "whole"


async def test_one_failing_unit_does_not_harm_those_beside_it(store):
    def write(tx, number):
        tx.insert(organization(id=f"{number:03}"))
        if number % 7 == 0:
            raise ValueError(number)
        return number

    units = [store.run(lambda tx, number=number: write(tx, number)) for number in range(100)]
    outcomes = await asyncio.gather(*units, return_exceptions=True)
    kept = [number for number in range(100) if number % 7]
    assert [outcome for outcome in outcomes if isinstance(outcome, int)] == kept
    found = await store.read(lambda tx: tx.find(Organization, limit=200))
    assert [int(one.id) for one in found] == kept


@pytest.mark.proves("F49")
async def test_fifty_writers_at_once_lose_no_update_and_meet_no_lock(store):
    await store.run(lambda tx: tx.insert(organization(id="o", name="0")))

    def increment(tx):
        one = tx.get(Organization, "o")
        one.name = str(int(one.name) + 1)
        tx.update(one)

    async def writer():
        for _ in range(4):
            await store.run(increment)

    await asyncio.gather(*(writer() for _ in range(50)))
    assert (await store.read(lambda tx: tx.get(Organization, "o"))).name == "200"


async def test_two_that_check_before_they_write_cannot_both_pass(store):
    """Write skew: each sees no open encounter, then each opens one."""
    both_have_looked = threading.Barrier(2)

    def open_one(tx):
        is_busy = tx.find(Encounter, practitioner_id="p")
        with suppress(threading.BrokenBarrierError):  # where one writer waits for the other, they cannot meet
            both_have_looked.wait(0.2)
        if is_busy:
            raise Conflict("busy")
        tx.insert(encounter())

    await asyncio.gather(*(store.run(lambda tx: tx.find(Encounter)) for _ in range(8)))
    outcomes = await asyncio.gather(*(store.run(open_one) for _ in range(2)), return_exceptions=True)
    assert outcomes.count(None) == 1
    assert len(await store.read(lambda tx: tx.find(Encounter))) == 1


async def test_a_record_made_outside_survives_a_second_try(store):
    """Inserted, then updated, by transactions that conflict with each other."""
    shared = organization(id="shared", name="0")
    await store.run(lambda tx: tx.insert(shared))

    async def writer(number):
        mine = account(username=str(number))

        def write(tx):
            one = tx.get(Organization, "shared")
            tx.insert(mine)
            mine.display_name = one.name
            tx.update(mine)
            one.name = str(int(one.name) + 1)
            tx.update(one)

        await store.run(write)
        return mine

    written = await asyncio.gather(*(writer(number) for number in range(20)))
    found = await store.read(lambda tx: {one.id: one for one in tx.find(Account)})
    assert all(found[one.id] == one and one.version == 2 for one in written)


async def test_a_read_sees_one_moment_and_cannot_write(store):
    await store.run(lambda tx: tx.insert(organization(id="o", name="before")))
    loop = asyncio.get_running_loop()

    def look(tx):
        first = tx.get(Organization, "o").name

        def change(tx):
            one = tx.get(Organization, "o")
            one.name = "after"
            tx.update(one)

        asyncio.run_coroutine_threadsafe(store.run(change), loop).result(10)
        return first, tx.get(Organization, "o").name

    assert await store.read(look) == ("before", "before")
    with pytest.raises(Exception, match=r"read.?only|store-unavailable"):
        await store.read(lambda tx: tx.insert(organization()))


async def test_misspelt_tables_and_columns_are_refused(store):
    with pytest.raises(ValueError, match="no table"):
        await store.run(lambda tx: tx.insert(Misspelt(id="x")))
    with pytest.raises(ValueError, match="no column"):
        await store.read(lambda tx: tx.find(Account, user_name="zoe"))
    with pytest.raises(ValueError, match="no column"):
        await store.read(lambda tx: tx.find(Account, order="creation"))


@pytest.mark.proves("A21")
async def test_hostile_text_is_data_or_refused_never_sql(store):
    hostile = "'; drop table account; -- % %s ? \" \\ \U0001f4a5"
    one = account(username=hostile)
    await store.run(lambda tx: tx.insert(one))
    assert await store.read(lambda tx: tx.find(Account, username=hostile)) == [one]
    with pytest.raises(InvalidInput):
        await store.read(lambda tx: tx.find(Account, username="a\x00b"))


async def test_what_is_written_outlives_the_store(store_url, tmp_path):
    for number in range(3):
        store = open_store(store_url, tmp_path)
        await store.open()
        assert len(await store.read(lambda tx: tx.find(Organization))) == number
        await store.run(lambda tx: tx.insert(organization()))
        await store.close()
    with pytest.raises(Unavailable):
        await store.run(lambda tx: None)


async def test_closing_finishes_what_was_asked_for(store_url, tmp_path):
    store = open_store(store_url, tmp_path)
    await store.open()
    asked = [asyncio.ensure_future(store.run(lambda tx: tx.insert(organization()))) for _ in range(150)]
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*asked)
    await store.open()
    assert len(await store.read(lambda tx: tx.find(Organization, limit=200))) == 150
    await store.close()


async def test_who_stops_waiting_does_not_disturb_the_others(store):
    impatient = asyncio.ensure_future(store.run(lambda tx: tx.insert(organization())))
    patient = asyncio.ensure_future(store.run(lambda tx: tx.insert(organization(id="patient"))))
    await asyncio.sleep(0)
    impatient.cancel()
    await patient
    assert (await store.read(lambda tx: tx.get(Organization, "patient"))).id == "patient"


def test_an_unknown_engine_is_refused(tmp_path):
    with pytest.raises(ValueError, match="postgresql"):
        open_store("mysql://x", tmp_path)
