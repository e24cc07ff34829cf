"""Photos are erased some days after the end of their encounter, with the key that reads them (A59)."""

from chevet.actions.parts import Parts
from chevet.store import Tx, audit, contents, photos

DAY_S = 86_400


async def erase_old_photos(parts: Parts) -> None:
    """Those past `retention.photos_days`, a hundred encounters at a time."""
    before = parts.clock() - parts.config.retention.photos_days * DAY_S
    for encounter_id in await parts.store.read(
        lambda tx: contents.due_for_destruction(tx, ended_before=before)
    ):
        await erase_photos(parts, encounter_id)


async def erase_photos(parts: Parts, encounter_id: str) -> None:
    """All photos of one encounter, now."""

    def write(tx: Tx) -> None:
        count = photos.destroy(tx, encounter_id)
        audit.append(
            tx,
            parts.keys,
            at=parts.clock(),
            actor="chevet",
            action="photos.erased",
            object=encounter_id,
            detail={"photos": count},
        )

    await parts.store.run(write)
