"""Write one step on the join timeline, and show it to the dispatcher at once."""

from chevet.actions.parts import Parts
from chevet.model.keys import new_id
from chevet.model.timeline import Step, TimelineEntry
from chevet.model.visits import Encounter, EncounterStatus
from chevet.protocol import SeatRole, TimelineChanged, TimelineStep
from chevet.store import Tx, timeline


async def record_step(
    parts: Parts,
    encounter_id: str,
    step: Step,
    detail: str | None = None,
    *,
    entry_id: str | None = None,
    participant_id: str | None = None,
) -> None:
    """Durable when this returns. The same `entry_id` twice counts once."""
    entry = TimelineEntry(
        id=entry_id or new_id(),
        encounter_id=encounter_id,
        step=step,
        at=parts.clock(),
        detail=detail,
        participant_id=participant_id,
    )

    def write(tx: Tx) -> bool:
        if step is Step.FIRST_FRAME:
            _start(tx, encounter_id, entry.at)
        return timeline.append(tx, entry)

    if await parts.store.run(write):
        show_step(parts, entry)


def show_step(parts: Parts, entry: TimelineEntry) -> None:
    """Tell the dispatcher of a step that is already written."""
    parts.rooms.tell(entry.encounter_id, SeatRole.DISPATCHER, TimelineChanged(entry=view_step(entry)))


def view_step(entry: TimelineEntry) -> TimelineStep:
    at = round(entry.at * 1000)
    return TimelineStep(step=entry.step, at=at, detail=entry.detail, participant_id=entry.participant_id)


def _start(tx: Tx, encounter_id: str, now: float) -> None:
    """The first picture: the encounter is in progress."""
    encounter = tx.get(Encounter, encounter_id)
    if encounter.status is EncounterStatus.ARRIVED:
        encounter.started_at = now
        tx.update(encounter.to(EncounterStatus.IN_PROGRESS))
