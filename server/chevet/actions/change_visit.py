"""Move or change an appointment, send its link again, give it a record."""

from msgspec import structs

from chevet.actions.book_visit import agreed_times, check_free, check_length, lay_contact, note
from chevet.actions.keep_patient import keep_patient, patient_of
from chevet.actions.parts import Parts
from chevet.actions.recipients import recipients_of, spend_sending
from chevet.actions.show_roster import show_roster
from chevet.actions.tell_desk import tell_desk
from chevet.actions.tell_visit import channels_of, guests_of, queue_message, queue_slot, slot
from chevet.actions.view_appointment import view_sheet
from chevet.errors import Conflict, InvalidInput
from chevet.model.appointments import Appointment, AppointmentStatus, Patient
from chevet.model.identity import full_name
from chevet.model.people import Account
from chevet.model.records import Channel
from chevet.model.visit_messages import VisitMessage
from chevet.model.visits import Encounter, EncounterStatus
from chevet.protocol import AppointmentRequest, AppointmentView, RecordRequest
from chevet.store import Tx, appointments, invitations
from chevet.store.appointments import VOID, Sheet


async def change(
    parts: Parts, account: Account, appointment_id: str, request: AppointmentRequest
) -> AppointmentView:
    """What is asked for takes the place of what was agreed; the people concerned are told of what concerns them.

    Moved: everybody. Another number or address: who has it. The reason or the identity alone: nobody.
    Raises NotFound, InvalidInput, Unavailable, TooManyRequests; Conflict `appointment-over`, `appointment-started`,
    `appointment-stale`, `appointment-overlap`.
    """
    typed = patient_of(parts, account, request.patient)
    before = await parts.store.read(lambda tx: own_open(tx, account, appointment_id))
    _check_version(before, request.version)
    is_moved, message, recipients = _what_to_tell(parts, before, request)
    if is_moved:
        await parts.store.read(lambda tx: _move_times(tx, parts, structs.replace(before), request))
    spend_sending(parts, account, recipients)

    def write(tx: Tx) -> Sheet:
        appointment = own_open(tx, account, appointment_id)
        _check_version(appointment, before.version)
        lay_contact(parts, appointment, request)
        appointment.reason = request.reason.strip()
        _lay_patient(tx, appointment, keep_patient(tx, typed, appointment.patient_id))
        if is_moved:
            _move(tx, parts, appointment, request)
        note(tx, parts, account, "appointment.moved" if is_moved else "appointment.changed", appointment)
        tx.update(appointment)
        return _tell(tx, parts, appointment, recipients, message)

    return await _done(parts, await parts.store.run(write))


async def resend(parts: Parts, account: Account, appointment_id: str) -> AppointmentView:
    """The same link, to the same people. Raises NotFound, InvalidInput, Unavailable, TooManyRequests, Conflict."""
    before = await parts.store.read(lambda tx: own_open(tx, account, appointment_id))
    recipients = _checked(parts, before)
    if not recipients:
        raise InvalidInput("recipient-missing", "neither number nor address", field="phone")
    spend_sending(parts, account, recipients)

    def write(tx: Tx) -> Sheet:
        appointment = own_open(tx, account, appointment_id)
        note(tx, parts, account, "appointment.resent", appointment)
        return _tell(tx, parts, appointment, recipients, VisitMessage.BOOKED)

    return await _done(parts, await parts.store.run(write))


async def give_record(
    parts: Parts, account: Account, appointment_id: str, request: RecordRequest
) -> AppointmentView:
    """An immediate visit becomes one with a record, even after the call. Raises NotFound, InvalidInput, Conflict."""
    typed = patient_of(parts, account, request.patient)

    def write(tx: Tx) -> Sheet:
        appointment = appointments.own(tx, account.id, appointment_id)
        if appointment.patient_id is not None:
            raise Conflict("record-exists", "this visit has a record already")
        if appointment.status in VOID:
            raise Conflict("appointment-over", "this visit did not take place")
        appointment.reason = request.reason.strip()
        _lay_patient(tx, appointment, keep_patient(tx, typed))
        note(tx, parts, account, "appointment.recorded", appointment)
        tx.update(appointment)
        return appointments.sheets(tx, [appointment])[0]

    return await _done(parts, await parts.store.run(write))


