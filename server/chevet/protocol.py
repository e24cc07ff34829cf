"""Everything that crosses the network between a page and the server: HTTP bodies and socket messages.

The one source of `pwa/protocol.ts` and of the tables in docs/protocol.md (both generated, both checked).
Names on the wire are camelCase. Unknown fields are refused (A21). Times are milliseconds since the epoch, by the
server's clock.
"""

from enum import StrEnum
from typing import Annotated, Literal

from msgspec import Meta, Struct

from chevet.model.appointments import (
    AppointmentStatus,
    ContactRole,
    IdentityStatus,
    ParticipantRole,
    ParticipantStatus,
    Sex,
    Suitability,
)
from chevet.model.echo import EchoFigures, EchoReason, EchoState, EchoVerdict
from chevet.model.locales import Language
from chevet.model.people import Module, Role
from chevet.model.records import Channel, DeliveryStatus
from chevet.model.slots import SlotState
from chevet.model.timeline import Step
from chevet.model.visits import EncounterStatus, InvitationStatus

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
    """What a seat is for. A meeting's seats all are `participant`: who it is stands in the roster."""

    DISPATCHER = "dispatcher"
    CALLER = "caller"
    PARTICIPANT = "participant"
    DESK = "desk"  # a signed-in page that follows its agenda


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
    """`participant_id` says whose it is in a meeting."""

    step: Step
    at: int
    detail: str | None = None
    participant_id: str | None = None


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


# --- HTTP: téléconsultation, the agenda ---------------------------------------------------------------------

Day = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
PlaceCode = Annotated[str, Meta(pattern=r"^[0-9][0-9AB][0-9]{3}$")]
"""INSEE code of a commune, or of a country (99…)."""
Name = Annotated[str, Meta(max_length=100)]


class PatientIdentity(Body):
    """The five strict traits (R10), the names in use, and how far they are trusted (R11)."""

    birth_name: Annotated[str, Meta(min_length=1, max_length=100)]
    birth_first_names: Annotated[str, Meta(min_length=1, max_length=100)]
    birth_date: Day
    sex: Sex
    birth_place_code: PlaceCode
    used_name: Name | None = None
    used_first_name: Name | None = None
    ins_number: Annotated[str, Meta(pattern=r"^[12][0-9]{2}[0-9]{2}[0-9][0-9AB][0-9]{8}$")] | None = None
    identity_status: IdentityStatus = IdentityStatus.PROVISIONAL


class AppointmentRequest(Body):
    """POST /api/appointments, PUT /api/appointments/{id}. `start_at` in the past or « now » opens at once (S26)."""

    patient: PatientIdentity
    start_at: int
    end_at: int
    reason: Annotated[str, Meta(max_length=500)] = ""
    contact_role: ContactRole = ContactRole.PATIENT
    contact_name: Name = ""
    phone: Annotated[str, Meta(max_length=40)] | None = None
    email: Annotated[str, Meta(max_length=254)] | None = None
    channel: Channel | None = None
    language: Language = "fr"  # of the messages
    accepts_overlap: bool = False
    version: int | None = None


class ImmediateRequest(Body):
    """POST /api/appointments/immediate: a mobile number, nothing else (S18)."""

    phone: Annotated[str, Meta(min_length=1, max_length=40)]


class RecordRequest(Body):
    """POST /api/appointments/{id}/record: an immediate visit gets its record, and with it all that needs one."""

    patient: PatientIdentity
    reason: Annotated[str, Meta(max_length=500)] = ""


class TrainingView(Body):
    """POST /api/training: an appointment whose patient is the virtual one. Its seat is taken like any other's."""

    appointment_id: Id
    encounter_id: Id


class CancelRequest(Body):
    """POST /api/appointments/{id}/cancel. The reason is told to the people concerned, so it holds nothing medical."""

    reason: ShortText = ""


class AppointmentView(Body):
    """One line of the agenda, and what its page shows. The link works from `opens_at` to `closes_at`.

    `has_record` false: immediate, so no prescription and no payment. `waiting` counts who is there to be let in.
    `is_training`: with the virtual patient.
    `precall` is the verdict of the patient's last equipment test: `ok`, `weak`, `failed`.
    `qr_svg` is empty in the agenda: it stands in every answer about one appointment.
    """

    id: Id
    encounter_id: Id
    status: AppointmentStatus
    encounter_status: EncounterStatus
    start_at: int
    end_at: int
    opens_at: int
    closes_at: int
    patient_name: str
    patient: PatientIdentity | None
    reason: str
    contact_role: ContactRole
    contact_name: str
    phone: str | None
    email: str | None
    channel: Channel | None
    language: Language
    is_immediate: bool
    has_record: bool
    link: str
    code: str
    qr_svg: str
    deliveries: list[DeliveryView]
    waiting: int
    precall: str | None
    cancelled_because: str
    version: int
    is_training: bool = False


