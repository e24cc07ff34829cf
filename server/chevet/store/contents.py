"""Contents of encounters, encrypted at rest: one key an encounter, wrapped by the master key (A58).

Deleting the key makes them unreadable, whatever is left of the bytes elsewhere.
"""

from chevet.errors import NotFound
from chevet.model.contents import EncounterKey, SealedContent
from chevet.model.keys import Keys, new_key, open_bytes, seal_bytes
from chevet.store import Tx


def put(tx: Tx, keys: Keys, encounter_id: str, name: str, content: bytes, *, at: float) -> str:
    """Keep `content` under `name`, unique within the encounter; returns the row's id. Raises Conflict."""
    row_id = content_id(encounter_id, name)
    sealed = seal_bytes(_key(tx, keys, encounter_id, at), content, row_id)
    tx.insert(SealedContent(id=row_id, encounter_id=encounter_id, content=sealed))
    return row_id


def get(tx: Tx, keys: Keys, encounter_id: str, name: str) -> bytes:
    """Raises NotFound, ValueError (somebody changed the row)."""
    sealed = tx.get(SealedContent, content_id(encounter_id, name))
    wrapped = tx.get(EncounterKey, encounter_id).wrapped
    return open_bytes(keys.unwrap(wrapped, encounter_id), sealed.content, sealed.id)


def content_id(encounter_id: str, name: str) -> str:
    return f"{encounter_id}/{name}"


def destroy(tx: Tx, encounter_id: str) -> None:
    """Delete the key and the contents of an encounter."""
    tx.delete(EncounterKey, encounter_id)
    tx.query("delete from sealed_content where encounter_id = ?", encounter_id)


def due_for_destruction(tx: Tx, *, ended_before: float, limit: int = 100) -> list[str]:
    """Encounters with contents that ended before, or that never ended and began before."""
    sql = """select k.id as id from encounter_key k left join encounter e on e.id = k.id
        where coalesce(e.finished_at, e.created_at, k.created_at) < ? order by k.created_at limit ?"""
    return [row["id"] for row in tx.query(sql, ended_before, limit)]


def _key(tx: Tx, keys: Keys, encounter_id: str, at: float) -> bytes:
    """The encounter's key, made on first use."""
    try:
        return keys.unwrap(tx.get(EncounterKey, encounter_id).wrapped, encounter_id)
    except NotFound:
        key = new_key()
        tx.insert(EncounterKey(id=encounter_id, wrapped=keys.wrap(key, encounter_id), created_at=at))
        return key
