"""Photos of an encounter."""

from chevet.model.contents import Photo
from chevet.model.keys import Keys
from chevet.store import Tx, contents

MAX_PHOTOS = 20
"""Of one encounter (A44)."""


def of_encounter(tx: Tx, encounter_id: str) -> list[Photo]:
    """Oldest first."""
    return tx.find(Photo, encounter_id=encounter_id, order="created_at")


def find(tx: Tx, encounter_id: str, photo_id: str) -> Photo | None:
    found = tx.find(Photo, id=contents.content_id(encounter_id, photo_id), limit=1)
    return found[0] if found else None


def is_full(tx: Tx, encounter_id: str) -> bool:
    return len(of_encounter(tx, encounter_id)) >= MAX_PHOTOS


def put(
    tx: Tx, keys: Keys, encounter_id: str, photo_id: str, jpeg: bytes, *, width: int, height: int, at: float
) -> Photo:
    """Keep a cleaned photo. Raises Conflict when the encounter has one of this name."""
    row_id = contents.put(tx, keys, encounter_id, photo_id, jpeg, at=at)
    photo = Photo(
        id=row_id,
        encounter_id=encounter_id,
        photo_id=photo_id,
        width=width,
        height=height,
        size=len(jpeg),
        created_at=at,
    )
    tx.insert(photo)
    return photo


def destroy(tx: Tx, encounter_id: str) -> int:
    """Erase the photos of an encounter and the key that reads them; returns how many there were."""
    count = len(of_encounter(tx, encounter_id))
    tx.query("delete from photo where encounter_id = ?", encounter_id)
    contents.destroy(tx, encounter_id)
    return count
