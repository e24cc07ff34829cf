"""What a dispatcher sees of her invitation."""

from chevet.actions.parts import Parts
from chevet.actions.record_step import view_step
from chevet.adapters.qr import qr_svg
from chevet.adapters.turn import ice_servers
from chevet.errors import NotFound
from chevet.model.appointments import Participant, ParticipantStatus
from chevet.model.people import Account
from chevet.model.records import Delivery, Session
from chevet.model.seats import SeatClaim, seal
from chevet.model.timeline import TimelineEntry
from chevet.model.visits import Encounter, Invitation
from chevet.protocol import DeliveryView, IceServer, InvitationView, SeatRole
from chevet.store import Tx, deliveries, invitations, timeline


async def current_invitation(parts: Parts, account: Account, session: Session) -> InvitationView | None:
    """The invitation under way of this dispatcher: what a reloaded page needs."""

    def look(tx: Tx) -> tuple[Encounter, Invitation, list[Delivery], list[TimelineEntry]] | None:
        invitation = invitations.current(tx, account.id)
        if invitation is None:
            return None
        return (
            tx.get(Encounter, invitation.encounter_id),
            invitation,
            deliveries.of_invitation(tx, invitation.id),
            timeline.of_encounter(tx, invitation.encounter_id),
        )

    found = await parts.store.read(look)
    if found is None:
        return None
    encounter, invitation, sent, steps = found
    return view_invitation(parts, encounter, invitation, session, sent, steps)


def view_invitation(
    parts: Parts,
    encounter: Encounter,
    invitation: Invitation,
    session: Session,
    sent: list[Delivery],
    steps: list[TimelineEntry],
) -> InvitationView:
    link = parts.config.join_url + parts.keys.join_token(invitation.id)
    claim = SeatClaim(encounter.id, SeatRole.DISPATCHER.value, session_id=session.id)
    return InvitationView(
        id=invitation.id,
        encounter_id=encounter.id,
        status=invitation.status,
        link=link,
        code=parts.keys.join_code(invitation.id),
        qr_svg=qr_svg(link),
        expires_at=round(invitation.expires_at * 1000),
        seat_token=seal(parts.keys, claim),
        ice_servers=view_ice_servers(parts, encounter.id, SeatRole.DISPATCHER),
        deliveries=[view_delivery(delivery) for delivery in sent],
        timeline=[view_step(entry) for entry in steps],
    )


def own_invitation(tx: Tx, account: Account, invitation_id: str) -> tuple[Encounter, Invitation]:
    """Raises NotFound, for somebody else's too (A19)."""
    invitation = tx.get(Invitation, invitation_id)
    encounter = tx.get(Encounter, invitation.encounter_id)
    if encounter.practitioner_id != account.id:
        raise NotFound("invitation-unknown", "no such invitation")
    return encounter, invitation


def view_delivery(delivery: Delivery) -> DeliveryView:
    return DeliveryView(
        channel=delivery.channel,
        to=delivery.recipient,
        status=delivery.status,
        reason=delivery.reason,
    )


def view_ice_servers(parts: Parts, encounter_id: str, seat: str) -> list[IceServer]:
    """Fresh ICE servers for one seat (F18), whose name coturn counts relays by (A32)."""
    return ice_servers(parts.config.ice, name=f"{encounter_id}-{seat}", now=parts.clock())


async def view_seat_ice_servers(parts: Parts, claim: SeatClaim) -> list[IceServer]:
    """None for a desk, nor for who waits to be let into a meeting (A66)."""
    if claim.role == SeatRole.DESK:
        return []
    if claim.role == SeatRole.PARTICIPANT and not await is_admitted(parts, claim.seat):
        return []
    return view_ice_servers(parts, claim.encounter_id, claim.seat)


async def is_admitted(parts: Parts, participant_id: str) -> bool:
    participant = await parts.store.read(lambda tx: tx.get(Participant, participant_id))
    return participant.status is ParticipantStatus.ADMITTED
