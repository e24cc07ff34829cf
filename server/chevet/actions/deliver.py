"""The outbox's handlers: what leaves, and what the dispatcher then sees (F60)."""

import asyncio
from typing import Any

from chevet.actions.end_encounter import end
from chevet.actions.parts import Parts, SendsMail
from chevet.actions.record_step import show_step
from chevet.actions.show_roster import show_roster
from chevet.actions.tell_desk import tell_desk_of_encounter
from chevet.actions.view_invitation import view_delivery
from chevet.errors import NotFound, PermanentFailure, TransientFailure
from chevet.model.keys import new_id
from chevet.model.messages import (
    Mail,
    incident_mail,
    invitation_mail,
    invitation_sms,
    sign_in_code_mail,
    sign_in_code_sms,
)
from chevet.model.people import Organization
from chevet.model.records import Delivery, Job
from chevet.model.timeline import Step, TimelineEntry
from chevet.model.visits import Encounter, Invitation
from chevet.protocol import Channel, DeliveryChanged, DeliveryStatus, SeatRole
from chevet.store import Tx, deliveries, jobs, timeline

EMPTY_ROOM_CHECK_S = 600
STEP_OF = {
    DeliveryStatus.SENT: Step.INVITATION_SENT,
    DeliveryStatus.DELIVERED: Step.INVITATION_DELIVERED,
    DeliveryStatus.FAILED: Step.INVITATION_FAILED,
}
PATIENCE_S = 4
"""After so long without an answer from the operator the dispatcher is told (F60 asks for 5 s)."""


def handlers(parts: Parts) -> dict[str, Any]:
    """Job kind -> handler(payload, job)."""

    async def send_invitation(payload: dict, job: Job) -> None:
        await _send_invitation(parts, payload["delivery_id"], job)

    async def send_code(payload: dict, job: Job) -> None:
        await _send_code(parts, payload, job)

    async def send_incident(payload: dict, job: Job) -> None:
        mail = incident_mail(
            payload["organization"], payload["capsule"], at=job.run_at, timezone=parts.config.timezone
        )
        await _mailer(parts).send(payload["to"], mail, job_id=job.id)

    async def expire_invitation(payload: dict, _: Job) -> None:
        await _expire(parts, payload["encounter_id"])

    return {
        "send_invitation": send_invitation,
        "send_code": send_code,
        "send_incident": send_incident,
        "expire_invitation": expire_invitation,
    }


def failure_handlers(parts: Parts) -> dict[str, Any]:
    """Job kind -> handler(payload, job, reason), when the job is given up."""

    async def invitation_failed(payload: dict, _: Job, reason: str) -> None:
        await change_delivery(parts, payload["delivery_id"], DeliveryStatus.FAILED, reason=reason)

    return {"send_invitation": invitation_failed}


async def _send_invitation(parts: Parts, delivery_id: str, job: Job) -> None:
    def look(tx: Tx) -> tuple[Delivery, Invitation, Organization, bool]:
        delivery = tx.get(Delivery, delivery_id)
        invitation = tx.get(Invitation, delivery.invitation_id)
        encounter = tx.get(Encounter, invitation.encounter_id)
        return delivery, invitation, tx.get(Organization, encounter.organization_id), encounter.is_over()

    delivery, invitation, organization, over = await parts.store.read(look)
    if over or delivery.status != DeliveryStatus.WAITING:
        return
    message = _compose(parts, delivery.channel, invitation, organization)
    await hand_over(parts, delivery, delivery.recipient, message, name=job.id)


def _compose(
    parts: Parts, channel: Channel, invitation: Invitation, organization: Organization
) -> str | Mail:
    link = parts.config.join_url + parts.keys.join_token(invitation.id)
    if channel is Channel.SMS:
        return invitation_sms(organization.caller_name, link)
    return invitation_mail(
        organization.caller_name,
        link,
        parts.keys.join_code(invitation.id),
        expires_at=invitation.expires_at,
        timezone=parts.config.timezone,
    )


async def hand_over(parts: Parts, delivery: Delivery, to: str, message: str | Mail, *, name: str) -> None:
    """Give a message to its operator and note it. `name` is the same for each attempt: whoever receives counts once.

    Raises PermanentFailure, TransientFailure.
    """
    sending = asyncio.ensure_future(_send(parts, to, message, name))
    done, _ = await asyncio.wait({sending}, timeout=PATIENCE_S)
    if not done:
        await _show_trouble(parts, delivery.id, "gateway-slow")
    try:
        provider_id = await sending
    except TransientFailure as failure:
        await _show_trouble(parts, delivery.id, failure.code)
        raise
    await change_delivery(parts, delivery.id, DeliveryStatus.SENT, provider_id=provider_id)


