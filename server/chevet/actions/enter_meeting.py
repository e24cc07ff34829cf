"""The doors of a téléconsultation: the patient's and the guests' by their link, the practitioner's by the agenda."""

from typing import Literal

from msgspec import Struct

from chevet.actions.note_participant import note, note_late, trail
from chevet.actions.parts import Parts
from chevet.actions.record_step import record_step
from chevet.actions.show_roster import show_roster
from chevet.actions.tell_desk import tell_desk
from chevet.actions.tell_visit import slot
from chevet.errors import Conflict, Gone, NotFound
from chevet.model.appointments import (
    Appointment,
    AppointmentStatus,
    Participant,
    ParticipantRole,
    ParticipantStatus,
)
from chevet.model.people import Account
from chevet.model.records import Session
from chevet.model.seats import SeatClaim, seal
from chevet.model.slots import SlotState
from chevet.model.timeline import Step
from chevet.model.visits import Encounter, EncounterStatus, Invitation, InvitationStatus
from chevet.protocol import SeatRole, SeatView, SlotView, VisitDoor
from chevet.store import Tx, appointments, participants

MEETING = "teleconsultation"
"""The kind of such an encounter."""
NEEDS_INTAKE = {ParticipantRole.PATIENT, ParticipantRole.TELEPRESENTER}


class Visit(Struct, kw_only=True):
    """What an invitation to a téléconsultation opens, and for whom."""

    encounter: Encounter
    appointment: Appointment
    participant: Participant
    invitation: Invitation


def visit_of(tx: Tx, encounter: Encounter, invitation: Invitation) -> Visit:
    """Raises NotFound."""
    appointment = appointments.of_encounter(tx, encounter.id)
    if appointment is None:
        raise NotFound("link-unknown", "no such visit")
    return Visit(
        encounter=encounter,
        appointment=appointment,
        participant=participants.of_invitation(tx, invitation.id),
        invitation=invitation,
    )


def door_of(tx: Tx, parts: Parts, visit: Visit) -> VisitDoor:
    """What is read at the door: when it opens, or why it opens no more; who receives, whom to call instead."""
    practitioner = participants.practitioner_of(tx, visit.encounter.id)
    intake = participants.intake_of(tx, visit.encounter.id)
    return VisitDoor(
        practitioner_name=practitioner.name,
        participant_name="" if visit.encounter.is_over() else visit.participant.name,
        role=visit.participant.role,
        slot=_view_slot(parts, visit),
        is_immediate=visit.appointment.is_immediate,
        needs_intake=visit.participant.role in NEEDS_INTAKE and not intake.consent,
        contact=parts.config.visits.contact,
        ended=_ended(visit),
        time_zone=parts.config.timezone,
    )


def _ended(visit: Visit) -> Literal["cancelled", "finished"] | None:
    """Of an appointment that nobody came to, or was let in to, its slot says all: it is over."""
    if visit.encounter.status is EncounterStatus.FINISHED:
        return "finished"
    is_cancelled = visit.encounter.status is EncounterStatus.CANCELLED
    return "cancelled" if is_cancelled and visit.invitation.status is not InvitationStatus.EXPIRED else None


def _view_slot(parts: Parts, visit: Visit) -> SlotView:
    """As it is for this person: who was in a call that goes on still finds the door open."""
    when = slot(parts, visit.appointment)
    now = parts.clock()
    return SlotView(
        state=_state(parts, visit),
        start_at=round(visit.appointment.start_at * 1000),
        end_at=round(visit.appointment.end_at * 1000),
        opens_at=round(when.opens_at * 1000),
        closes_at=round(when.closes_at * 1000),
        now=round(now * 1000),
    )


def _state(parts: Parts, visit: Visit) -> SlotState:
    if visit.encounter.is_over():
        return SlotState.OVER
    return SlotState.OPEN if _goes_on(visit) else slot(parts, visit.appointment).state(parts.clock())


def _goes_on(visit: Visit) -> bool:
    """The end of its slot never cuts a call: who was let in may come back, who was invited during it may come."""
    if visit.encounter.status is not EncounterStatus.IN_PROGRESS:
        return False
    started_at = visit.encounter.started_at or visit.encounter.created_at
    return visit.participant.admitted_at is not None or visit.participant.created_at >= started_at


