"""The outbox's handlers for téléconsultations: messages, reminders, the end of the slot."""

from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from chevet.actions.cancel_visit import close_visit
from chevet.actions.deliver import change_delivery, hand_over
from chevet.actions.parts import Parts
from chevet.actions.tell_visit import (
    ClosingPayload,
    ReminderPayload,
    VisitPayload,
    channels_of,
    queue_message,
    slot,
)
from chevet.errors import TransientFailure
from chevet.model.appointments import Appointment, AppointmentStatus
from chevet.model.people import Organization
from chevet.model.records import Channel, Delivery, DeliveryStatus, Job
from chevet.model.visit_messages import VisitLetter, VisitMessage, visit_mail, visit_sms
from chevet.model.visits import Invitation
from chevet.store import Tx, appointments, jobs

TRIES = 4
"""Quick ones in a row; an operator that is away for longer is tried again every LATER_S."""
LATER_S = 300


class Message(Struct):
    """What is to leave, as it stands now."""

    delivery: Delivery
    appointment: Appointment
    invitation: Invitation
    organization: Organization


def handlers(parts: Parts) -> dict[str, Any]:
    """Job kind -> handler(payload, job)."""

    async def send_visit(payload: dict, job: Job) -> None:
        await _send(parts, msgspec.convert(payload, VisitPayload), job)

    async def remind_visit(payload: dict, _: Job) -> None:
        await _remind(parts, msgspec.convert(payload, ReminderPayload))

    async def end_slot(payload: dict, job: Job) -> None:
        await close_visit(parts, msgspec.convert(payload, ClosingPayload), job)

    return {"send_visit": send_visit, "remind_visit": remind_visit, "close_visit": end_slot}


def failure_handlers(parts: Parts) -> dict[str, Any]:
    """Job kind -> handler(payload, job, reason), when the job is given up."""

    async def visit_failed(payload: dict, _: Job, reason: str) -> None:
        await change_delivery(parts, payload["delivery_id"], DeliveryStatus.FAILED, reason=reason)

    return {"send_visit": visit_failed}


async def _send(parts: Parts, payload: VisitPayload, job: Job) -> None:
    """Once at the recipient's: the delivery's id is the name that every attempt bears."""
    message = await parts.store.run(lambda tx: _what_to_send(tx, payload))
    if message is None:
        return
    letter = _letter(parts, payload.message, message)
    to = payload.to or message.delivery.recipient
    is_sms = message.delivery.channel is Channel.SMS
    text = visit_sms(letter) if is_sms else visit_mail(letter, to)
    try:
        await hand_over(parts, message.delivery, to, text, name=message.delivery.id)
    except TransientFailure:
        if job.attempts < TRIES or not await _later(parts, payload, message.appointment, job):
            raise


def _what_to_send(tx: Tx, payload: VisitPayload) -> Message | None:
    """None when it has left, or when a later change says all that this would: then it is forgotten."""
    found = tx.find(Delivery, id=payload.delivery_id, limit=1)
    if not found or found[0].status is not DeliveryStatus.WAITING:
        return None
    appointment = tx.get(Appointment, payload.appointment_id)
    is_news = appointment.sequence == payload.sequence
    if not is_news or appointment.is_over() != (payload.message is VisitMessage.CANCELLED):
        tx.delete(Delivery, payload.delivery_id)
        return None
    return Message(
        delivery=found[0],
        appointment=appointment,
        invitation=tx.get(Invitation, found[0].invitation_id),
        organization=tx.get(Organization, appointment.organization_id),
    )


async def _later(parts: Parts, payload: VisitPayload, appointment: Appointment, job: Job) -> bool:
    """Try again later, as long as it is of use: until the slot ends. False when it is not."""
    now = parts.clock()
    if now + LATER_S >= appointment.end_at:
        return False
    await parts.store.run(
        lambda tx: jobs.enqueue(
            tx, "send_visit", payload, now=now, run_at=now + LATER_S, dedup=f"later:{job.id}"
        )
    )
    return True


def _letter(parts: Parts, asked: VisitMessage, message: Message) -> VisitLetter:
    appointment, when = message.appointment, slot(parts, message.appointment)
    is_now = asked is VisitMessage.BOOKED and appointment.start_at <= parts.clock()
    host = urlsplit(parts.config.public_url).hostname or "localhost"
    return VisitLetter(
        message=VisitMessage.NOW if is_now else asked,
        caller_name=message.organization.caller_name,
        organization_name=message.organization.name,
        link=parts.config.join_url + parts.keys.join_token(message.invitation.id),
        code=parts.keys.join_code(message.invitation.id),
        start_at=appointment.start_at,
        end_at=appointment.end_at,
        opens_at=when.opens_at,
        closes_at=when.closes_at,
        contact=parts.config.visits.contact,
        reason=appointment.cancelled_because,
        uid=f"{appointment.id}@{host}",
        sequence=appointment.sequence,
        changed_at=message.delivery.created_at,
        organizer=parts.config.mail.sender if parts.config.mail else f"no-reply@{host}",
        timezone=parts.config.timezone,
        language=appointment.language,
    )


async def _remind(parts: Parts, payload: ReminderPayload) -> None:
    """Queue the messages of one reminder, if the appointment stands as it did and it is not too late for this one."""

    def write(tx: Tx) -> None:
        found = tx.find(Appointment, id=payload.appointment_id, limit=1)
        if not found or not _is_due(parts, found[0], payload):
            return
        appointment = found[0]
        invitation = appointments.sheets(tx, [appointment])[0].invitation
        name = f"remind-{appointment.id}-{payload.sequence}-{payload.before_s}"
        recipients = channels_of(appointment)
        queue_message(tx, parts, appointment, invitation.id, recipients, VisitMessage.REMINDER, name=name)

    await parts.store.run(write)
    parts.outbox.wake()


def _is_due(parts: Parts, appointment: Appointment, payload: ReminderPayload) -> bool:
    """Who came already needs none. After an outage only the reminder nearest to the start is of use."""
    is_same = appointment.status is AppointmentStatus.BOOKED and appointment.sequence == payload.sequence
    left_s = appointment.start_at - parts.clock()
    nearer = (before_s for before_s in parts.config.visits.reminders_before_s if before_s < payload.before_s)
    return is_same and left_s > max(nearer, default=0)
