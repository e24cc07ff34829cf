"""Invite a caller: one invitation, four doors (SMS, e-mail, QR code, spoken code)."""

from msgspec import Struct

from chevet.actions.parts import Parts
from chevet.actions.recipients import recipients_of, spend_sending
from chevet.actions.view_invitation import current_invitation, own_invitation, view_invitation
from chevet.errors import Conflict, Gone
from chevet.model.keys import new_id
from chevet.model.people import Account
from chevet.model.records import Delivery, Session
from chevet.model.timeline import Step, TimelineEntry
from chevet.model.visits import Encounter, EncounterStatus, Invitation, InvitationStatus
from chevet.protocol import Channel, InvitationRequest, InvitationView
from chevet.store import Tx, audit, invitations, jobs, timeline


class DeliveryPayload(Struct):
    """What the outbox needs to send an invitation; the text is made when it leaves."""

    delivery_id: str


async def invite(
    parts: Parts, account: Account, session: Session, request: InvitationRequest
) -> InvitationView:
    """Create encounter and invitation, and send it. Raises InvalidInput, TooManyRequests, Unavailable, Conflict."""
    recipients = recipients_of(parts, request.phone, request.email)
    spend_sending(parts, account, recipients)
    encounter, invitation = _new(parts, account)
    created = _entry(parts, encounter.id, Step.INVITATION_CREATED)

    def write(tx: Tx) -> list[Delivery]:
        if invitations.current(tx, account.id) is not None:
            raise Conflict("invitation-open", "hang up or cancel the invitation under way first")
        tx.insert(encounter)
        tx.insert(invitation)
        timeline.append(tx, created)
        _audit(tx, parts, account, "invitation.created", encounter.id)
        return _send(tx, parts, invitation, recipients)

    sent = await parts.store.run(write)
    parts.outbox.wake()
    return view_invitation(parts, encounter, invitation, session, sent, [created])


async def resend(
    parts: Parts, account: Account, session: Session, invitation_id: str, request: InvitationRequest
) -> InvitationView:
    """Send the same link again, to the same or to corrected addresses. Raises as `invite`, NotFound, Gone."""
    recipients = recipients_of(parts, request.phone, request.email)
    spend_sending(parts, account, recipients)

    def write(tx: Tx) -> None:
        _, invitation = own_invitation(tx, account, invitation_id)
        if invitation.status not in {InvitationStatus.SENT, InvitationStatus.REDEEMED}:
            raise Gone("invitation-over", "this invitation is over; launch a new one")
        _send(tx, parts, invitation, recipients)

    await parts.store.run(write)
    parts.outbox.wake()
    view = await current_invitation(parts, account, session)
    if view is None:
        raise Gone("invitation-over", "this invitation is over; launch a new one")
    return view


def _new(parts: Parts, account: Account) -> tuple[Encounter, Invitation]:
    now = parts.clock()
    encounter = Encounter(
        id=new_id(),
        kind="dispatch",
        status=EncounterStatus.PLANNED,
        organization_id=account.organization_id,
        practitioner_id=account.id,
        created_at=now,
    )
    return encounter, new_invitation(parts, encounter.id, now + parts.config.invitations.expires_after_s)


def new_invitation(parts: Parts, encounter_id: str, expires_at: float) -> Invitation:
    """Not yet kept. Its link and its code are derived from its id."""
    invitation_id = new_id()
    return Invitation(
        id=invitation_id,
        encounter_id=encounter_id,
        token_hash=parts.keys.hash("join-token", parts.keys.join_token(invitation_id)),
        code_hash=parts.keys.hash("join-code", parts.keys.join_code(invitation_id)),
        status=InvitationStatus.SENT,
        created_at=parts.clock(),
        expires_at=expires_at,
    )


def _send(tx: Tx, parts: Parts, invitation: Invitation, recipients: dict[Channel, str]) -> list[Delivery]:
    """Note the recipients and queue their messages, in the caller's transaction; and the end of the link."""
    now = parts.clock()
    sent = []
    for channel, recipient in recipients.items():
        delivery = Delivery(
            id=new_id(),
            invitation_id=invitation.id,
            channel=channel,
            recipient=recipient,
            created_at=now,
            updated_at=now,
        )
        tx.insert(delivery)
        jobs.enqueue(tx, "send_invitation", DeliveryPayload(delivery_id=delivery.id), now=now)
        sent.append(delivery)
    invitation.phone = recipients.get(Channel.SMS, invitation.phone)
    invitation.email = recipients.get(Channel.EMAIL, invitation.email)
    tx.update(invitation)
    jobs.enqueue(
        tx,
        "expire_invitation",
        {"encounter_id": invitation.encounter_id},
        now=now,
        run_at=invitation.expires_at,
        dedup=f"expire:{invitation.id}",
    )
    return sent


def _entry(parts: Parts, encounter_id: str, step: Step) -> TimelineEntry:
    return TimelineEntry(id=new_id(), encounter_id=encounter_id, step=step, at=parts.clock())


def _audit(tx: Tx, parts: Parts, account: Account, action: str, object_id: str) -> None:
    audit.append(
        tx, parts.keys, at=parts.clock(), actor=account.username, action=action, object=object_id, detail={}
    )