class AgendaView(Body):
    """GET /api/appointments?from=&to=&status=&search=&order=&after=: a page. `desk_token` follows its changes."""

    appointments: list[AppointmentView]
    has_more: bool  # `after` the last of these
    desk_token: Token


class MeetingSeatView(Body):
    """POST /api/appointments/{id}/seat: the practitioner's own seat."""

    seat_token: Token
    participant_id: Id
    appointment: AppointmentView


class GuestRequest(Body):
    """POST /api/encounters/{id}/participants: « Inviter un participant », by SMS, mail, QR code or typed code."""

    role: ParticipantRole
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    phone: Annotated[str, Meta(max_length=40)] | None = None
    email: Annotated[str, Meta(max_length=254)] | None = None


class GuestView(Body):
    """An invited participant's four doors."""

    participant_id: Id
    link: str
    code: str
    qr_svg: str
    deliveries: list[DeliveryView]


class CameraRequest(Body):
    """POST /api/join/camera: who is beside the patient adds a second telephone as a silent camera."""

    seat_token: Token


class IntakeDecision(Body):
    """PUT /api/encounters/{id}/intake: the practitioner's side (R5, R6). What is null stays as it is."""

    suitability: Suitability | None = None
    identity_means: Literal["known", "document", "professional"] | None = None


class IntakeAnswer(Body):
    """POST /api/join/intake: the patient's side (R4, R6, R7), before anything else can begin.

    Without consent the visit ends, and the practitioner is told why.
    """

    seat_token: Token
    consent: bool
    consent_by: Name = "patient"
    refusal_reason: ShortText = ""
    place: ShortText = ""
    callback_phone: Annotated[str, Meta(max_length=40)] = ""
    present: ShortText = ""


class IntakeView(Body):
    """GET /api/encounters/{id}/intake"""

    consent: bool | None
    consent_at: int | None
    consent_by: str
    refusal_reason: str
    place: str
    callback_phone: str | None
    present: str
    identity_checked_at: int | None
    identity_means: str
    suitability: Suitability | None


class PersonView(Body):
    """Somebody who was to take part."""

    id: Id
    role: ParticipantRole
    name: str


class TracesView(Body):
    """GET /api/encounters/{id}/timeline: what noted itself of a téléconsultation (R8), in the order of time."""

    started_at: int | None
    finished_at: int | None
    timeline: list[TimelineStep]
    people: list[PersonView]


class SlotView(Body):
    """When the link works, by the server's clock, and what it is now."""

    state: SlotState
    start_at: int
    end_at: int
    opens_at: int
    closes_at: int
    now: int


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
    visit: "VisitDoor | None" = None


class VisitDoor(Body):
    """What a patient reads at the door of a téléconsultation. `contact` is whom to call instead, if configured."""

    practitioner_name: str
    participant_name: str  # empty once it has ended
    role: ParticipantRole
    slot: SlotView
    is_immediate: bool
    needs_intake: bool
    contact: str
    ended: Literal["cancelled", "finished"] | None = None  # nobody enters any more, whatever the hour
    time_zone: str = "Europe/Paris"  # of the installation: the door says the same hour as the message did


class EnterRequest(Body):
    """POST /api/join/enter: take the seat, and answer the offer in waiting in the same request if there is one."""

    token: Token
    offer_id: Id | None = None
    answer_sdp: Sdp | None = None


class SeatView(Body):
    """`answered` is false when the offer was stale or used: negotiate over the socket."""

    seat_token: Token
    answered: bool


class EchoRequest(Body):
    """POST /api/join/echo: a place in the echo test. The link's token, or a seat; signed-in people need neither."""

    token: Token | None = None
    seat_token: Token | None = None


class EchoPlace(Body):
    """A place is kept for `use_within_s` seconds. ICE servers are for this test only; the test lasts `lasts_s`.

    Send one microphone, one camera (`width` by `height`, `frames_per_s`), or both.
    """

    id: Id
    ice_servers: list[IceServer]
    use_within_s: int
    lasts_s: int
    width: int
    height: int
    frames_per_s: int


class EchoOffer(Body):
    """PUT /api/join/echo/{id}: an offer with its candidates (the echo does not trickle)."""

    sdp: Sdp


class EchoAnswer(Body):
    sdp: str


