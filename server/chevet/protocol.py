"""Everything that crosses the network between a page and the server: HTTP bodies and socket messages.

The one source of `pwa/protocol.ts` and of the tables in docs/protocol.md (both generated, both checked).
Names on the wire are camelCase. Unknown fields are refused (A21). Times are milliseconds since the epoch, by the
server's clock.
"""

from enum import StrEnum
from typing import Annotated, Literal

from msgspec import Meta, Struct

from chevet.model.people import Module, Role
from chevet.model.records import Channel, DeliveryStatus
from chevet.model.timeline import Step
from chevet.model.visits import InvitationStatus

MAX_MESSAGE_BYTES = 64 * 1024
"""A larger socket message closes the socket with 1009 (A24)."""

Sdp = Annotated[str, Meta(max_length=32_768)]
"""A27: 32 kB is three times the largest offer seen."""
Id = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]
Token = Annotated[str, Meta(min_length=1, max_length=512)]
ShortText = Annotated[str, Meta(max_length=200)]


class Body(Struct, rename="camel", forbid_unknown_fields=True, kw_only=True, omit_defaults=False):
    """An HTTP body, either way."""


class ClientMessage(Struct, rename="camel", forbid_unknown_fields=True, kw_only=True, tag_field="t"):
    """From a page to the server."""


class ServerMessage(Struct, rename="camel", kw_only=True, tag_field="t"):
    """From the server to a page. `seq` counts per seat from 1; 0 marks a message outside the sequence."""

    seq: int = 0


class CloseCode:
    """Why the server closed a socket. The client decides from this alone whether to come back."""

    RESTART = 1012  # come back at once
    TOO_BIG = 1009
    REPLACED = 4001  # a newer device or tab took the seat: do not come back
    BAD_MESSAGE = 4400
    NOT_AUTHENTICATED = 4401  # the token or the session no longer holds
    NOT_ALLOWED = 4403  # origin, or a message that this role may not send
    HELLO_TIMEOUT = 4408
    SLOW_READER = 4409
    OVER = 4410  # the encounter is finished or cancelled
    TOO_MANY = 4429


class SeatRole(StrEnum):
    DISPATCHER = "dispatcher"
    CALLER = "caller"


class Facing(StrEnum):
    """W3C VideoFacingModeEnum, the two that phones have."""

    USER = "user"
    ENVIRONMENT = "environment"


class Rung(StrEnum):
    """The ladder below WebRTC, from the best down. Each is entered and left by itself."""

    VIDEO = "video"  # WebRTC, direct or through TURN
    FRAMES = "frames"  # encoded video frames over the socket
    STILLS = "stills"  # JPEG images over the socket, at least one every two seconds
    PHOTO = "photo"  # one photo, taken with the phone's own camera application


class CameraSource(StrEnum):
    """What the caller's camera gives now."""

    LIVE = "live"
    PAUSED = "paused"  # the page is hidden, or the person stopped it
    FROZEN = "frozen"  # it says live and gives no image: a telephone call took it (F29)
    MISSING = "missing"  # unplugged, refused, busy


class PictureMode(StrEnum):
    """What to keep when the network cannot carry all of it."""

    MOTION = "motion"  # « mouvement »: images a second
    DETAIL = "detail"  # « détail »: sharpness


class PhotoStatus(StrEnum):
    ASKED = "asked"
    RECEIVING = "receiving"
    READY = "ready"
    FAILED = "failed"


# --- shared pieces ------------------------------------------------------------------------------------------


class IceServer(Struct, rename="camel", kw_only=True, omit_defaults=True):
    """W3C RTCIceServer."""

    urls: list[str]
    username: str | None = None
    credential: str | None = None


class OfferInWaiting(Body):
    """The dispatcher's offer, made before anybody tapped (docs/architecture.md, the join path)."""

    id: Id
    sdp: Sdp


class TimelineStep(Body):
    step: Step
    at: int
    detail: str | None = None


class DeliveryView(Body):
    """What became of one message. `reason` is a code (`sms-refused`, `gateway-unreachable`…) when it failed."""

    channel: Channel
    to: str
    status: DeliveryStatus
    reason: str | None = None


# --- HTTP: this installation --------------------------------------------------------------------------------


