"""After the welcome: what a page has not heard."""

from chevet.actions.attend_meeting import note_arrival
from chevet.actions.parts import Parts
from chevet.actions.receive_photo import photo_state
from chevet.actions.record_step import view_step
from chevet.actions.view_invitation import view_delivery
from chevet.model.seats import SeatClaim
from chevet.protocol import PhotoAsked, SeatRole, Snapshot
from chevet.store import Tx, deliveries, invitations, timeline


async def catch_up(parts: Parts, claim: SeatClaim, *, resumed: bool, fresh: bool) -> None:
    """What is true now, for a page whose stream is new. The caller's hears of a photo that it still owes.

    `fresh`: the page was loaded anew.
    """
    if claim.role == SeatRole.PARTICIPANT:
        await note_arrival(parts, claim, resumed=resumed, fresh=fresh)
    elif claim.role != SeatRole.DESK:
        await _catch_up_in_dispatch(parts, claim, resumed=resumed)


async def _catch_up_in_dispatch(parts: Parts, claim: SeatClaim, *, resumed: bool) -> None:
    seat = parts.rooms.room(claim.encounter_id).seat(claim.seat)
    if claim.role == SeatRole.DISPATCHER and not resumed:
        seq, snapshot = seat.seq, await _read_snapshot(parts, claim.encounter_id)
        while seq != seat.seq:  # something came meanwhile: the snapshot must be the newest word
            seq, snapshot = seat.seq, await _read_snapshot(parts, claim.encounter_id)
        for message in (snapshot, *parts.rooms.caller_state(claim.encounter_id)):
            seat.push(message)
    upload = parts.uploads.of(claim.encounter_id)
    if upload is not None and upload.task is None and not resumed:
        seat.push(
            photo_state(upload) if claim.role == SeatRole.DISPATCHER else PhotoAsked(photo_id=upload.photo_id)
        )


async def _read_snapshot(parts: Parts, encounter_id: str) -> Snapshot:
    return await parts.store.read(lambda tx: _snapshot(tx, encounter_id))


def _snapshot(tx: Tx, encounter_id: str) -> Snapshot:
    invitation = invitations.of_encounter(tx, encounter_id)
    return Snapshot(
        timeline=[view_step(entry) for entry in timeline.of_encounter(tx, encounter_id)],
        deliveries=[view_delivery(delivery) for delivery in deliveries.of_invitation(tx, invitation.id)],
    )
