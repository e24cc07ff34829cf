"""A visit put straight into the store: one practitioner, one patient and his link."""

from chevet.model.appointments import (
    Appointment,
    AppointmentStatus,
    Participant,
    ParticipantRole,
    ParticipantStatus,
)
from chevet.model.keys import new_id
from chevet.model.visits import Encounter, EncounterStatus, Invitation, InvitationStatus


async def booked(product, *, in_s=86_400):
    """In `in_s` seconds, with `medecin`; returns the link's token and the patient's participant id."""
    token, participant_id, records = visit(product.parts.keys, product.clock(), in_s)

    def write(tx):
        for record in records:
            tx.insert(record)

    await product.parts.store.run(write)
    return token, participant_id


def visit(keys, now, in_s):
    """The link's token, the patient's participant id, and what the store keeps of them."""
    encounter_id, invitation_id, participant_id = new_id(), new_id(), new_id()
    token = keys.join_token(invitation_id)
    records = [
        Encounter(
            id=encounter_id,
            kind="teleconsultation",
            status=EncounterStatus.PLANNED,
            organization_id="demo-hospital",
            practitioner_id="demo-medecin",
            created_at=now,
        ),
        Invitation(
            id=invitation_id,
            encounter_id=encounter_id,
            token_hash=keys.hash("join-token", token),
            code_hash=invitation_id,
            status=InvitationStatus.SENT,
            created_at=now,
            expires_at=now + in_s + 3600,
        ),
        Participant(
            id=new_id(),
            encounter_id=encounter_id,
            role=ParticipantRole.PRACTITIONER,
            name="Dr Anaïs Morel",
            status=ParticipantStatus.INVITED,
            created_at=now,
            account_id="demo-medecin",
        ),
        Participant(
            id=participant_id,
            encounter_id=encounter_id,
            role=ParticipantRole.PATIENT,
            name="Jeanne Martin",
            status=ParticipantStatus.INVITED,
            created_at=now + 0.001,
            invitation_id=invitation_id,
        ),
        Appointment(
            id=new_id(),
            organization_id="demo-hospital",
            practitioner_id="demo-medecin",
            encounter_id=encounter_id,
            status=AppointmentStatus.BOOKED,
            start_at=now + in_s,
            end_at=now + in_s + 900,
            created_at=now,
        ),
    ]
    return token, participant_id, records