def own_open(tx: Tx, account: Account, appointment_id: str) -> Appointment:
    """Raises NotFound, Conflict `appointment-over`."""
    appointment = appointments.own(tx, account.id, appointment_id)
    if appointment.is_over():
        raise Conflict("appointment-over", "this appointment is over")
    return appointment


def check_not_started(tx: Tx, appointment: Appointment) -> Encounter:
    """Raises Conflict `appointment-started`: a call under way is hung up, not moved."""
    encounter = tx.get(Encounter, appointment.encounter_id)
    if encounter.status is EncounterStatus.IN_PROGRESS:
        raise Conflict("appointment-started", "the call is under way")
    return encounter


def _check_version(appointment: Appointment, version: int | None) -> None:
    if version not in {None, appointment.version}:
        raise Conflict("appointment-stale", "it was changed meanwhile")


def _what_to_tell(
    parts: Parts, before: Appointment, request: AppointmentRequest
) -> tuple[bool, VisitMessage, dict[Channel, str]]:
    """Whether it is moved, what is told, and to whom."""
    asked = (request.start_at, request.end_at)
    is_moved = asked != (round(before.start_at * 1000), round(before.end_at * 1000))
    after = structs.replace(before)
    lay_contact(parts, after, request)
    recipients, known = channels_of(after), channels_of(before)
    if is_moved:
        return True, VisitMessage.MOVED, recipients
    new = {channel: to for channel, to in recipients.items() if known.get(channel) != to}
    return False, VisitMessage.BOOKED, new


def _move(tx: Tx, parts: Parts, appointment: Appointment, request: AppointmentRequest) -> None:
    """Another slot: who waited goes on waiting, the links work then and no longer now."""
    encounter = check_not_started(tx, appointment)
    _move_times(tx, parts, appointment, request)
    appointment.sequence += 1
    if appointment.status is AppointmentStatus.ARRIVED:
        appointment.to(AppointmentStatus.BOOKED)
    if encounter.status is EncounterStatus.ARRIVED:
        tx.update(encounter.to(EncounterStatus.PLANNED))
    for invitation in invitations.all_of_encounter(tx, encounter.id):
        invitation.expires_at = slot(parts, appointment).closes_at
        tx.update(invitation)
    queue_slot(tx, parts, appointment)


def _move_times(tx: Tx, parts: Parts, appointment: Appointment, request: AppointmentRequest) -> None:
    """A start that stays is not « now », although it may have passed. Raises InvalidInput, Conflict."""
    if request.start_at == round(appointment.start_at * 1000):
        appointment.end_at = appointment.start_at + check_length(request)
    else:
        appointment.start_at, appointment.end_at = agreed_times(request, parts.clock())
    if not request.accepts_overlap:
        check_free(tx, appointment)


def _lay_patient(tx: Tx, appointment: Appointment, patient: Patient) -> None:
    appointment.patient_id = patient.id
    seat = appointments.sheets(tx, [appointment])[0].patient_seat
    if seat.name != full_name(patient):
        seat.name = full_name(patient)
        tx.update(seat)


def _tell(
    tx: Tx,
    parts: Parts,
    appointment: Appointment,
    recipients: dict[Channel, str],
    message: VisitMessage,
) -> Sheet:
    invitation = appointments.sheets(tx, [appointment])[0].invitation
    if (invitation.phone, invitation.email) != (appointment.phone, appointment.email):
        invitation.phone, invitation.email = appointment.phone, appointment.email
        tx.update(invitation)
    told = {invitation.id: recipients}
    if message is VisitMessage.MOVED:
        told |= guests_of(tx, appointment, invitation.id)
    for invitation_id, where in told.items():
        queue_message(tx, parts, appointment, invitation_id, where, message)
    return appointments.sheets(tx, [appointment])[0]


def _checked(parts: Parts, appointment: Appointment) -> dict[Channel, str]:
    """Its recipients, on channels that this installation still has."""
    known = channels_of(appointment)
    return recipients_of(parts, known.get(Channel.SMS), known.get(Channel.EMAIL))


async def _done(parts: Parts, sheet: Sheet) -> AppointmentView:
    parts.outbox.wake()
    tell_desk(parts, sheet.appointment)
    await show_roster(parts, sheet.encounter.id)
    return view_sheet(parts, sheet)
