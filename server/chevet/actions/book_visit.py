"""Make an appointment: « Nouveau rendez-vous » (S21 to S30), « Téléconsultation immédiate » (S18)."""

from collections.abc import Callable
from datetime import timedelta

from chevet.actions.invite import new_invitation
from chevet.actions.keep_patient import keep_patient, patient_of
from chevet.actions.parts import Parts
from chevet.actions.recipients import recipients_of, spend_sending
from chevet.actions.tell_desk import tell_desk
from chevet.actions.tell_visit import channels_of, queue_message, queue_slot, slot
from chevet.actions.view_appointment import view_sheet
from chevet.errors import Conflict, InvalidInput
from chevet.model.appointments import (
    Appointment,
    AppointmentStatus,
    Participant,
    ParticipantRole,
    ParticipantStatus,
    Patient,
)
from chevet.model.identity import full_name
from chevet.model.keys import new_id
from chevet.model.people import Account
from chevet.model.records import Channel
from chevet.model.timeline import Step, TimelineEntry
from chevet.model.visit_messages import VisitMessage
from chevet.model.visits import Encounter, EncounterStatus, Invitation
from chevet.protocol import AppointmentRequest, AppointmentView, ImmediateRequest
from chevet.store import Tx, appointments, audit, timeline
from chevet.store.appointments import Sheet

IMMEDIATE_LASTS_S = 1800
"""The slot of a visit without an agreed end; its link works longer, by the margin of all slots."""
LONGEST_S = timedelta(hours=12).total_seconds()
FARTHEST_S = timedelta(days=366).total_seconds()
UNNAMED = "Patient"
"""Somebody of whom only the number is known (S18); the word is the same in French and in English."""


async def book(parts: Parts, account: Account, request: AppointmentRequest) -> AppointmentView:
    """Raises InvalidInput, Unavailable, TooManyRequests, Conflict `appointment-overlap`."""
    typed = patient_of(parts, account, request.patient)
    appointment = _agreed(parts, account, request)

    def check(tx: Tx) -> None:
        if not request.accepts_overlap:
            check_free(tx, appointment)

    def write(tx: Tx) -> Patient:
        check(tx)
        return keep_patient(tx, typed)

    await parts.store.read(check)  # before anything is spent
    return await _open(parts, account, appointment, write)


async def book_at_once(parts: Parts, account: Account, request: ImmediateRequest) -> AppointmentView:
    """A mobile number, nothing else. Raises InvalidInput, Unavailable, TooManyRequests."""
    appointment = new_appointment(parts, account, parts.clock(), parts.clock() + IMMEDIATE_LASTS_S)
    appointment.phone = recipients_of(parts, request.phone, None).get(Channel.SMS)
    if appointment.phone is None:
        raise InvalidInput("phone-invalid", field="phone")
    appointment.channel, appointment.is_immediate = Channel.SMS, True
    return await _open(parts, account, appointment, lambda _: None)


async def _open(
    parts: Parts, account: Account, appointment: Appointment, patient_in: Callable[[Tx], Patient | None]
) -> AppointmentView:
    recipients = channels_of(appointment)
    spend_sending(parts, account, recipients)

    def write(tx: Tx) -> Sheet:
        invitation = open_visit(tx, parts, account, appointment, patient_in(tx))
        note(tx, parts, account, "appointment.booked", appointment)
        queue_message(tx, parts, appointment, invitation.id, recipients, VisitMessage.BOOKED)
        queue_slot(tx, parts, appointment)
        return appointments.sheets(tx, [appointment])[0]

    sheet = await parts.store.run(write)
    parts.outbox.wake()
    tell_desk(parts, sheet.appointment)
    return view_sheet(parts, sheet)


def _agreed(parts: Parts, account: Account, request: AppointmentRequest) -> Appointment:
    start_at, end_at = agreed_times(request, parts.clock())
    appointment = new_appointment(parts, account, start_at, end_at)
    lay_contact(parts, appointment, request)
    appointment.reason = request.reason.strip()
    return appointment


