"""« S'entraîner avec un patient fictif »: a real téléconsultation in everything but the patient."""

from chevet.actions.end_encounter import end
from chevet.actions.enter_meeting import MEETING
from chevet.actions.invite import new_invitation
from chevet.actions.parts import Parts
from chevet.errors import Unavailable
from chevet.model.appointments import (
    Appointment,
    AppointmentStatus,
    Participant,
    ParticipantRole,
    ParticipantStatus,
)
from chevet.model.keys import new_id
from chevet.model.locales import texts
from chevet.model.people import Account
from chevet.model.visits import Encounter, EncounterStatus, Invitation
from chevet.protocol import TrainingView
from chevet.store import Tx, appointments, audit, jobs

LASTS_S = 1800


async def train(parts: Parts, account: Account) -> TrainingView:
    """A visit that begins now, whose patient comes by himself. A training under way of the same account ends.

    Raises Busy, Unavailable.
    """
    parts.patients.check_free()
    for encounter_id in await parts.store.read(lambda tx: appointments.trainings(tx, account.id)):
        await end(parts, encounter_id, "hung-up", account)
    appointment, invitation = await parts.store.run(lambda tx: _write(tx, parts, account))
    try:
        await parts.patients.start(parts.config.join_url + parts.keys.join_token(invitation.id))
    except OSError as error:
        await end(parts, appointment.encounter_id, "cancelled", account)
        raise Unavailable("training-unavailable", "the virtual patient does not start") from error
    return TrainingView(appointment_id=appointment.id, encounter_id=appointment.encounter_id)


def _write(tx: Tx, parts: Parts, account: Account) -> tuple[Appointment, Invitation]:
    now = parts.clock()
    encounter = Encounter(
        id=new_id(),
        kind=MEETING,
        status=EncounterStatus.PLANNED,
        organization_id=account.organization_id,
        practitioner_id=account.id,
        created_at=now,
    )
    closes_at = now + LASTS_S + parts.config.visits.closes_after_s
    invitation = new_invitation(parts, encounter.id, closes_at)
    appointment = Appointment(
        id=new_id(),
        organization_id=account.organization_id,
        practitioner_id=account.id,
        encounter_id=encounter.id,
        status=AppointmentStatus.BOOKED,
        start_at=now,
        end_at=now + LASTS_S,
        created_at=now,
        contact_name=_name(),
        is_immediate=True,
        is_training=True,
    )
    for record in (encounter, invitation, appointment, *_people(account, encounter, invitation)):
        tx.insert(record)
    payload = {"encounter_id": encounter.id}
    dedup = f"expire:{invitation.id}"
    jobs.enqueue(tx, "expire_invitation", payload, now=now, run_at=closes_at, dedup=dedup)
    audit.append(
        tx,
        parts.keys,
        at=now,
        actor=account.username,
        action="training.started",
        object=encounter.id,
        detail={},
    )
    return appointment, invitation


def _people(
    account: Account, encounter: Encounter, invitation: Invitation
) -> tuple[Participant, Participant]:
    practitioner = Participant(
        id=new_id(),
        encounter_id=encounter.id,
        role=ParticipantRole.PRACTITIONER,
        name=account.display_name,
        status=ParticipantStatus.INVITED,
        created_at=encounter.created_at,
        account_id=account.id,
    )
    patient = Participant(
        id=new_id(),
        encounter_id=encounter.id,
        role=ParticipantRole.PATIENT,
        name=_name(),
        status=ParticipantStatus.INVITED,
        created_at=encounter.created_at,
        invitation_id=invitation.id,
    )
    return practitioner, patient


def _name() -> str:
    return texts("messages", "fr")["virtual-patient.name"]