def check_slot(parts: Parts, visit: Visit) -> None:
    """Raises Conflict `slot-early`, Gone `slot-over`: the server's clock alone decides (F24, F58)."""
    state = _state(parts, visit)
    if state is SlotState.EARLY:
        raise Conflict("slot-early", "this link does not work yet")
    if state is SlotState.OVER:
        raise Gone("slot-over", "the time of this link is over")


def step_in(tx: Tx, parts: Parts, visit: Visit) -> Visit:
    """Come to the waiting room, or back to one's place. Raises Conflict, Gone."""
    check_slot(parts, visit)
    participant, invitation = visit.participant, visit.invitation
    invitation.seat_generation += 1
    if invitation.status is InvitationStatus.SENT:
        invitation.redeemed_at = parts.clock()
        invitation.to(InvitationStatus.REDEEMED)
    tx.update(invitation)
    if participant.status in {ParticipantStatus.INVITED, ParticipantStatus.LEFT}:
        _begin_to_wait(tx, parts, visit)
    arrive(tx, visit.encounter)
    trail(tx, parts, visit.encounter.id, "encounter.entered", actor="participant", participant=participant)
    return visit


def arrive(tx: Tx, encounter: Encounter) -> None:
    """Somebody came."""
    if encounter.status is EncounterStatus.PLANNED:
        tx.update(encounter.to(EncounterStatus.ARRIVED))
    appointment = appointments.of_encounter(tx, encounter.id)
    if appointment is not None and appointment.status is AppointmentStatus.BOOKED:
        tx.update(appointment.to(AppointmentStatus.ARRIVED))


def _begin_to_wait(tx: Tx, parts: Parts, visit: Visit) -> None:
    participant = visit.participant
    is_first = participant.entered_at is None
    participant.status = ParticipantStatus.WAITING
    participant.entered_at = parts.clock()
    tx.update(participant)
    if is_first and participant.role in NEEDS_INTAKE:
        note_late(tx, parts, participant, visit.appointment)
    note(tx, parts, participant, Step.PARTICIPANT_WAITING)


async def seat_visitor(parts: Parts, visit: Visit) -> SeatView:
    """After `step_in`: the device before loses the seat. The practitioner's desk rings once the page sits there."""
    participant = visit.participant
    if parts.rooms.evict(visit.encounter.id, participant.id):
        step = Step.PARTICIPANT_REPLACED
        await record_step(parts, visit.encounter.id, step, participant_id=participant.id)
    await show_roster(parts, visit.encounter.id)
    tell_desk(parts, visit.appointment)
    claim = SeatClaim(
        visit.encounter.id,
        SeatRole.PARTICIPANT.value,
        generation=visit.invitation.seat_generation,
        participant_id=participant.id,
    )
    return SeatView(seat_token=seal(parts.keys, claim), answered=False)


async def take_own_seat(
    parts: Parts, account: Account, session: Session, appointment_id: str
) -> tuple[str, str]:
    """The practitioner's: seat token and participant id. Raises NotFound (somebody else's too), Gone."""

    def write(tx: Tx) -> Participant:
        appointment = tx.get(Appointment, appointment_id)
        if appointment.practitioner_id != account.id:
            raise NotFound("not-found", "no such appointment")
        if tx.get(Encounter, appointment.encounter_id).is_over():
            raise Gone("encounter-over", "this consultation is over")
        practitioner = participants.practitioner_of(tx, appointment.encounter_id)
        if practitioner.entered_at is None:
            practitioner.entered_at = practitioner.admitted_at = parts.clock()
            note_late(tx, parts, practitioner, appointment)
            trail(
                tx,
                parts,
                appointment.encounter_id,
                "encounter.entered",
                actor=account.username,
                participant=practitioner,
            )
        practitioner.status = ParticipantStatus.ADMITTED
        return tx.update(practitioner)

    practitioner = await parts.store.run(write)
    claim = SeatClaim(
        practitioner.encounter_id,
        SeatRole.PARTICIPANT.value,
        session_id=session.id,
        participant_id=practitioner.id,
    )
    return seal(parts.keys, claim), practitioner.id
