"""« Photo nette »: the dispatcher asks, the caller's page takes one and sends it in parts."""

from chevet.actions.parts import Parts
from chevet.actions.receive_photo import say_failed, tell_photo
from chevet.actions.record_step import record_step
from chevet.model.timeline import Step
from chevet.protocol import PhotoAsked, SeatRole
from chevet.store import photos


async def ask_photo(parts: Parts, encounter_id: str, photo_id: str) -> None:
    """An older one that is unfinished is given up."""
    if await parts.store.read(lambda tx: photos.is_full(tx, encounter_id)):
        say_failed(parts, encounter_id, photo_id, "photo-too-many")
        return
    entry_id = f"{encounter_id}-photo-asked-{photo_id}"
    await record_step(parts, encounter_id, Step.PHOTO_ASKED, entry_id=entry_id)
    upload, older = parts.uploads.expect(encounter_id, photo_id)
    if older is not None and older.task is None:
        say_failed(parts, encounter_id, older.photo_id, "photo-replaced")
    tell_photo(parts, encounter_id, upload)
    parts.rooms.tell(encounter_id, SeatRole.CALLER, PhotoAsked(photo_id=photo_id))
