"""The audit trail cannot be changed unseen."""

import asyncio

import pytest

from chevet.model.keys import Keys
from chevet.store import audit
from chevet.store.engines import open_store
from tests.store.people import NOW

ROWS = 8


def note(tx, keys, number):
    return audit.append(
        tx, keys, at=NOW + number, actor="zoe", action="sign-in", object="session", detail={"n": number}
    )


@pytest.fixture
async def trail(store, keys):
    await store.run(lambda tx: [note(tx, keys, number) for number in range(ROWS)])
    return store


def verdict(store, keys, anchor=None):
    return store.read(lambda tx: audit.verify(tx, keys, anchor))


async def test_an_untouched_trail_holds(trail, keys):
    assert await verdict(trail, keys) == audit.AuditVerdict(rows=ROWS)
    records = await trail.read(lambda tx: tx.query("select * from audit_record order by seq"))
    assert [record["seq"] for record in records] == list(range(1, ROWS + 1))
    assert records[3]["detail"] == '{"n":3}'
    assert records[3]["previous_mac"] == records[2]["mac"]


async def test_an_empty_trail_holds_and_a_first_row_too(store, keys):
    assert await verdict(store, keys) == audit.AuditVerdict(rows=0)
    await store.run(lambda tx: note(tx, keys, 1))
    assert await verdict(store, keys) == audit.AuditVerdict(rows=1)


async def test_a_row_is_undone_with_its_transaction(trail, keys):
    def write(tx):
        note(tx, keys, 99)
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        await trail.run(write)
    assert await verdict(trail, keys) == audit.AuditVerdict(rows=ROWS)


COLUMNS = ["at", "actor", "action", "object", "detail", "mac", "previous_mac", "id"]


@pytest.mark.proves("A57")
@pytest.mark.parametrize("column", COLUMNS)
async def test_an_edited_row_is_named(trail, keys, column):
    value = 5.0 if column == "at" else "0" * 64
    await trail.run(lambda tx: tx.query(f'update audit_record set "{column}" = ? where seq = 4', value))
    assert await verdict(trail, keys) == audit.AuditVerdict(rows=3, bad_seq=4, reason="changed")


COPY = (
    "insert into audit_record select 'new', {}, at, actor, action, object, detail, mac, {} from audit_record "
)
TAMPERINGS = {
    "delete": (["delete from audit_record where seq = 4"], 4, "missing"),
    "delete-first": (["delete from audit_record where seq = 1"], 1, "missing"),
    "reorder": (
        [
            "update audit_record set seq = -1 where seq = 4",
            "update audit_record set seq = 4 where seq = 5",
            "update audit_record set seq = 5 where seq = -1",
        ],
        4,
        "changed",
    ),
    "cut-tail": (["delete from audit_record where seq > 6"], 7, "cut"),
    "cut-all": (["delete from audit_record"], 1, "cut"),
    "cut-head": (["delete from audit_head"], 9, "cut"),
    "edit-head": (["update audit_head set last_mac = 'x'"], 9, "cut"),
    "renumber-head": (["update audit_head set seq = 7"], 9, "cut"),
    "cut-tail-and-move-head": (
        [
            "delete from audit_record where seq = 8",
            "update audit_head set seq = 7, last_mac = (select mac from audit_record where seq = 7)",
        ],
        8,
        "cut",
    ),
    "insert-last": ([COPY.format(9, "mac") + "where seq = 8"], 9, "changed"),
    "insert-first": ([COPY.format(0, "''") + "where seq = 1"], 0, "unexpected"),
}


@pytest.mark.proves("A57")
@pytest.mark.parametrize(("tampering", "bad_seq", "reason"), TAMPERINGS.values(), ids=TAMPERINGS)
async def test_rows_removed_moved_or_added_are_named(trail, keys, tampering, bad_seq, reason):
    def tamper(tx):
        for sql in tampering:
            tx.query(sql)

    await trail.run(tamper)
    found = await verdict(trail, keys)
    assert (found.bad_seq, found.reason) == (bad_seq, reason)


@pytest.mark.proves("A57")
async def test_a_chain_of_other_rows_by_the_same_key_does_not_link(trail, keys):
    """Row 5 taken from another trail of this very installation, say from a backup that was restored."""

    def other_row(tx):
        tx.query("update audit_record set previous_mac = 'x' where seq = 5")
        row = tx.find(audit.AuditRecord, seq=5)[0]
        tx.query("update audit_record set mac = ? where seq = 5", audit._row_mac(keys, row))

    await trail.run(other_row)
    assert await verdict(trail, keys) == audit.AuditVerdict(rows=4, bad_seq=5, reason="unlinked")


@pytest.mark.proves("A57")
async def test_a_whole_older_state_put_back_is_found_by_an_anchor(trail, keys):
    old = await trail.read(lambda tx: tx.query("select * from audit_head"))
    await trail.run(lambda tx: note(tx, keys, 100))
    last = await trail.read(lambda tx: tx.find(audit.AuditRecord, order="-seq", limit=1))
    anchor = (last[0].seq, last[0].mac)
    assert await verdict(trail, keys, anchor) == audit.AuditVerdict(rows=ROWS + 1)

    def put_back(tx):
        tx.query("delete from audit_record where seq = ?", ROWS + 1)
        head = old[0]
        tx.query(
            "update audit_head set seq = ?, last_mac = ?, mac = ?", head["seq"], head["last_mac"], head["mac"]
        )

    await trail.run(put_back)
    assert await verdict(trail, keys) == audit.AuditVerdict(rows=ROWS)
    assert await verdict(trail, keys, anchor) == audit.AuditVerdict(
        rows=ROWS, bad_seq=ROWS + 1, reason="anchor"
    )
    await trail.run(lambda tx: note(tx, keys, 101))
    assert await verdict(trail, keys, anchor) == audit.AuditVerdict(
        rows=ROWS, bad_seq=ROWS + 1, reason="anchor"
    )


@pytest.mark.proves("A57")
async def test_without_the_key_nothing_verifies(trail):
    assert (await verdict(trail, Keys(b"other" * 8))).bad_seq == 1


@pytest.mark.proves("A57")
async def test_twenty_writers_in_two_processes_worth_of_stores_make_one_chain(
    store, store_url, tmp_path, keys
):
    second = open_store(store_url, tmp_path)
    await second.open()

    async def writer(number):
        for turn in range(5):
            await (store, second)[number % 2].run(lambda tx, turn=turn: note(tx, keys, turn))

    await asyncio.gather(*(writer(number) for number in range(20)))
    assert await verdict(store, keys) == audit.AuditVerdict(rows=100)
    await second.close()


async def test_a_long_trail_is_walked_page_by_page(store, keys, monkeypatch):
    monkeypatch.setattr(audit, "PAGE", 7)
    await store.run(lambda tx: [note(tx, keys, number) for number in range(30)])
    assert await verdict(store, keys) == audit.AuditVerdict(rows=30)
