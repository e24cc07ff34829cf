"""When the link of an appointment opens (S31): its slot with margins, by the server's clock alone (F58, F24)."""

from enum import StrEnum

from msgspec import Struct


class SlotState(StrEnum):
    EARLY = "early"
    OPEN = "open"
    OVER = "over"


class Slot(Struct, frozen=True, kw_only=True):
    """Seconds since the epoch, UTC: nights when clocks change need no care here. The end is not in the slot."""

    opens_at: float
    closes_at: float

    def state(self, now: float) -> SlotState:
        if now < self.opens_at:
            return SlotState.EARLY
        return SlotState.OPEN if now < self.closes_at else SlotState.OVER


def slot_of(start_at: float, end_at: float, *, before_s: float, after_s: float) -> Slot:
    """The slot from `before_s` before its agreed start until `after_s` after its agreed end."""
    return Slot(opens_at=start_at - before_s, closes_at=end_at + after_s)
