"""The join timeline: the dated steps between the invitation and the picture (S65)."""

from enum import StrEnum

from msgspec import Struct


class Step(StrEnum):
    """In the order in which they normally happen. Each has a label and a sentence to say in the locales."""

    INVITATION_CREATED = "invitation-created"
    INVITATION_SENT = "invitation-sent"  # the operator or the mail server took it
    INVITATION_DELIVERED = "invitation-delivered"  # the operator says that the phone has it
    INVITATION_FAILED = "invitation-failed"
    LINK_OPENED = "link-opened"
    CAMERA_ASKED = "camera-asked"
    CAMERA_GRANTED = "camera-granted"
    CAMERA_REFUSED = "camera-refused"
    CAMERA_FAILED = "camera-failed"  # busy, missing, or an in-app browser without one
    CONNECTING = "connecting"
    FIRST_FRAME = "first-frame"
    CALLER_ENTERED = "caller-entered"
    CALLER_REPLACED = "caller-replaced"  # a second device took the seat
    CALLER_PAUSED = "caller-paused"  # page hidden: the phone stops its camera
    CALLER_RESUMED = "caller-resumed"
    CALLER_LEFT = "caller-left"  # « Arrêter » or the page was closed
    CONNECTION_LOST = "connection-lost"
    CONNECTION_BACK = "connection-back"
    CAMERA_SWITCHED = "camera-switched"
    CAMERA_FROZEN = "camera-frozen"  # it says live and gives no image
    CAMERA_BACK = "camera-back"
    FRAMES_STARTED = "frames-started"  # the picture goes over the socket
    STILLS_STARTED = "stills-started"  # as images, one after the other
    PHOTO_OFFERED = "photo-offered"  # no camera in the page: the phone's own may take a photo
    VIDEO_BACK = "video-back"
    PHOTO_ASKED = "photo-asked"
    PHOTO_RECEIVED = "photo-received"
    PHOTO_FAILED = "photo-failed"
    PARTICIPANT_WAITING = "participant-waiting"  # in the waiting room of a téléconsultation
    PARTICIPANT_LATE = "participant-late"  # `detail`: minutes after the agreed time
    PARTICIPANT_REPLACED = "participant-replaced"  # a second device took the seat
    CONSENT_GIVEN = "consent-given"
    CONSENT_REFUSED = "consent-refused"
    PARTICIPANT_ADMITTED = "participant-admitted"
    PARTICIPANT_DECLINED = "participant-declined"  # not let in, or sent out
    PARTICIPANT_AWAY = "participant-away"  # let in, and the page is gone without a word
    PARTICIPANT_BACK = "participant-back"
    PARTICIPANT_LEFT = "participant-left"  # on purpose
    MICROPHONE_FAILED = "microphone-failed"  # refused, busy, missing
    VISIT_UNSUITABLE = "visit-unsuitable"  # `detail`: why not from afar (R5)
    VISIT_MISSED = "visit-missed"  # nobody came
    VISIT_FINISHED = "visit-finished"


CALLER_STEPS = frozenset(
    {
        Step.CAMERA_ASKED,
        Step.CAMERA_GRANTED,
        Step.CAMERA_REFUSED,
        Step.CAMERA_FAILED,
        Step.CALLER_PAUSED,
        Step.CALLER_RESUMED,
        Step.CALLER_LEFT,
        Step.CAMERA_FROZEN,
        Step.CAMERA_BACK,
        Step.FRAMES_STARTED,
        Step.STILLS_STARTED,
        Step.PHOTO_OFFERED,
        Step.VIDEO_BACK,
        Step.PHOTO_FAILED,
    }
)
DISPATCHER_STEPS = frozenset(
    {Step.CONNECTING, Step.FIRST_FRAME, Step.CONNECTION_LOST, Step.CONNECTION_BACK, Step.CAMERA_SWITCHED}
)
PARTICIPANT_STEPS = frozenset(
    {
        Step.CAMERA_ASKED,
        Step.CAMERA_GRANTED,
        Step.CAMERA_REFUSED,
        Step.CAMERA_FAILED,
        Step.CAMERA_FROZEN,
        Step.CAMERA_BACK,
        Step.CAMERA_SWITCHED,
        Step.MICROPHONE_FAILED,
        Step.CONNECTION_LOST,
        Step.CONNECTION_BACK,
    }
)
"""What a page of a meeting tells of itself."""


class TimelineEntry(Struct, kw_only=True):
    """One step of one encounter. `id` makes a repeated report harmless; `detail` is a short code, never text.

    `participant_id` says whose it is in a meeting.
    """

    id: str
    encounter_id: str
    step: Step
    at: float
    detail: str | None = None
    participant_id: str | None = None
