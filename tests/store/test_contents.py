"""Contents at rest: encrypted with a key an encounter, tied to their row, unreadable once the key is gone."""

import os
import sqlite3
from contextlib import closing

import pytest

from chevet.errors import Conflict, NotFound
from chevet.model.contents import EncounterKey, SealedContent
from chevet.model.keys import Keys
from chevet.store import contents, photos
from tests.store.people import NOW, encounter

CANARY = b"canary of a wound " * 20


async def test_what_was_put_comes_back(store, keys):
    big = os.urandom(3_000_000)
    await store.run(lambda tx: contents.put(tx, keys, "e1", "p1", big, at=NOW))
    assert await store.read(lambda tx: contents.get(tx, keys, "e1", "p1")) == big


async def test_a_name_is_used_once_in_an_encounter_and_again_in_another(store, keys):
    await store.run(lambda tx: contents.put(tx, keys, "e1", "p1", b"one", at=NOW))
    await store.run(lambda tx: contents.put(tx, keys, "e2", "p1", b"two", at=NOW))
    with pytest.raises(Conflict):
        await store.run(lambda tx: contents.put(tx, keys, "e1", "p1", b"three", at=NOW))
    assert await store.read(lambda tx: contents.get(tx, keys, "e1", "p1")) == b"one"
    assert await store.read(lambda tx: contents.get(tx, keys, "e2", "p1")) == b"two"


async def test_contents_of_an_encounter_share_a_key_and_encounters_do_not(store, keys):
    for encounter_id, name in (("e1", "a"), ("e1", "b"), ("e2", "a")):
        await store.run(lambda tx, e=encounter_id, n=name: contents.put(tx, keys, e, n, CANARY, at=NOW))
    wrapped = await store.read(lambda tx: tx.find(EncounterKey))
    assert len({keys.unwrap(each.wrapped, each.id) for each in wrapped}) == 2
    sealed = await store.read(lambda tx: tx.find(SealedContent))
    assert len({each.content for each in sealed}) == 3


@pytest.mark.proves("A58")
async def test_nothing_of_it_stands_in_the_files(store, keys, store_url, tmp_path):
    await store.run(lambda tx: contents.put(tx, keys, "e1", "p1", CANARY, at=NOW))
    rows = await store.read(lambda tx: tx.find(SealedContent))
    assert CANARY[:18] not in rows[0].content
    if store_url == "sqlite":
        files = list(tmp_path.glob("chevet.db*"))
        assert files
        assert not any(CANARY[:18] in path.read_bytes() for path in files)


@pytest.mark.proves("A58")
@pytest.mark.parametrize("what", ["swapped", "flipped", "renamed-key", "other-master"])
async def test_a_row_that_was_changed_or_moved_is_not_read(store, keys, what):
    for encounter_id, name in (("e1", "a"), ("e1", "b"), ("e2", "a")):
        await store.run(
            lambda tx, e=encounter_id, n=name: contents.put(tx, keys, e, n, f"{e}{n}".encode(), at=NOW)
        )

    def tamper(tx):
        one, other = tx.get(SealedContent, "e1/a"), tx.get(SealedContent, "e1/b")
        if what == "swapped":
            one.content, other.content = other.content, one.content
            tx.update(other)
        elif what == "flipped":
            one.content = one.content[:-1] + bytes([one.content[-1] ^ 1])
        elif what == "renamed-key":
            first, second = tx.get(EncounterKey, "e1"), tx.get(EncounterKey, "e2")
            first.wrapped = second.wrapped
            tx.update(first)
        tx.update(one)

    await store.run(tamper)
    reader = Keys(b"x" * 32) if what == "other-master" else keys
    with pytest.raises(ValueError, match="changed, moved"):
        await store.read(lambda tx: contents.get(tx, reader, "e1", "a"))


@pytest.mark.proves("A59")
async def test_without_its_key_what_is_left_of_the_bytes_cannot_be_read(store, keys):
    def put(tx):
        photos.put(tx, keys, "e1", "p1", CANARY, width=1, height=1, at=NOW)
        return tx.get(SealedContent, "e1/p1")

    kept = await store.run(put)
    assert await store.run(lambda tx: photos.destroy(tx, "e1")) == 1
    assert await store.read(lambda tx: photos.of_encounter(tx, "e1")) == []
    await store.run(lambda tx: tx.insert(kept))  # somebody brings the bytes back
    with pytest.raises(NotFound):
        await store.read(lambda tx: contents.get(tx, keys, "e1", "p1"))


@pytest.mark.proves("A59")
async def test_a_destroyed_key_leaves_no_bytes_in_the_file(store, keys, store_url, tmp_path):
    if store_url != "sqlite":
        pytest.skip("PostgreSQL frees its pages by itself, later")
    await store.run(lambda tx: contents.put(tx, keys, "e1", "p1", CANARY, at=NOW))
    wrapped = (await store.read(lambda tx: tx.get(EncounterKey, "e1"))).wrapped
    await store.run(lambda tx: contents.destroy(tx, "e1"))
    await store.close()
    with closing(sqlite3.connect(tmp_path / "chevet.db")) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    assert not any(wrapped in path.read_bytes() for path in tmp_path.glob("chevet.db*"))
    await store.open()


async def test_contents_are_due_so_long_after_the_end_of_their_encounter(store, keys):
    ends = {"over-long-ago": NOW - 100, "over-now": NOW, "never-ended": None, "never-ended-old": None}
    for name, end in ends.items():
        began = NOW - 200 if name in {"over-long-ago", "never-ended-old"} else NOW - 10

        def write(tx, name=name, end=end, began=began):
            tx.insert(encounter(id=name, created_at=began, finished_at=end))
            contents.put(tx, keys, name, "p", b"x", at=began)

        await store.run(write)
    await store.run(lambda tx: tx.insert(encounter(id="without", created_at=0.0, finished_at=1.0)))
    due = await store.read(lambda tx: contents.due_for_destruction(tx, ended_before=NOW - 50))
    assert sorted(due) == ["never-ended-old", "over-long-ago"]


async def test_photos_are_listed_oldest_first(store, keys):
    for n in (2, 0, 1):
        await store.run(
            lambda tx, n=n: photos.put(tx, keys, "e", f"p{n}", b"x" * n, width=n, height=1, at=NOW + n)
        )
    found = await store.read(lambda tx: photos.of_encounter(tx, "e"))
    assert [(photo.photo_id, photo.size) for photo in found] == [("p0", 0), ("p1", 1), ("p2", 2)]
