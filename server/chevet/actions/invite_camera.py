"""« Ajouter une caméra »: who is beside the patient gives a second telephone a place as a silent camera (idea 11)."""

from chevet.actions.answer_intake import ANSWERING
from chevet.actions.invite_guest import add_guest, view_guest
from chevet.actions.note_participant import trail
from chevet.actions.parts import Parts
from chevet.actions.show_roster import show_roster
from chevet.errors import NotAllowed
from chevet.model.appointments import Participant, ParticipantRole, ParticipantStatus
from chevet.model.seats import SeatClaim
from chevet.model.visits import Invitation
from chevet.protocol import GuestView
from chevet.store import Tx, appointments


async def invite_camera(parts: Parts, claim: SeatClaim) -> GuestView:
    """Its doors, for a screen; the practitioner lets it in like anybody. Raises NotAllowed, Conflict."""
    guest, invitation = await parts.store.run(lambda tx: _write(tx, parts, claim))
    await show_roster(parts, claim.encounter_id)
    return view_guest(parts, guest, invitation, [])


def _write(tx: Tx, parts: Parts, claim: SeatClaim) -> tuple[Participant, Invitation]:
    holder = _check_in_call(tx, claim)
    appointment = appointments.of_encounter(tx, claim.encounter_id)
    if appointment is None:
        raise NotAllowed("message-not-yours", "this is for a téléconsultation")
    guest, invitation = add_guest(tx, parts, appointment, ParticipantRole.CAMERA, holder.name, {})
    trail(tx, parts, claim.encounter_id, "participant.invited", actor="participant", participant=guest)
    return guest, invitation


def _check_in_call(tx: Tx, claim: SeatClaim) -> Participant:
    """Beside the patient, and let in. Raises NotAllowed."""
    found = tx.find(Participant, id=claim.participant_id, limit=1) if claim.participant_id else []
    if not found or found[0].role not in ANSWERING or found[0].status is not ParticipantStatus.ADMITTED:
        raise NotAllowed("message-not-yours", "this is for who is beside the patient, in the call")
    return found[0]
