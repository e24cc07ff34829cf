"""The photos of an encounter, for the dispatchers of the organization that owns it."""

from chevet.actions.parts import Parts
from chevet.errors import NotFound
from chevet.model.contents import Photo
from chevet.model.people import Account
from chevet.model.visits import Encounter
from chevet.protocol import PhotosView, PhotoView
from chevet.store import Tx, audit, contents, photos


async def list_photos(parts: Parts, account: Account, encounter_id: str) -> PhotosView:
    """Raises NotFound, for another organization's too (A19)."""

    def look(tx: Tx) -> list[Photo]:
        _check_owner(tx, account, encounter_id)
        return photos.of_encounter(tx, encounter_id)

    return PhotosView(photos=[_view(photo) for photo in await parts.store.read(look)])


async def view_photo(parts: Parts, account: Account, encounter_id: str, photo_id: str) -> bytes:
    """The JPEG; that it was seen is in the audit trail. Raises NotFound."""

    def write(tx: Tx) -> bytes:
        _check_owner(tx, account, encounter_id)
        jpeg = contents.get(tx, parts.keys, encounter_id, photo_id)
        audit.append(
            tx,
            parts.keys,
            at=parts.clock(),
            actor=account.username,
            action="photo.viewed",
            object=encounter_id,
            detail={"photo": photo_id},
        )
        return jpeg

    return await parts.store.run(write)


def _check_owner(tx: Tx, account: Account, encounter_id: str) -> None:
    if tx.get(Encounter, encounter_id).organization_id != account.organization_id:
        raise NotFound("not-found", "no such encounter")


def _view(photo: Photo) -> PhotoView:
    return PhotoView(
        photo_id=photo.photo_id,
        at=round(photo.created_at * 1000),
        width=photo.width,
        height=photo.height,
        size=photo.size,
    )
