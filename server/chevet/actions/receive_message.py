"""What one page says, by socket or by POST: relay it, keep it, or refuse it."""

from typing import cast

from chevet.actions.ask_photo import ask_photo
from chevet.actions.parts import Parts
from chevet.actions.receive_in_meeting import MeetingMessage, receive_in_meeting
from chevet.actions.receive_photo import give_photo_up
from chevet.actions.record_step import record_step
from chevet.actions.view_invitation import view_ice_servers
from chevet.errors import NotAllowed
from chevet.model.seats import SeatClaim
from chevet.model.timeline import CALLER_STEPS, DISPATCHER_STEPS, PARTICIPANT_STEPS, Step
from chevet.protocol import (
    Admit,
    AskFrames,
    AskPhoto,
    CameraState,
    CameraSwitchAsked,
    Candidate,
    Decline,
    Description,
    DeviceFacts,
    FramesAsked,
    IceServers,
    LeaveMeeting,
    MediaState,
    OfferInWaiting,
    PeerCamera,
    PeerCandidate,
    PeerDescription,
    PeerDevice,
    PeerRung,
    PeerSource,
    PictureModeSet,
    PutOffer,
    RefreshIce,
    ReportStep,
    RungState,
    Say,
    SeatRole,
    ServerMessage,
    SetPictureMode,
    SourceState,
    SwitchCamera,
)
from chevet.rooms.rooms import OTHER, CallerFact

Message = (
    Description
    | Candidate
    | PutOffer
    | ReportStep
    | SwitchCamera
    | CameraState
    | DeviceFacts
    | RungState
    | SourceState
    | AskFrames
    | SetPictureMode
    | AskPhoto
    | RefreshIce
    | Admit
    | Decline
    | Say
    | MediaState
    | LeaveMeeting
)

DISPATCHER_ONLY = (PutOffer, SwitchCamera, AskFrames, SetPictureMode, AskPhoto)
CALLER_ONLY = (CameraState, DeviceFacts, RungState, SourceState)
MEETING_ONLY = (Admit, Decline, Say, MediaState, LeaveMeeting)
IN_A_MEETING = (*MEETING_ONLY, Description, Candidate, RefreshIce, SetPictureMode)

STEPS_OF: dict[SeatRole, frozenset[Step]] = {
    SeatRole.CALLER: CALLER_STEPS,
    SeatRole.DISPATCHER: DISPATCHER_STEPS,
    SeatRole.PARTICIPANT: PARTICIPANT_STEPS,
    SeatRole.DESK: frozenset(),
}
TOLD: dict[type, type[ServerMessage]] = {
    Description: PeerDescription,
    Candidate: PeerCandidate,
    SwitchCamera: CameraSwitchAsked,
    CameraState: PeerCamera,
    DeviceFacts: PeerDevice,
    RungState: PeerRung,
    SourceState: PeerSource,
    AskFrames: FramesAsked,
    SetPictureMode: PictureModeSet,
}
"""What the other seat hears of it."""


async def receive_message(parts: Parts, claim: SeatClaim, message: Message) -> None:
    """Deal with one message once: the same id again changes nothing, and is answered when the first is done.

    Raises NotAllowed (A20), Conflict (not now).
    """
    role = SeatRole(claim.role)
    if not _may_send(role, message):
        raise NotAllowed("message-not-yours", f"a {role} does not send this")
    seat = parts.rooms.room(claim.encounter_id).seat(claim.seat)
    async with seat.turn:
        if not seat.is_new(message.id):
            return
        try:
            if role is SeatRole.PARTICIPANT:
                await receive_in_meeting(parts, claim, cast("MeetingMessage", message))
            else:
                await _deal_with(parts, claim.encounter_id, role, message)
        except BaseException:
            seat.forget(message.id)
            raise


async def _deal_with(parts: Parts, encounter_id: str, role: SeatRole, message: Message) -> None:
    match message:
        case ReportStep(step=step, detail=detail):
            entry_id = f"{encounter_id}-{role.value}-{message.id}"
            await record_step(parts, encounter_id, step, detail, entry_id=entry_id)
            if step is Step.PHOTO_FAILED:
                give_photo_up(parts, encounter_id, detail)
        case AskPhoto(photo_id=photo_id):
            await ask_photo(parts, encounter_id, photo_id)
        case _:
            _relay(parts, encounter_id, role, message)


def _may_send(role: SeatRole, message: Message) -> bool:
    if isinstance(message, ReportStep):
        return message.step in STEPS_OF[role]
    if role is SeatRole.PARTICIPANT:
        return isinstance(message, IN_A_MEETING)
    if role is SeatRole.DESK or isinstance(message, MEETING_ONLY):
        return False
    return not isinstance(message, CALLER_ONLY if role is SeatRole.DISPATCHER else DISPATCHER_ONLY)


def _relay(parts: Parts, encounter_id: str, role: SeatRole, message: Message) -> None:
    rooms = parts.rooms
    match message:
        case PutOffer(offer_id=offer_id, sdp=sdp):
            rooms.room(encounter_id).offer = OfferInWaiting(id=offer_id, sdp=sdp)
        case RefreshIce():
            rooms.tell(
                encounter_id, role, IceServers(ice_servers=view_ice_servers(parts, encounter_id, role))
            )
        case _:
            told = _as_told(message)
            if isinstance(told, CallerFact):
                rooms.remember(encounter_id, told)
            rooms.tell(encounter_id, OTHER[role], told)


def _as_told(message: Message) -> ServerMessage:
    """The same words for the other seat, without what is between a page and the server."""
    said = {name: getattr(message, name) for name in message.__struct_fields__ if name not in {"id", "to"}}
    return TOLD[type(message)](**said)