class InstanceView(Body):
    """GET /api/instance: what a page may know before anybody signs in. `contact` is where to ask for help."""

    demo: bool
    version: str
    languages: list[str]
    contact: str = ""


# --- HTTP: sign-in ------------------------------------------------------------------------------------------


class SignInRequest(Body):
    """POST /api/sign-in"""

    username: Annotated[str, Meta(min_length=1, max_length=100)]
    password: Annotated[str, Meta(min_length=1, max_length=200)]


class SignInChallenge(Body):
    """The code is on its way. `sent_to` is masked: « 06 •• •• •• 12 »."""

    challenge_id: Id
    channel: Channel
    sent_to: str
    expires_in_s: int


class SignInCode(Body):
    """POST /api/sign-in/code"""

    challenge_id: Id
    code: Annotated[str, Meta(min_length=1, max_length=20)]


class SessionView(Body):
    """GET /api/session: who is signed in, and which tiles the kiosk shows."""

    username: str
    display_name: str
    role: Role
    organization_name: str
    modules: list[Module]
    demo: bool
    version: str


# --- HTTP: dispatch -----------------------------------------------------------------------------------------


class InvitationRequest(Body):
    """POST /api/invitations, and POST /api/invitations/{id}/resend.

    Both may be empty: then only the QR code and the typed code open the door.
    """

    phone: Annotated[str, Meta(max_length=40)] | None = None
    email: Annotated[str, Meta(max_length=254)] | None = None


class InvitationView(Body):
    """What a dispatcher sees of her invitation, and needs to take her seat."""

    id: Id
    encounter_id: Id
    status: InvitationStatus
    link: str
    code: str
    qr_svg: str
    expires_at: int
    seat_token: Token
    ice_servers: list[IceServer]
    deliveries: list[DeliveryView]
    timeline: list[TimelineStep]


class CurrentInvitation(Body):
    """GET /api/invitations/current"""

    invitation: InvitationView | None


class IncidentReport(Body):
    """POST /api/incidents: a remark and an anonymised technical capsule (S60-S62)."""

    page: ShortText
    browser: ShortText
    remark: Annotated[str, Meta(max_length=4000)] = ""
    viewport: ShortText = ""
    events: Annotated[list[ShortText], Meta(max_length=200)] = []
    figures: Annotated[dict[ShortText, float], Meta(max_length=60)] = {}


# --- HTTP: behind the link ----------------------------------------------------------------------------------


class DoorRequest(Body):
    """POST /api/join/peek: the link's token, or the six-character code, one of the two."""

    token: Token | None = None
    code: Annotated[str, Meta(max_length=20)] | None = None


class PeekView(Body):
    """Who is calling, and all that is needed to answer in one more request. Changes nothing but the timeline."""

    token: Token
    caller_name: str
    organization_name: str
    mode: str
    expires_at: int
    ice_servers: list[IceServer]
    offer: OfferInWaiting | None


class EnterRequest(Body):
    """POST /api/join/enter: take the seat, and answer the offer in waiting in the same request if there is one."""

    token: Token
    offer_id: Id | None = None
    answer_sdp: Sdp | None = None


class SeatView(Body):
    """`answered` is false when the offer was stale or used: negotiate over the socket."""

    seat_token: Token
    answered: bool


class PhotoProgress(Body):
    """PUT /api/join/photos/{photoId}?offset=N&total=M: how many bytes of the photo the server has.

    409 with the same body when the part does not continue there; an empty part only asks. Offset 0 starts anew.
    """

    received: int


class PhotoView(Body):
    """A photo of an encounter, as it is kept. `size` is in bytes, `width` and `height` in pixels."""

    photo_id: Id
    at: int
    width: int
    height: int
    size: int


class PhotosView(Body):
    """GET /api/encounters/{id}/photos: oldest first."""

    photos: list[PhotoView]


class ProblemView(Body):
    """Every refusal (application/problem+json). Screens translate `code`; `detail` is for people who integrate."""

    code: str
    status: int
    detail: str = ""
    field: str | None = None
    retry_after_s: int | None = None


# --- socket: page to server ---------------------------------------------------------------------------------


class Hello(ClientMessage, tag="hello"):
    """First message, within 5 s. `epoch` and `last_seq` say where the page stopped; null and 0 at first."""

    token: Token
    epoch: str | None = None
    last_seq: int = 0
    page: ShortText = ""


