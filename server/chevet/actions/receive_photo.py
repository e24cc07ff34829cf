"""A photo from the caller's telephone: gathered in parts, cleaned, encrypted, kept with the encounter."""

import asyncio

from chevet.actions.parts import Parts
from chevet.actions.record_step import record_step, show_step
from chevet.adapters.image import CleanPhoto
from chevet.errors import InvalidInput, NotAllowed
from chevet.model.keys import new_id
from chevet.model.seats import SeatClaim
from chevet.model.timeline import Step, TimelineEntry
from chevet.protocol import PhotoChanged, PhotoStatus, SeatRole
from chevet.rooms.uploads import Upload
from chevet.store import Tx, audit, photos, timeline

TELL_EVERY = 0.05
"""The dispatcher's page hears of each twentieth."""


async def receive_part(
    parts: Parts, claim: SeatClaim, photo_id: str, offset: int, total: int, part: bytes
) -> tuple[int, bool]:
    """Take one part of a photo; the last one makes it a kept photo before this returns.

    Returns how many bytes are here, and whether the part fitted there. Raises NotAllowed, TooManyRequests,
    InvalidInput, Unavailable.
    """
    if claim.role != SeatRole.CALLER:
        raise NotAllowed("message-not-yours", "photos come from the caller")
    parts.limits.photo_part.spend(claim.encounter_id, "photo-too-fast")
    known = parts.uploads.of(claim.encounter_id)
    is_under_way = known is not None and known.photo_id == photo_id and known.received > 0
    if not is_under_way and await _is_kept(parts, claim.encounter_id, photo_id):
        return total, True
    upload, older = parts.uploads.begin(claim.encounter_id, photo_id, total)
    if older is not None and older.task is None:
        say_failed(parts, claim.encounter_id, older.photo_id, "photo-replaced")
    fits = upload.task is not None or not part or parts.uploads.add(upload, offset, part)
    await _go_on(parts, claim.encounter_id, upload)
    return upload.received, fits


async def _is_kept(parts: Parts, encounter_id: str, photo_id: str) -> bool:
    """Raises InvalidInput when the encounter can keep no more."""

    def look(tx: Tx) -> tuple[bool, bool]:
        return photos.find(tx, encounter_id, photo_id) is not None, photos.is_full(tx, encounter_id)

    is_kept, is_full = await parts.store.read(look)
    if is_full and not is_kept:
        raise InvalidInput("photo-too-many", f"at most {photos.MAX_PHOTOS} photos")
    return is_kept


async def _go_on(parts: Parts, encounter_id: str, upload: Upload) -> None:
    """Tell how far it is; when it is whole, wait until it is kept. Asked again, it answers the same."""
    if upload.task is None and upload.received == upload.total:
        upload.task = asyncio.create_task(_keep(parts, encounter_id, upload))
        upload.task.add_done_callback(lambda task: task.cancelled() or task.exception())
    if upload.task is not None:
        await asyncio.shield(upload.task)
    elif upload.received - upload.told >= upload.total * TELL_EVERY:
        upload.told = upload.received
        tell_photo(parts, encounter_id, upload)


async def _keep(parts: Parts, encounter_id: str, upload: Upload) -> None:
    """Raises InvalidInput when it is no photo: that stays its answer. Other trouble lets it be sent anew."""
    tell_photo(parts, encounter_id, upload)
    try:
        clean = await parts.photos.clean(bytes(upload.data))
        upload.data.clear()
        step = await parts.store.run(lambda tx: _write(tx, parts, encounter_id, upload.photo_id, clean))
    except InvalidInput as refused:
        upload.data.clear()
        await record_step(parts, encounter_id, Step.PHOTO_FAILED, refused.code)
        say_failed(parts, encounter_id, upload.photo_id, refused.code)
        raise
    except BaseException:
        parts.uploads.forget(encounter_id, upload)
        raise
    parts.uploads.forget(encounter_id, upload)
    show_step(parts, step)
    size = upload.total
    ready = PhotoChanged(photo_id=upload.photo_id, status=PhotoStatus.READY, received=size, total=size)
    parts.rooms.tell(encounter_id, SeatRole.DISPATCHER, ready)


def _write(tx: Tx, parts: Parts, encounter_id: str, photo_id: str, clean: CleanPhoto) -> TimelineEntry:
    now = parts.clock()
    photos.put(
        tx, parts.keys, encounter_id, photo_id, clean.jpeg, width=clean.width, height=clean.height, at=now
    )
    audit.append(
        tx,
        parts.keys,
        at=now,
        actor="caller",
        action="photo.received",
        object=encounter_id,
        detail={"photo": photo_id},
    )
    step = TimelineEntry(id=new_id(), encounter_id=encounter_id, step=Step.PHOTO_RECEIVED, at=now)
    timeline.append(tx, step)
    return step


def give_photo_up(parts: Parts, encounter_id: str, reason: str | None) -> None:
    """The caller's page cannot take or send it."""
    upload = parts.uploads.of(encounter_id)
    if upload is not None and upload.task is None:
        parts.uploads.forget(encounter_id, upload)
        say_failed(parts, encounter_id, upload.photo_id, reason or "photo-not-taken")


async def drop_late_photos(parts: Parts) -> None:
    """Nothing came for ten minutes."""
    for encounter_id, upload in parts.uploads.take_late():
        if upload.task is not None:  # refused long ago, and said so
            continue
        await record_step(parts, encounter_id, Step.PHOTO_FAILED, "photo-late")
        say_failed(parts, encounter_id, upload.photo_id, "photo-late")


def photo_state(upload: Upload) -> PhotoChanged:
    status = PhotoStatus.RECEIVING if upload.total else PhotoStatus.ASKED
    return PhotoChanged(photo_id=upload.photo_id, status=status, received=upload.received, total=upload.total)


def tell_photo(parts: Parts, encounter_id: str, upload: Upload) -> None:
    parts.rooms.tell(encounter_id, SeatRole.DISPATCHER, photo_state(upload))


def say_failed(parts: Parts, encounter_id: str, photo_id: str, reason: str) -> None:
    failed = PhotoChanged(photo_id=photo_id, status=PhotoStatus.FAILED, reason=reason)
    parts.rooms.tell(encounter_id, SeatRole.DISPATCHER, failed)
