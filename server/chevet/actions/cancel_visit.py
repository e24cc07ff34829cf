"""An appointment that will not take place, or did not: cancelled, nobody came, its slot is over."""

from chevet.actions.book_visit import note
from chevet.actions.change_visit import check_not_started, own_open
from chevet.actions.end_encounter import close_room, end_within
from chevet.actions.parts import Parts
from chevet.actions.tell_desk import tell_desk
from chevet.actions.tell_visit import ClosingPayload, channels_of, guests_of, queue_message
from chevet.actions.view_appointment import view_sheet
from chevet.errors import Conflict
from chevet.model.appointments import Appointment, AppointmentStatus
from chevet.model.locales import texts
from chevet.model.messages import FAMILY
from chevet.model.people import Account
from chevet.model.records import Job
from chevet.model.visit_messages import VisitMessage
from chevet.model.visits import Encounter, EncounterStatus
from chevet.protocol import AppointmentView, CancelRequest
from chevet.store import Tx, appointments, jobs
from chevet.store.appointments import Sheet

LOOK_AGAIN_S = 600
"""Whether a call that outlasts its slot has ended."""


async def cancel(
    parts: Parts, account: Account, appointment_id: str, request: CancelRequest
) -> AppointmentView:
    """« Annuler »: the people concerned are told, with the reason. Raises NotFound, Conflict."""

    def write(tx: Tx) -> Sheet:
        appointment = own_open(tx, account, appointment_id)
        check_not_started(tx, appointment)
        invitation = appointments.sheets(tx, [appointment])[0].invitation
        told = {invitation.id: channels_of(appointment)} | guests_of(tx, appointment, invitation.id)
        appointment.to(AppointmentStatus.CANCELLED)
        appointment.sequence += 1
        appointment.cancelled_because = request.reason.strip()
        note(tx, parts, account, "appointment.cancelled", appointment)
        appointment = _end(tx, parts, account, appointment, "cancelled")
        for invitation_id, where in told.items():
            queue_message(tx, parts, appointment, invitation_id, where, VisitMessage.CANCELLED)
        return appointments.sheets(tx, [appointment])[0]

    return _over(parts, await parts.store.run(write), "cancelled")


async def say_noshow(parts: Parts, account: Account, appointment_id: str) -> AppointmentView:
    """« Le patient n'est pas venu », once the time has come. Raises NotFound, Conflict."""

    def write(tx: Tx) -> Sheet:
        appointment = own_open(tx, account, appointment_id)
        check_not_started(tx, appointment)
        if appointment.start_at > parts.clock():
            raise Conflict("appointment-not-started", "its time has not come")
        note(tx, parts, account, "appointment.noshow", appointment.to(AppointmentStatus.NOSHOW))
        return appointments.sheets(tx, [_end(tx, parts, account, appointment, "expired")])[0]

    return _over(parts, await parts.store.run(write), "expired")


async def close_visit(parts: Parts, payload: ClosingPayload, job: Job) -> None:
    """The slot is over. Nobody came: noshow, by itself, for the report (R8). A call under way is not cut (S31).

    Whoever is there is waited for; a started call, also while the pages come back after a restart of the server.
    """
    found = await parts.store.read(lambda tx: tx.find(Appointment, id=payload.appointment_id, limit=1))
    if not found or found[0].is_over() or found[0].sequence != payload.sequence:
        return
    appointment = found[0]
    encounter = await parts.store.read(lambda tx: tx.get(Encounter, appointment.encounter_id))
    is_empty = parts.rooms.is_empty(encounter.id)
    is_started = encounter.status is EncounterStatus.IN_PROGRESS
    if not is_empty or (is_started and not payload.seen_empty):
        again = ClosingPayload(appointment_id=appointment.id, sequence=payload.sequence, seen_empty=is_empty)
        now = parts.clock()
        await parts.store.run(
            lambda tx: jobs.enqueue(
                tx, "close_visit", again, now=now, run_at=now + LOOK_AGAIN_S, dedup=f"again:{job.id}"
            )
        )
        return
    if await parts.store.run(lambda tx: _close(tx, parts, appointment.id)):
        close_room(parts, encounter.id, "expired")
        tell_desk(parts, appointment)


def _close(tx: Tx, parts: Parts, appointment_id: str) -> bool:
    appointment = tx.get(Appointment, appointment_id)
    if appointment.status is AppointmentStatus.ARRIVED:
        appointment.cancelled_because = texts(FAMILY, "fr")["visit.unmet"]
        tx.update(appointment)
    return end_within(tx, parts, appointment.encounter_id, "expired")


def _end(tx: Tx, parts: Parts, account: Account, appointment: Appointment, reason: str) -> Appointment:
    """As it is written down once its encounter, its links and its addresses are done with."""
    tx.update(appointment)
    end_within(tx, parts, appointment.encounter_id, reason, account)
    return tx.get(Appointment, appointment.id)


def _over(parts: Parts, sheet: Sheet, reason: str) -> AppointmentView:
    parts.outbox.wake()
    close_room(parts, sheet.encounter.id, reason)
    tell_desk(parts, sheet.appointment)
    return view_sheet(parts, sheet)
