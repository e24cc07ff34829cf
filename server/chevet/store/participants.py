"""Who may take part in an encounter."""

from chevet.errors import NotFound
from chevet.model.appointments import Intake, Participant, ParticipantRole, ParticipantStatus
from chevet.store import Tx

FIRST = (ParticipantRole.PRACTITIONER, ParticipantRole.PATIENT)


def of_encounter(tx: Tx, encounter_id: str) -> list[Participant]:
    """The practitioner, the patient, then their guests, oldest first."""
    found = tx.find(Participant, encounter_id=encounter_id, order="created_at")
    return sorted(found, key=_rank)


def _rank(participant: Participant) -> tuple[int, float]:
    rank = FIRST.index(participant.role) if participant.role in FIRST else len(FIRST)
    return rank, participant.created_at


def of_invitation(tx: Tx, invitation_id: str) -> Participant:
    """Raises NotFound."""
    found = tx.find(Participant, invitation_id=invitation_id, limit=1)
    if not found:
        raise NotFound("participant-unknown", "this invitation is nobody's")
    return found[0]


def practitioner_of(tx: Tx, encounter_id: str) -> Participant:
    """Raises NotFound."""
    found = tx.find(Participant, encounter_id=encounter_id, role=ParticipantRole.PRACTITIONER, limit=1)
    if not found:
        raise NotFound("participant-unknown", "this encounter has no practitioner")
    return found[0]


def admitted(tx: Tx, encounter_id: str) -> set[str]:
    """The ids of those who were let in and have not left."""
    found = tx.find(Participant, encounter_id=encounter_id, status=ParticipantStatus.ADMITTED)
    return {participant.id for participant in found}


def intake_of(tx: Tx, encounter_id: str) -> Intake:
    """What was answered before the call; a new one, not yet kept, when nothing was."""
    found = tx.find(Intake, id=encounter_id, limit=1)
    return found[0] if found else Intake(id=encounter_id, version=0)


def keep_intake(tx: Tx, intake: Intake) -> None:
    if intake.version:
        tx.update(intake)
    else:
        intake.version = 1
        tx.insert(intake)
