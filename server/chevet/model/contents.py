"""What is kept of an encounter besides facts: photos. Encrypted with the encounter's own key (A58)."""

from msgspec import Struct


class EncounterKey(Struct, kw_only=True):
    """The key of one encounter's contents, wrapped by the master key; `id` is the encounter's.

    Without this row nothing of the encounter's contents can be read.
    """

    id: str
    wrapped: bytes
    created_at: float


class SealedContent(Struct, kw_only=True):
    """Bytes encrypted with the encounter's key; `id` is authenticated, so that no row can pass for another."""

    id: str
    encounter_id: str
    content: bytes


class Photo(Struct, kw_only=True):
    """One photo of an encounter, cleaned; its JPEG is the `SealedContent` of the same `id`.

    `photo_id` is the name that the page gave it, unique within the encounter; `size` is in bytes.
    """

    id: str
    encounter_id: str
    photo_id: str
    width: int
    height: int
    size: int
    created_at: float
