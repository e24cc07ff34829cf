"""What the people concerned by an appointment are told, queued in the transaction of the change."""

from msgspec import Struct

from chevet.actions.parts import Parts
from chevet.errors import Conflict
from chevet.model.appointments import Appointment
from chevet.model.keys import named_id, new_id
from chevet.model.records import Channel, Delivery
from chevet.model.slots import Slot, slot_of
from chevet.model.visit_messages import VisitMessage
from chevet.store import Tx, invitations, jobs

TOO_SOON_S = 300
"""No reminder within five minutes of what was told before."""


class VisitPayload(Struct, kw_only=True):
    """What the outbox needs to send one message; its text is made when it leaves.

    It leaves only while the appointment still has this `sequence`: a newer message says all that this one would.
    `to` is for who is told that it is over, when the number or address is already erased elsewhere.
    """

    delivery_id: str
    appointment_id: str
    message: VisitMessage
    sequence: int
    to: str = ""


class ReminderPayload(Struct, kw_only=True):
    """`before_s` before the start of an appointment that still has this `sequence`."""

    appointment_id: str
    sequence: int
    before_s: int


class ClosingPayload(Struct, kw_only=True):
    """`seen_empty`: nobody was there when this was looked at before."""

    appointment_id: str
    sequence: int
    seen_empty: bool = False


def slot(parts: Parts, appointment: Appointment) -> Slot:
    """When its links work (S31)."""
    margins = parts.config.visits
    return slot_of(
        appointment.start_at,
        appointment.end_at,
        before_s=margins.opens_before_s,
        after_s=margins.closes_after_s,
    )


def channels_of(appointment: Appointment) -> dict[Channel, str]:
    """Where its messages go: by the channel that was preferred (S27), else by each that is known."""
    known = {Channel.SMS: appointment.phone, Channel.EMAIL: appointment.email}
    return {
        channel: address
        for channel, address in known.items()
        if address and appointment.channel in {None, channel}
    }


def guests_of(tx: Tx, appointment: Appointment, patients_invitation_id: str) -> dict[str, dict[Channel, str]]:
    """Who else was sent a link that still opens: by invitation, where."""
    found = {}
    for invitation in invitations.all_of_encounter(tx, appointment.encounter_id):
        known = {Channel.SMS: invitation.phone, Channel.EMAIL: invitation.email}
        where = {channel: address for channel, address in known.items() if address}
        if invitation.id != patients_invitation_id and invitation.status in invitations.OPEN_INVITATIONS:
            found[invitation.id] = where
    return found


def queue_message(
    tx: Tx,
    parts: Parts,
    appointment: Appointment,
    invitation_id: str,
    recipients: dict[Channel, str],
    message: VisitMessage,
    *,
    name: str = "",
) -> list[Delivery]:
    """One message for each recipient. With a `name`, the same message is never queued twice."""
    found = []
    for channel, recipient in recipients.items():
        delivery = Delivery(
            id=named_id(f"{name}-{channel}") if name else new_id(),
            invitation_id=invitation_id,
            channel=channel,
            recipient="" if appointment.is_over() else recipient,
            created_at=parts.clock(),
            updated_at=parts.clock(),
        )
        try:
            tx.insert(delivery)
        except Conflict:
            continue
        payload = VisitPayload(
            delivery_id=delivery.id,
            appointment_id=appointment.id,
            message=message,
            sequence=appointment.sequence,
            to=recipient if appointment.is_over() else "",
        )
        jobs.enqueue(tx, "send_visit", payload, now=parts.clock(), dedup=f"visit:{delivery.id}")
        found.append(delivery)
    return found


def queue_slot(tx: Tx, parts: Parts, appointment: Appointment, *, reminded: bool = True) -> None:
    """What time will bring: reminders, and the end of the slot. Those of an older `sequence` then do nothing."""
    now, sequence = parts.clock(), appointment.sequence
    for before_s in set(parts.config.visits.reminders_before_s) if reminded else ():
        run_at = appointment.start_at - before_s
        if run_at >= now + TOO_SOON_S:
            payload = ReminderPayload(appointment_id=appointment.id, sequence=sequence, before_s=before_s)
            dedup = f"remind:{appointment.id}:{sequence}:{before_s}"
            jobs.enqueue(tx, "remind_visit", payload, now=now, run_at=run_at, dedup=dedup)
    jobs.enqueue(
        tx,
        "close_visit",
        ClosingPayload(appointment_id=appointment.id, sequence=sequence),
        now=now,
        run_at=slot(parts, appointment).closes_at,
        dedup=f"close:{appointment.id}:{sequence}",
    )