class Ping(ClientMessage, tag="ping"):
    """Every 10 s. No pong within 5 s means a half-open socket (F6)."""


class Ack(ClientMessage, tag="ack"):
    """Everything up to `seq` has been handled by the page."""

    seq: int


class Description(ClientMessage, tag="description"):
    """An offer or an answer for the other seat. The server relays it and never reads it.

    `connection_id` names the peer connection: candidates of another one are dropped (F10).
    """

    id: Id
    connection_id: Id
    type: Literal["offer", "answer"]
    sdp: Sdp


class Candidate(ClientMessage, tag="candidate"):
    """A trickled ICE candidate (RFC 8838) for the other seat; null means end of candidates."""

    id: Id
    connection_id: Id
    candidate: Annotated[str, Meta(max_length=1024)] | None
    sdp_mid: ShortText | None = None
    sdp_m_line_index: int | None = None
    username_fragment: ShortText | None = None


class PutOffer(ClientMessage, tag="put-offer"):
    """Dispatcher: the offer in waiting, with its candidates. Replaces the one before."""

    id: Id
    offer_id: Id
    sdp: Sdp


class ReportStep(ClientMessage, tag="report-step"):
    """A step that this page saw. Kept before it is confirmed; the same `id` twice counts once."""

    id: Id
    step: Step
    detail: ShortText | None = None


class SwitchCamera(ClientMessage, tag="switch-camera"):
    """Dispatcher: ask the caller's phone to change camera. The phone says so on its screen."""

    id: Id


class CameraState(ClientMessage, tag="camera-state"):
    """Caller: which camera is live now, and how many there are to choose from."""

    id: Id
    facing: Facing | None
    cameras: Annotated[int, Meta(ge=0, le=99)]
    failed: bool = False


class DeviceFacts(ClientMessage, tag="device-facts"):
    """Caller: what helps the dispatcher to help. Family names only, nothing that identifies a person."""

    id: Id
    browser: ShortText
    system: ShortText
    network: ShortText | None = None
    battery_percent: Annotated[int, Meta(ge=0, le=100)] | None = None


class RungState(ClientMessage, tag="rung"):
    """Caller: the picture now goes this way. `reason` is a short code (`no-path`, `path-lost`, `asked`…)."""

    id: Id
    rung: Rung
    reason: ShortText = ""


class SourceState(ClientMessage, tag="source"):
    """Caller: what the camera gives now."""

    id: Id
    source: CameraSource


class AskFrames(ClientMessage, tag="ask-frames"):
    """Dispatcher: send frames over the socket too, for her picture stands still; or stop it, for it moves again.

    Said again, it asks for a key frame. `stills`: her browser decodes no video by itself, so images only.
    """

    id: Id
    wanted: bool
    stills: bool = False


class SetPictureMode(ClientMessage, tag="set-picture-mode"):
    """Dispatcher: « mouvement » or « détail »."""

    id: Id
    mode: PictureMode


class AskPhoto(ClientMessage, tag="ask-photo"):
    """Dispatcher: « Photo nette ». The phone uploads it in parts under this id (PUT /api/join/photos/{photo_id})."""

    id: Id
    photo_id: Id


class RefreshIce(ClientMessage, tag="refresh-ice"):
    """Fresh ICE servers, before every restart (F18)."""

    id: Id


FromClient = (
    Hello
    | Ping
    | Ack
    | Description
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
)


EarlyMessage = Description | Candidate | ReportStep | CameraState | DeviceFacts | RungState | SourceState


class JoinMessages(Body):
    """POST /api/join/messages: what the socket would carry, while it is not open yet."""

    seat_token: Token
    messages: Annotated[
        list[Description | Candidate | ReportStep | CameraState | DeviceFacts | RungState | SourceState],
        Meta(max_length=64),
    ]


# --- socket: server to page ---------------------------------------------------------------------------------


class Welcome(ServerMessage, tag="welcome"):
    """Answer to `hello`. `resumed` false means: forget sequence and negotiation state, send yours again."""

    epoch: str
    role: SeatRole
    resumed: bool
    peer_present: bool
    ice_servers: list[IceServer]
    version: str


class Pong(ServerMessage, tag="pong"):
    """`last` is the number of the newest message to this seat: one that the page has not heard was lost (F8)."""

    last: int = 0


