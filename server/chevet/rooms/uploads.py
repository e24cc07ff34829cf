"""Photos on their way: at most one an encounter, in memory, until it is whole or its time is over (A44)."""

import asyncio
from collections.abc import Callable

from chevet.errors import InvalidInput, Unavailable

MAX_PART_BYTES = 64 * 1024
MAX_PHOTO_BYTES = 12_000_000
MAX_ALL_BYTES = 200_000_000
"""Of all photos on their way together."""
KEPT_S = 600
"""A photo of which nothing came for so long is forgotten."""


class Upload:
    """What has come of one photo. `total` is 0 while it was only asked for; `task` makes it a kept photo."""

    def __init__(self, photo_id: str, total: int, now: float) -> None:
        self.photo_id = photo_id
        self.total = total
        self.data = bytearray()
        self.touched_at = now
        self.told = 0
        self.task: asyncio.Task[None] | None = None

    @property
    def received(self) -> int:
        return self.total if self.task else len(self.data)


class Uploads:
    """Only the event loop touches it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._uploads: dict[str, Upload] = {}  # by encounter
        self._clock = clock

    def of(self, encounter_id: str) -> Upload | None:
        return self._uploads.get(encounter_id)

    def expect(self, encounter_id: str, photo_id: str) -> tuple[Upload, Upload | None]:
        """A photo was asked for. Returns it, and the one whose place it takes."""
        older = self._uploads.get(encounter_id)
        self._uploads[encounter_id] = upload = Upload(photo_id, 0, self._clock())
        return upload, older

    def begin(self, encounter_id: str, photo_id: str, total: int) -> tuple[Upload, Upload | None]:
        """The upload of this photo, and the one whose place it takes. Raises InvalidInput."""
        if not 0 < total <= MAX_PHOTO_BYTES:
            raise InvalidInput("photo-too-big", f"1 to {MAX_PHOTO_BYTES} bytes")
        older = self._uploads.get(encounter_id)
        if older and older.photo_id == photo_id and (older.total == total or older.task):
            return older, None
        self._uploads[encounter_id] = upload = Upload(photo_id, total, self._clock())
        return upload, older if older and older.photo_id != photo_id else None

    def add(self, upload: Upload, offset: int, part: bytes) -> bool:
        """Add a part; 0 starts anew. False when the photo goes on elsewhere. Raises InvalidInput, Unavailable."""
        if len(part) > MAX_PART_BYTES or offset + len(part) > upload.total:
            raise InvalidInput("photo-part", f"at most {MAX_PART_BYTES} bytes, within the photo")
        if offset == 0:
            upload.data.clear()
            upload.told = 0
        if offset != len(upload.data):
            return False
        if sum(len(each.data) for each in self._uploads.values()) + len(part) > MAX_ALL_BYTES:
            raise Unavailable("photo-busy", "too many photos at once")
        upload.data += part
        upload.touched_at = self._clock()
        return True

    def forget(self, encounter_id: str, upload: Upload | None = None) -> Upload | None:
        """Drop what is on its way (`upload` only, if given)."""
        found = self._uploads.get(encounter_id)
        if found is None or (upload is not None and found is not upload):
            return None
        return self._uploads.pop(encounter_id)

    def take_late(self) -> list[tuple[str, Upload]]:
        """Drop those of which nothing came for KEPT_S; returns them with their encounters."""
        late = [
            (encounter_id, upload)
            for encounter_id, upload in self._uploads.items()
            if (upload.task is None or upload.task.done()) and self._clock() - upload.touched_at >= KEPT_S
        ]
        for encounter_id, _ in late:
            del self._uploads[encounter_id]
        return late