class EchoView(Body):
    """GET /api/join/echo/{id}: how the test goes, then what came of it.

    Ended without a verdict: the echo itself stopped, try again.
    """

    id: Id
    state: EchoState
    seconds_left: int
    figures: EchoFigures
    verdict: EchoVerdict | None
    reasons: list[EchoReason]


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
    """An offer or an answer for the other seat, or for the participant `to`. The server relays it and never reads it.

    `connection_id` names the peer connection: candidates of another one are dropped (F10). In a meeting the later of
    two connections of a pair sorts after the earlier, so that an offer which comes late is known to be of the past.
    """

    id: Id
    connection_id: Id
    type: Literal["offer", "answer"]
    sdp: Sdp
    to: Id | None = None


class Candidate(ClientMessage, tag="candidate"):
    """A trickled ICE candidate (RFC 8838) for the other seat; null means end of candidates."""

    id: Id
    connection_id: Id
    candidate: Annotated[str, Meta(max_length=1024)] | None
    sdp_mid: ShortText | None = None
    sdp_m_line_index: int | None = None
    username_fragment: ShortText | None = None
    to: Id | None = None


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
    """Dispatcher: « mouvement » or « détail ». Practitioner: the same of the participant `to`, who reads it."""

    id: Id
    mode: PictureMode
    to: Id | None = None


class AskPhoto(ClientMessage, tag="ask-photo"):
    """Dispatcher: « Photo nette ». The phone uploads it in parts under this id (PUT /api/join/photos/{photo_id})."""

    id: Id
    photo_id: Id


class RefreshIce(ClientMessage, tag="refresh-ice"):
    """Fresh ICE servers, before every restart (F18)."""

    id: Id


class Admit(ClientMessage, tag="admit"):
    """Practitioner: let in who waits. No media passes before (A66)."""

    id: Id
    participant_id: Id


class Decline(ClientMessage, tag="decline"):
    """Practitioner: do not let in who waits, or send out who is in. The reason is shown to that person."""

    id: Id
    participant_id: Id
    reason: ShortText = ""


class Say(ClientMessage, tag="say"):
    """A line of the chat, or a word to somebody who waits (`to`). Kept as long as the room is."""

    id: Id
    text: Annotated[str, Meta(min_length=1, max_length=1000)]
    to: Id | None = None


class MediaState(ClientMessage, tag="media-state"):
    """Participant: what it sends now. It is shown to the others; nothing is decided from it."""

    id: Id
    microphone: bool
    camera: bool


class LeaveMeeting(ClientMessage, tag="leave-meeting"):
    """Participant: going away on purpose; the seat can be taken again by the same link."""

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
    | Admit
    | Decline
    | Say
    | MediaState
    | LeaveMeeting
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
    participant_id: str | None = None


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
    sender: str | None = None


class PeerCandidate(ServerMessage, tag="peer-candidate"):
    connection_id: str
    candidate: str | None
    sdp_mid: str | None = None
    sdp_m_line_index: int | None = None
    username_fragment: str | None = None
    sender: str | None = None


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


class ParticipantView(Body):
    """Somebody of the roster. `present`: a page is there now. `fresh_at` changes when that page was loaded anew.

    `waiting_since` and `place` (1 is next) are for who waits. `picture_mode` is what the practitioner wants to see.
    `deliveries`, for the practitioner alone: what became of the messages to a guest (F60).
    """

    id: Id
    role: ParticipantRole
    name: str
    status: ParticipantStatus
    present: bool
    fresh_at: int
    microphone: bool
    camera: bool
    precall: str | None = None
    waiting_since: int | None = None
    place: int | None = None
    reason: str = ""
    picture_mode: PictureMode = PictureMode.MOTION
    deliveries: list[DeliveryView] = []


class Roster(ServerMessage, tag="roster"):
    """Participant: everybody, whole each time that something changed.

    Who waits is told of itself and of the practitioner only. Connections are made between those who are admitted and
    present: of two, the one whose id is the greater offers and is impolite.
    """

    participants: list[ParticipantView]
    started_at: int | None = None


class Said(ServerMessage, tag="said"):
    """A line of the chat. `to` null: everybody admitted."""

    id: str
    sender: str
    name: str
    text: str
    at: int
    to: str | None = None


class IntakeChanged(ServerMessage, tag="intake"):
    """Practitioner: what the patient's side answered."""

    intake: IntakeView


class AgendaChanged(ServerMessage, tag="agenda-changed"):
    """Desk: this appointment has news. `waiting`: somebody has just come to its waiting room (C11)."""

    appointment_id: str
    waiting: bool = False
    patient_name: str = ""


class Finished(ServerMessage, tag="finished"):
    """The encounter is over. The socket closes with 4410.

    `reason`: `hung-up`, `cancelled`, `expired`, or `consent-refused` in a téléconsultation.
    """

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
    | Roster
    | Said
    | IntakeChanged
    | AgendaChanged
    | Finished
    | Refused
)