class Confirmed(ServerMessage, tag="confirmed"):
    """The message `id` has been dealt with: kept if it is a fact, handed on if it is for the other seat."""

    id: str


class PeerEntered(ServerMessage, tag="peer-entered"):
    """Somebody took the other seat. `answered` is the offer in waiting that they used, with their answer."""

    offer_id: str | None = None
    answer_sdp: str | None = None
    replaced: bool = False


class PeerPresence(ServerMessage, tag="peer-presence"):
    """The other seat's socket came (true) or went (false). Media may well go on.

    `fresh`: its page was loaded anew (its `hello` had no epoch), so its peer connection is gone. The caller then
    makes a new peer connection and offers; the dispatcher ignores it (she is told by `peer-entered`).
    `resumed` false: what was on its way to it is lost, so send again what it has not answered (a pending offer).
    """

    present: bool
    fresh: bool = False
    resumed: bool = False


class PeerDescription(ServerMessage, tag="peer-description"):
    connection_id: str
    type: Literal["offer", "answer"]
    sdp: str


class PeerCandidate(ServerMessage, tag="peer-candidate"):
    connection_id: str
    candidate: str | None
    sdp_mid: str | None = None
    sdp_m_line_index: int | None = None
    username_fragment: str | None = None


class TimelineChanged(ServerMessage, tag="timeline"):
    """Dispatcher: one more step."""

    entry: TimelineStep


class DeliveryChanged(ServerMessage, tag="delivery"):
    """Dispatcher: a message was taken, delivered or refused (F60)."""

    delivery: DeliveryView


class Snapshot(ServerMessage, tag="snapshot"):
    """Dispatcher: all of it, after each welcome that did not resume: what happened while no socket listened."""

    timeline: list[TimelineStep]
    deliveries: list[DeliveryView]


class CameraSwitchAsked(ServerMessage, tag="camera-switch-asked"):
    """Caller: the dispatcher asks for the other camera."""


class PeerCamera(ServerMessage, tag="peer-camera"):
    """Dispatcher: the caller's camera is now this one."""

    facing: Facing | None
    cameras: int
    failed: bool


class PeerDevice(ServerMessage, tag="peer-device"):
    """Dispatcher: what the caller holds in his hand."""

    browser: str
    system: str
    network: str | None
    battery_percent: int | None


class PeerRung(ServerMessage, tag="peer-rung"):
    """Dispatcher: which way the caller's picture goes now."""

    rung: Rung
    reason: str


class PeerSource(ServerMessage, tag="peer-source"):
    """Dispatcher: what the caller's camera gives now."""

    source: CameraSource


class FramesAsked(ServerMessage, tag="frames-asked"):
    """Caller: send frames over the socket as well, or stop it."""

    wanted: bool
    stills: bool = False


class PictureModeSet(ServerMessage, tag="picture-mode-set"):
    """Caller: what to keep when the network cannot carry all."""

    mode: PictureMode


class PhotoAsked(ServerMessage, tag="photo-asked"):
    """Caller: take a sharp photo and upload it under this id."""

    photo_id: str


class PhotoChanged(ServerMessage, tag="photo"):
    """Dispatcher: how far a photo is. `received` and `total` are bytes; `reason` is a problem code."""

    photo_id: str
    status: PhotoStatus
    received: int = 0
    total: int = 0
    reason: str | None = None


class IceServers(ServerMessage, tag="ice-servers"):
    ice_servers: list[IceServer]


class Finished(ServerMessage, tag="finished"):
    """The encounter is over. `reason`: `hung-up`, `cancelled` or `expired`. The socket closes with 4410."""

    reason: str


class Refused(ServerMessage, tag="refused"):
    """The message `id` was not dealt with, and why (a problem code)."""

    id: str | None
    code: str


FromServer = (
    Welcome
    | Pong
    | Confirmed
    | PeerEntered
    | PeerPresence
    | PeerDescription
    | PeerCandidate
    | TimelineChanged
    | Snapshot
    | DeliveryChanged
    | CameraSwitchAsked
    | PeerCamera
    | PeerDevice
    | PeerRung
    | PeerSource
    | FramesAsked
    | PictureModeSet
    | PhotoAsked
    | PhotoChanged
    | IceServers
    | Finished
    | Refused
)