async def _send(parts: Parts, to: str, message: str | Mail, name: str) -> str | None:
    """Returns the operator's id of it."""
    if isinstance(message, Mail):
        return await _mailer(parts).send(to, message, job_id=name)
    if parts.sms is None:
        raise PermanentFailure("sms-not-configured")
    return await parts.sms.send(to, message, job_id=name)


async def _show_trouble(parts: Parts, delivery_id: str, reason: str) -> None:
    """It has not left and is being tried again: the dispatcher sees why within 5 s (F60), and says the code."""

    def write(tx: Tx) -> tuple[Delivery, str] | None:
        delivery = tx.get(Delivery, delivery_id)
        if delivery.status is not DeliveryStatus.WAITING:
            return None
        delivery.reason, delivery.updated_at = reason, parts.clock()
        tx.update(delivery)
        return delivery, tx.get(Invitation, delivery.invitation_id).encounter_id

    changed = await parts.store.run(write)
    if changed is not None:
        delivery, encounter_id = changed
        await _show_delivery(parts, encounter_id, delivery)


async def _show_delivery(parts: Parts, encounter_id: str, delivery: Delivery) -> None:
    """To the dispatcher; or to the agenda of a téléconsultation, and to the practitioner who is in the call already."""
    parts.rooms.tell(encounter_id, SeatRole.DISPATCHER, DeliveryChanged(delivery=view_delivery(delivery)))
    await tell_desk_of_encounter(parts, encounter_id)
    await show_roster(parts, encounter_id)


async def change_delivery(
    parts: Parts,
    delivery_id: str,
    status: DeliveryStatus,
    *,
    reason: str | None = None,
    provider_id: str | None = None,
) -> None:
    """Note what became of a message and show it to the dispatcher. A later state is never overwritten by an earlier."""

    def write(tx: Tx) -> tuple[Delivery, TimelineEntry] | None:
        delivery = tx.get(Delivery, delivery_id)
        if not deliveries.may_become(delivery.status, status):
            return None
        delivery.status, delivery.reason, delivery.updated_at = status, reason, parts.clock()
        delivery.provider_id = provider_id or delivery.provider_id
        tx.update(delivery)
        entry = TimelineEntry(
            id=f"{status.value}-{delivery_id}",
            encounter_id=tx.get(Invitation, delivery.invitation_id).encounter_id,
            step=STEP_OF[status],
            at=delivery.updated_at,
            detail=reason or delivery.channel,
        )
        timeline.append(tx, entry)
        return delivery, entry

    changed = await parts.store.run(write)
    if changed is not None:
        delivery, entry = changed
        await _show_delivery(parts, entry.encounter_id, delivery)
        show_step(parts, entry)


async def _send_code(parts: Parts, payload: dict, job: Job) -> None:
    if payload["channel"] == Channel.SMS:
        if parts.sms is None:
            raise PermanentFailure("sms-not-configured")
        await parts.sms.send(payload["to"], sign_in_code_sms(payload["code"]), job_id=job.id)
    else:
        await _mailer(parts).send(payload["to"], sign_in_code_mail(payload["code"]), job_id=job.id)


async def _expire(parts: Parts, encounter_id: str) -> None:
    """The time of the link is over: end it, unless somebody is still in the call; then look again later."""

    def look(tx: Tx) -> Encounter:
        return tx.get(Encounter, encounter_id)

    try:
        encounter = await parts.store.read(look)
    except NotFound:
        return
    if encounter.is_over():
        return
    if encounter.status != "planned" and not parts.rooms.is_empty(encounter_id):
        later = parts.clock() + EMPTY_ROOM_CHECK_S
        await parts.store.run(
            lambda tx: jobs.enqueue(
                tx,
                "expire_invitation",
                {"encounter_id": encounter_id},
                now=parts.clock(),
                run_at=later,
                dedup=new_id(),
            )
        )
        return
    await end(parts, encounter_id, "expired" if encounter.status == "planned" else "hung-up")


def _mailer(parts: Parts) -> SendsMail:
    if parts.mail is None:
        raise PermanentFailure("email-not-configured")
    return parts.mail
