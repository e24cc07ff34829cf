"""A participant's page came, or is gone: the others see it, and what it missed is told."""

from chevet.actions.parts import Parts
from chevet.actions.record_step import record_step
from chevet.actions.show_roster import show_roster
from chevet.actions.tell_desk import tell_desk_of_encounter
from chevet.actions.view_intake import view_intake
from chevet.errors import NotFound, Unavailable
from chevet.model.appointments import Participant, ParticipantRole, ParticipantStatus
from chevet.model.seats import SeatClaim
from chevet.model.timeline import Step
from chevet.protocol import IntakeChanged, Said
from chevet.rooms.meeting import Meeting
from chevet.store import Tx, participants


async def note_arrival(parts: Parts, claim: SeatClaim, *, resumed: bool, fresh: bool) -> None:
    """`fresh`: the page was loaded anew, so that connections with it must be made anew."""
    participant = await (parts.store.run if fresh else parts.store.read)(
        lambda tx: _note(tx, claim.seat, parts.clock() if fresh else None)
    )
    meeting = parts.rooms.meeting(claim.encounter_id)
    if fresh:
        meeting.media.pop(participant.id, None)
    if participant.id in meeting.lost:
        meeting.lost.discard(participant.id)
        await record_step(parts, claim.encounter_id, Step.PARTICIPANT_BACK, participant_id=participant.id)
    if not resumed:
        await _catch_up(parts, claim, participant)
    await show_roster(parts, claim.encounter_id)
    if participant.status is ParticipantStatus.WAITING:
        await _ring(parts, meeting, participant)


async def _ring(parts: Parts, meeting: Meeting, participant: Participant) -> None:
    """The desk rings once for each who waits: now that he is there, his questions answered (C11)."""
    is_new = participant.id not in meeting.rung
    meeting.rung.add(participant.id)
    await tell_desk_of_encounter(parts, participant.encounter_id, who=participant if is_new else None)


def _note(tx: Tx, participant_id: str, fresh_at: float | None) -> Participant:
    participant = tx.get(Participant, participant_id)
    if fresh_at is not None:
        participant.fresh_at = fresh_at
        tx.update(participant)
    return participant


async def _catch_up(parts: Parts, claim: SeatClaim, participant: Participant) -> None:
    seat = parts.rooms.room(claim.encounter_id).seat(claim.seat)
    for line in parts.rooms.meeting(claim.encounter_id).lines:
        if may_read(participant, line):
            seat.push(line)
    if participant.role is ParticipantRole.PRACTITIONER:
        intake = await parts.store.read(lambda tx: participants.intake_of(tx, claim.encounter_id))
        seat.push(IntakeChanged(intake=view_intake(intake)))


def may_read(reader: Participant, line: Said) -> bool:
    """What is said to one is for the two; what is said to all, for who was in then. The practitioner reads all."""
    if reader.id in {line.sender, line.to} or reader.role is ParticipantRole.PRACTITIONER:
        return True
    if line.to is not None or reader.status is not ParticipantStatus.ADMITTED or reader.admitted_at is None:
        return False
    return line.at >= round(reader.admitted_at * 1000)


async def note_gone(parts: Parts, claim: SeatClaim) -> None:
    """The seat's socket dropped. A server that stops, or a store that is away, notes nothing."""
    room = parts.rooms.find(claim.encounter_id)
    if room is None or room.meeting is None or parts.rooms.is_closed:
        return
    try:
        participant = await parts.store.read(lambda tx: tx.get(Participant, claim.seat))
        if participant.status is ParticipantStatus.ADMITTED:
            room.meeting.lost.add(participant.id)
            await record_step(parts, claim.encounter_id, Step.PARTICIPANT_AWAY, participant_id=participant.id)
        await show_roster(parts, claim.encounter_id)
        if participant.status is ParticipantStatus.WAITING:
            await tell_desk_of_encounter(parts, claim.encounter_id)
    except (NotFound, Unavailable):
        return
