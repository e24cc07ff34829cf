"""What a participant of a meeting says: let in, send out, speak, negotiate with another who was let in (A66)."""

from chevet.actions.admit import admit, decline, leave, look_closer
from chevet.actions.attend_meeting import may_read
from chevet.actions.parts import Parts
from chevet.actions.record_step import record_step
from chevet.actions.show_roster import show_roster
from chevet.actions.view_invitation import view_seat_ice_servers
from chevet.errors import Conflict
from chevet.model.appointments import Participant, ParticipantRole, ParticipantStatus
from chevet.model.seats import SeatClaim
from chevet.model.timeline import Step
from chevet.protocol import (
    Admit,
    Candidate,
    Decline,
    Description,
    IceServers,
    LeaveMeeting,
    MediaState,
    PeerCandidate,
    PeerDescription,
    RefreshIce,
    ReportStep,
    Said,
    Say,
    ServerMessage,
    SetPictureMode,
)
from chevet.store import participants

PAIR_STEPS = {Step.CONNECTION_LOST, Step.CONNECTION_BACK}
MeetingMessage = (
    Admit
    | Candidate
    | Decline
    | Description
    | LeaveMeeting
    | MediaState
    | RefreshIce
    | ReportStep
    | Say
    | SetPictureMode
)


async def receive_in_meeting(parts: Parts, claim: SeatClaim, message: MeetingMessage) -> None:
    """Raises NotAllowed (what only the practitioner may), Conflict (not now)."""
    match message:
        case Description() | Candidate():
            await _relay(parts, claim, message)
        case Admit(participant_id=participant_id):
            await admit(parts, claim, participant_id)
        case Decline(participant_id=participant_id, reason=reason):
            await decline(parts, claim, participant_id, reason)
        case SetPictureMode(mode=mode, to=to):
            await look_closer(parts, claim, to or "", mode)
        case LeaveMeeting():
            await leave(parts, claim)
        case Say():
            await _say(parts, claim, message)
        case MediaState(microphone=microphone, camera=camera):
            parts.rooms.meeting(claim.encounter_id).media[claim.seat] = (microphone, camera)
            await show_roster(parts, claim.encounter_id)
        case RefreshIce():
            await give_ice(parts, claim)
        case ReportStep():
            await _report(parts, claim, message)


async def _report(parts: Parts, claim: SeatClaim, message: ReportStep) -> None:
    """Of a connection, `detail` says with whom: the step is told of that participant."""
    about, detail = claim.seat, message.detail
    if message.step in PAIR_STEPS:
        everybody = await parts.store.read(lambda tx: participants.of_encounter(tx, claim.encounter_id))
        about = detail if detail in {each.id for each in everybody} else claim.seat
        detail = None
    entry_id = f"{claim.seat}-{message.id}"
    encounter_id = claim.encounter_id
    await record_step(parts, encounter_id, message.step, detail, entry_id=entry_id, participant_id=about)


async def give_ice(parts: Parts, claim: SeatClaim) -> None:
    """Raises Conflict before the admission: no relay may be opened either (A66)."""
    servers = await view_seat_ice_servers(parts, claim)
    await _check_admitted(parts, claim.encounter_id, claim.seat)
    parts.rooms.tell(claim.encounter_id, claim.seat, IceServers(ice_servers=servers))


async def _relay(parts: Parts, claim: SeatClaim, message: Description | Candidate) -> None:
    if message.to is None or message.to == claim.seat:
        raise Conflict("peer-unknown", "`to` names the participant")
    await _check_admitted(parts, claim.encounter_id, claim.seat, message.to)
    parts.rooms.tell(claim.encounter_id, message.to, _as_told(message, claim.seat))


async def _check_admitted(parts: Parts, encounter_id: str, *ids: str) -> None:
    admitted = await parts.store.read(lambda tx: participants.admitted(tx, encounter_id))
    if not admitted.issuperset(ids):
        raise Conflict("not-admitted", "both must have been let in")


def _as_told(message: Description | Candidate, sender: str) -> ServerMessage:
    if isinstance(message, Description):
        return PeerDescription(
            connection_id=message.connection_id, type=message.type, sdp=message.sdp, sender=sender
        )
    return PeerCandidate(
        connection_id=message.connection_id,
        candidate=message.candidate,
        sdp_mid=message.sdp_mid,
        sdp_m_line_index=message.sdp_m_line_index,
        username_fragment=message.username_fragment,
        sender=sender,
    )


async def _say(parts: Parts, claim: SeatClaim, message: Say) -> None:
    """To all who are in, or between the practitioner and one other. Who waits may answer the practitioner only."""
    everybody = await parts.store.read(lambda tx: participants.of_encounter(tx, claim.encounter_id))
    by_id = {each.id: each for each in everybody}
    sender = by_id[claim.seat]
    _check_may_say(sender, by_id.get(message.to) if message.to else None, message.to)
    line = Said(
        id=message.id,
        sender=sender.id,
        name=sender.name,
        text=message.text,
        at=round(parts.clock() * 1000),
        to=message.to,
    )
    parts.rooms.meeting(claim.encounter_id).lines.append(line)
    for reader in everybody:
        if may_read(reader, line):
            parts.rooms.tell(claim.encounter_id, reader.id, line)


def _check_may_say(sender: Participant, to: Participant | None, to_id: str | None) -> None:
    """Raises Conflict."""
    if to_id is not None and to is None:
        raise Conflict("participant-unknown", "no such participant")
    if to is not None and ParticipantRole.PRACTITIONER not in {sender.role, to.role}:
        raise Conflict("not-to-each-other", "a word to one is between the practitioner and somebody")
    if to is None and sender.status is not ParticipantStatus.ADMITTED:
        raise Conflict("not-admitted", "let in first")
