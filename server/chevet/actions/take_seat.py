"""From a seat token to the right to sit there now; sitting down, and standing up when the socket is gone."""

from msgspec import structs

from chevet.actions.attend_meeting import note_gone
from chevet.actions.parts import Parts
from chevet.actions.view_invitation import view_seat_ice_servers
from chevet.errors import Gone, NotAuthenticated, NotFound
from chevet.model.appointments import Participant
from chevet.model.records import Session
from chevet.model.seats import SeatClaim, unseal
from chevet.model.visits import Encounter, Invitation, InvitationStatus
from chevet.protocol import Hello, SeatRole, Welcome
from chevet.rooms.link import Link
from chevet.rooms.rooms import OTHER
from chevet.store import Tx, invitations


class Replaced(Gone):
    """A newer device has the seat."""


async def check_seat(parts: Parts, token: str) -> SeatClaim:
    """Raises NotAuthenticated, Gone (the encounter is over), Replaced."""
    claim = unseal(parts.keys, token)

    def check(tx: Tx) -> None:
        if claim.role != SeatRole.DESK and tx.get(Encounter, claim.encounter_id).is_over():
            raise Gone("link-finished", "this encounter is over")
        if claim.role == SeatRole.CALLER:
            _check_device(invitations.of_encounter(tx, claim.encounter_id), claim)
        elif claim.session_id is None and claim.participant_id is not None:
            _check_participant(tx, claim)
        elif not tx.find(Session, id=claim.session_id, limit=1):
            raise NotAuthenticated("session-over", "sign in again")

    try:
        await parts.store.read(check)
    except NotFound as error:
        raise Gone("link-finished", "this encounter is gone") from error
    return claim


def _check_participant(tx: Tx, claim: SeatClaim) -> None:
    participant = tx.get(Participant, claim.participant_id or "")
    invitation = tx.get(Invitation, participant.invitation_id or "")
    if invitation.status is InvitationStatus.REVOKED:
        raise Gone("link-cancelled", "this invitation was taken back")
    _check_device(invitation, claim)


def _check_device(invitation: Invitation, claim: SeatClaim) -> None:
    if invitation.seat_generation != claim.generation:
        raise Replaced("seat-replaced", "another device has taken the seat")


async def sit_down(parts: Parts, claim: SeatClaim, link: Link, hello: Hello) -> tuple[SeatClaim, Welcome]:
    """Give the seat to this socket. Returns whose it is now (each page of a desk has its own), and the welcome."""
    role = SeatRole(claim.role)
    ice_servers = await view_seat_ice_servers(parts, claim)
    resumed = False
    if role is SeatRole.DESK:
        claim = structs.replace(claim, participant_id=parts.rooms.follow_desk(claim.encounter_id, link))
    else:
        if role is SeatRole.PARTICIPANT:
            parts.rooms.meeting(claim.encounter_id)
        resumed = parts.rooms.take_seat(claim.encounter_id, claim.seat, link, hello.epoch, hello.last_seq)
    room = parts.rooms.room(claim.encounter_id)
    return claim, Welcome(
        epoch=room.seat(claim.seat).epoch,
        role=role,
        resumed=resumed,
        peer_present=role in OTHER and room.is_present(OTHER[role]),
        ice_servers=ice_servers,
        version=parts.version,
        participant_id=claim.participant_id if role is SeatRole.PARTICIPANT else None,
    )


async def stand_up(parts: Parts, claim: SeatClaim, link: Link) -> None:
    """The socket is gone. The others of a meeting are told."""
    if claim.role == SeatRole.DESK:
        parts.rooms.leave_desk(claim.encounter_id, claim.seat)
    elif parts.rooms.leave(claim.encounter_id, claim.seat, link) and claim.role == SeatRole.PARTICIPANT:
        await note_gone(parts, claim)
