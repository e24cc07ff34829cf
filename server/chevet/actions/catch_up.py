"""After the welcome: what a page has not heard."""

from chevet.actions.parts import Parts
from chevet.actions.record_step import view_step
from chevet.actions.view_invitation import view_delivery
from chevet.model.seats import SeatClaim
from chevet.protocol import SeatRole, Snapshot
from chevet.store import Tx, deliveries, invitations, timeline


async def catch_up(parts: Parts, claim: SeatClaim, *, resumed: bool) -> None:
    """What is true now, for a dispatcher's page whose stream is new."""
    seat = parts.rooms.room(claim.encounter_id).seat(SeatRole(claim.role))
    if seat.role is SeatRole.DISPATCHER and not resumed:
        seq, snapshot = seat.seq, await _read_snapshot(parts, claim.encounter_id)
        while seq != seat.seq:  # something came meanwhile: the snapshot must be the newest word
            seq, snapshot = seat.seq, await _read_snapshot(parts, claim.encounter_id)
        for message in (snapshot, *parts.rooms.caller_state(claim.encounter_id)):
            seat.push(message)


async def _read_snapshot(parts: Parts, encounter_id: str) -> Snapshot:
    return await parts.store.read(lambda tx: _snapshot(tx, encounter_id))


def _snapshot(tx: Tx, encounter_id: str) -> Snapshot:
    invitation = invitations.of_encounter(tx, encounter_id)
    return Snapshot(
        timeline=[view_step(entry) for entry in timeline.of_encounter(tx, encounter_id)],
        deliveries=[view_delivery(delivery) for delivery in deliveries.of_invitation(tx, invitation.id)],
    )