def agreed_times(request: AppointmentRequest, now: float) -> tuple[float, float]:
    """Start and end in seconds; a start that has passed means now, for as long (S26). Raises InvalidInput."""
    lasts_s = check_length(request)
    start_at = request.start_at / 1000
    if start_at > now + FARTHEST_S:
        raise InvalidInput("slot-too-far", "within a year", field="startAt")
    start_at = max(start_at, now)
    return start_at, start_at + lasts_s


def check_length(request: AppointmentRequest) -> float:
    """How long the slot lasts, in seconds. Raises InvalidInput."""
    lasts_s = (request.end_at - request.start_at) / 1000
    if not 0 < lasts_s <= LONGEST_S:
        raise InvalidInput("slot-length", "a slot ends after its start, within twelve hours", field="endAt")
    return lasts_s


def lay_contact(parts: Parts, appointment: Appointment, request: AppointmentRequest) -> None:
    """Who receives the link, and how (S23, S24, S27). Raises InvalidInput, Unavailable."""
    found = recipients_of(parts, request.phone, request.email)
    if request.channel is not None and request.channel not in found:
        field = "phone" if request.channel is Channel.SMS else "email"
        raise InvalidInput("channel-without-address", "the preferred channel has no address", field=field)
    appointment.phone, appointment.email = found.get(Channel.SMS), found.get(Channel.EMAIL)
    appointment.channel, appointment.language = request.channel, request.language
    appointment.contact_role, appointment.contact_name = request.contact_role, request.contact_name.strip()


def check_free(tx: Tx, appointment: Appointment) -> None:
    """Raises Conflict when the practitioner has another appointment then."""
    others = appointments.overlapping(
        tx,
        appointment.practitioner_id,
        appointment.start_at,
        appointment.end_at,
        besides=appointment.id,
    )
    if others:
        raise Conflict("appointment-overlap", f"{len(others)} at the same time")


def new_appointment(parts: Parts, account: Account, start_at: float, end_at: float) -> Appointment:
    return Appointment(
        id=new_id(),
        organization_id=account.organization_id,
        practitioner_id=account.id,
        encounter_id=new_id(),
        status=AppointmentStatus.BOOKED,
        start_at=start_at,
        end_at=end_at,
        created_at=parts.clock(),
    )


def open_visit(
    tx: Tx, parts: Parts, account: Account, appointment: Appointment, patient: Patient | None
) -> Invitation:
    """Write down the appointment with its encounter, who takes part, and the patient's link."""
    now = parts.clock()
    encounter = Encounter(
        id=appointment.encounter_id,
        kind="teleconsultation",
        status=EncounterStatus.PLANNED,
        organization_id=account.organization_id,
        practitioner_id=account.id,
        created_at=now,
    )
    appointment.patient_id = patient.id if patient else None
    invitation = new_invitation(parts, encounter.id, slot(parts, appointment).closes_at)
    invitation.phone, invitation.email = appointment.phone, appointment.email
    step = TimelineEntry(id=new_id(), encounter_id=encounter.id, step=Step.INVITATION_CREATED, at=now)
    practitioner = _participant(appointment, ParticipantRole.PRACTITIONER, account.display_name)
    practitioner.account_id = account.id
    name = full_name(patient) if patient else appointment.contact_name or UNNAMED
    seat = _participant(appointment, ParticipantRole.PATIENT, name)
    seat.invitation_id = invitation.id
    for record in (encounter, appointment, invitation, practitioner, seat):
        tx.insert(record)
    timeline.append(tx, step)
    return invitation


def _participant(appointment: Appointment, role: ParticipantRole, name: str) -> Participant:
    return Participant(
        id=new_id(),
        encounter_id=appointment.encounter_id,
        role=role,
        name=name,
        status=ParticipantStatus.INVITED,
        created_at=appointment.created_at,
    )


def note(tx: Tx, parts: Parts, account: Account, action: str, appointment: Appointment) -> None:
    """A row of the audit trail."""
    audit.append(
        tx,
        parts.keys,
        at=parts.clock(),
        actor=account.username,
        action=action,
        object=appointment.id,
        detail={"sequence": appointment.sequence},
    )
