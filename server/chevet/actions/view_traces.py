"""What noted itself of a téléconsultation, for its report (R8): attendance, delays, technical trouble."""

from chevet.actions.parts import Parts
from chevet.actions.record_step import view_step
from chevet.errors import NotFound
from chevet.model.appointments import Participant
from chevet.model.people import Account
from chevet.model.visits import Encounter
from chevet.protocol import PersonView, TracesView
from chevet.store import Tx, participants, timeline


async def view_traces(parts: Parts, account: Account, encounter_id: str) -> TracesView:
    """Raises NotFound, for somebody else's too (A19)."""
    return await parts.store.read(lambda tx: _look(tx, account, encounter_id))


def _look(tx: Tx, account: Account, encounter_id: str) -> TracesView:
    encounter = tx.get(Encounter, encounter_id)
    if encounter.practitioner_id != account.id:
        raise NotFound("encounter-unknown", "no such encounter")
    return TracesView(
        started_at=_ms(encounter.started_at),
        finished_at=_ms(encounter.finished_at),
        timeline=[view_step(entry) for entry in timeline.of_encounter(tx, encounter_id)],
        people=[_view(person) for person in participants.of_encounter(tx, encounter_id)],
    )


def _view(person: Participant) -> PersonView:
    return PersonView(id=person.id, role=person.role, name=person.name)


def _ms(at: float | None) -> int | None:
    return None if at is None else round(at * 1000)
