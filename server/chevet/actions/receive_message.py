"""What one page says, by socket or by POST: relay it, keep it, or refuse it."""

from chevet.actions.parts import Parts
from chevet.actions.record_step import record_step
from chevet.actions.view_invitation import view_ice_servers
from chevet.errors import NotAllowed
from chevet.model.seats import SeatClaim
from chevet.model.timeline import CALLER_STEPS, DISPATCHER_STEPS
from chevet.protocol import (
    CameraState,
    CameraSwitchAsked,
    Candidate,
    Description,
    DeviceFacts,
    IceServers,
    OfferInWaiting,
    PeerCamera,
    PeerCandidate,
    PeerDescription,
    PutOffer,
    RefreshIce,
    ReportStep,
    SeatRole,
    SwitchCamera,
)
from chevet.rooms.rooms import OTHER

Message = (
    Description | Candidate | PutOffer | ReportStep | SwitchCamera | CameraState | DeviceFacts | RefreshIce
)

DISPATCHER_ONLY = (PutOffer, SwitchCamera)
CALLER_ONLY = (CameraState, DeviceFacts)


async def receive_message(parts: Parts, claim: SeatClaim, message: Message) -> None:
    """Deal with one message once: the same id again changes nothing. Raises NotAllowed (A20)."""
    role = SeatRole(claim.role)
    if not _may_send(role, message):
        raise NotAllowed("message-not-yours", f"a {role} does not send this")
    seat = parts.rooms.room(claim.encounter_id).seat(role)
    if not seat.is_new(message.id):
        return
    if isinstance(message, ReportStep):
        try:
            entry_id = f"{claim.encounter_id}-{role.value}-{message.id}"
            await record_step(parts, claim.encounter_id, message.step, message.detail, entry_id=entry_id)
        except BaseException:
            seat.forget(message.id)
            raise
    else:
        _relay(parts, claim.encounter_id, role, message)


def _may_send(role: SeatRole, message: Message) -> bool:
    if isinstance(message, ReportStep):
        return message.step in (CALLER_STEPS if role is SeatRole.CALLER else DISPATCHER_STEPS)
    return not isinstance(message, CALLER_ONLY if role is SeatRole.DISPATCHER else DISPATCHER_ONLY)


def _relay(parts: Parts, encounter_id: str, role: SeatRole, message: Message) -> None:
    rooms, other = parts.rooms, OTHER[role]
    match message:
        case Description(connection_id=connection_id, type=kind, sdp=sdp):
            rooms.tell(encounter_id, other, PeerDescription(connection_id=connection_id, type=kind, sdp=sdp))
        case Candidate():
            rooms.tell(encounter_id, other, _peer_candidate(message))
        case PutOffer(offer_id=offer_id, sdp=sdp):
            rooms.room(encounter_id).offer = OfferInWaiting(id=offer_id, sdp=sdp)
        case SwitchCamera():
            rooms.tell(encounter_id, other, CameraSwitchAsked())
        case CameraState(facing=facing, cameras=cameras, failed=failed):
            camera = PeerCamera(facing=facing, cameras=cameras, failed=failed)
            rooms.remember_camera(encounter_id, camera)
            rooms.tell(encounter_id, other, camera)
        case DeviceFacts():
            rooms.tell(encounter_id, other, rooms.remember_device(encounter_id, message))
        case RefreshIce():
            rooms.tell(encounter_id, role, IceServers(ice_servers=view_ice_servers(parts, encounter_id)))


def _peer_candidate(message: Candidate) -> PeerCandidate:
    return PeerCandidate(
        connection_id=message.connection_id,
        candidate=message.candidate,
        sdp_mid=message.sdp_mid,
        sdp_m_line_index=message.sdp_m_line_index,
        username_fragment=message.username_fragment,
    )
