"""What the page behind the link does: look (`peek`), then take the seat (`enter`)."""

from chevet.actions.enter_meeting import MEETING, Visit, door_of, seat_visitor, step_in, visit_of
from chevet.actions.parts import Parts
from chevet.actions.record_step import record_step
from chevet.actions.view_invitation import view_ice_servers
from chevet.errors import Gone, InvalidInput, NotFound
from chevet.model.keys import CODE_LENGTH
from chevet.model.people import Organization
from chevet.model.seats import SeatClaim, seal
from chevet.model.timeline import Step
from chevet.model.visits import Encounter, EncounterStatus, Invitation, InvitationStatus
from chevet.protocol import DoorRequest, EnterRequest, PeekView, PeerEntered, SeatRole, SeatView, VisitDoor
from chevet.store import Tx, audit, invitations

WHY_GONE = {
    InvitationStatus.EXPIRED: "link-expired",
    EncounterStatus.CANCELLED: "link-cancelled",
    EncounterStatus.FINISHED: "link-finished",
}


async def peek(parts: Parts, request: DoorRequest, address: str) -> PeekView:
    """Who is calling, and what is needed to answer. Changes nothing but the timeline (A15).

    A visit that is over says so in its `VisitDoor`; a visiorégulation raises Gone.
    Raises InvalidInput, NotFound, Gone, TooManyRequests.
    """
    if not request.token:
        parts.limits.door_address.spend(address, "too-many-codes")
    invitation, encounter, organization, visit = await parts.store.read(lambda tx: _look(tx, parts, request))
    if not encounter.is_over():
        await record_step(parts, encounter.id, Step.LINK_OPENED, entry_id=f"opened-{invitation.id}")
    room = parts.rooms.find(encounter.id)
    return PeekView(
        token=parts.keys.join_token(invitation.id),
        caller_name=organization.caller_name,
        organization_name=organization.name,
        mode=encounter.kind,
        expires_at=round(invitation.expires_at * 1000),
        ice_servers=[] if visit else view_ice_servers(parts, encounter.id, SeatRole.CALLER),
        offer=room.offer if room else None,
        visit=visit,
    )


def _look(
    tx: Tx, parts: Parts, door: DoorRequest
) -> tuple[Invitation, Encounter, Organization, VisitDoor | None]:
    invitation, encounter = _find(tx, parts, door)
    organization = tx.get(Organization, encounter.organization_id)
    if encounter.kind == MEETING:
        return invitation, encounter, organization, door_of(tx, parts, visit_of(tx, encounter, invitation))
    _check_open(parts, invitation, encounter)
    return invitation, encounter, organization, None


async def enter(parts: Parts, request: EnterRequest) -> SeatView:
    """Take one's seat; the newest device has it (C6). Raises NotFound, Gone; Conflict before a visit's slot."""

    def write(tx: Tx) -> Visit | tuple[Invitation, Encounter]:
        invitation, encounter = _find(tx, parts, DoorRequest(token=request.token))
        _check_open(parts, invitation, encounter)
        if encounter.kind == MEETING:
            return step_in(tx, parts, visit_of(tx, encounter, invitation))
        _enter_dispatch(tx, parts, invitation, encounter)
        return invitation, encounter

    entered = await parts.store.run(write)
    if isinstance(entered, Visit):
        return await seat_visitor(parts, entered)
    return await _seat_caller(parts, request, *entered)


def _enter_dispatch(tx: Tx, parts: Parts, invitation: Invitation, encounter: Encounter) -> None:
    invitation.seat_generation += 1
    if invitation.status is InvitationStatus.SENT:
        invitation.redeemed_at = parts.clock()
        invitation.to(InvitationStatus.REDEEMED)
    tx.update(invitation)
    if encounter.status is EncounterStatus.PLANNED:
        tx.update(encounter.to(EncounterStatus.ARRIVED))
    audit.append(
        tx,
        parts.keys,
        at=parts.clock(),
        actor="caller",
        action="encounter.entered",
        object=encounter.id,
        detail={"device": str(invitation.seat_generation)},
    )


async def _seat_caller(
    parts: Parts, request: EnterRequest, invitation: Invitation, encounter: Encounter
) -> SeatView:
    replaced, answered = parts.rooms.enter_caller(encounter.id, request.offer_id)
    answered = answered and request.answer_sdp is not None
    parts.rooms.tell(
        encounter.id,
        SeatRole.DISPATCHER,
        PeerEntered(
            offer_id=request.offer_id if answered else None,
            answer_sdp=request.answer_sdp if answered else None,
            replaced=replaced,
        ),
    )
    await record_step(parts, encounter.id, Step.CALLER_REPLACED if replaced else Step.CALLER_ENTERED)
    claim = SeatClaim(encounter.id, SeatRole.CALLER.value, generation=invitation.seat_generation)
    return SeatView(seat_token=seal(parts.keys, claim), answered=answered)


def _find(tx: Tx, parts: Parts, door: DoorRequest) -> tuple[Invitation, Encounter]:
    """The invitation behind a token or a code. Raises InvalidInput, NotFound."""
    invitation = _by_token(tx, parts, door.token) if door.token else _by_code(tx, parts, door.code or "")
    if invitation is None:
        raise NotFound("link-unknown" if door.token else "code-unknown", "no such invitation", field="code")
    return invitation, tx.get(Encounter, invitation.encounter_id)


def _check_open(parts: Parts, invitation: Invitation, encounter: Encounter) -> None:
    """Whether it may still be used; the server's clock alone decides (F24). Raises Gone.

    When a visit's link works is said by its slot, at the next step.
    """
    is_late = encounter.status is EncounterStatus.PLANNED and invitation.expires_at <= parts.clock()
    if invitation.status is InvitationStatus.EXPIRED or (is_late and encounter.kind != MEETING):
        raise Gone("link-expired", "the time of this link is over")
    if encounter.is_over():
        raise Gone(WHY_GONE[encounter.status], "this encounter is over")


def _by_token(tx: Tx, parts: Parts, token: str) -> Invitation | None:
    return invitations.by_token_hash(tx, parts.keys.hash("join-token", token.strip().lower()))


def _by_code(tx: Tx, parts: Parts, typed: str) -> Invitation | None:
    """Raises InvalidInput."""
    code = "".join(letter for letter in typed if letter.isalnum()).upper()
    if len(code) != CODE_LENGTH:
        raise InvalidInput("code-length", "a code has six characters", field="code")
    return invitations.by_code_hash(tx, parts.keys.hash("join-code", code))
