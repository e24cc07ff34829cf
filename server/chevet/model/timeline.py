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


CALLER_STEPS = frozenset(
    {
        Step.CAMERA_ASKED,
        Step.CAMERA_GRANTED,
        Step.CAMERA_REFUSED,
        Step.CAMERA_FAILED,
        Step.CALLER_PAUSED,
        Step.CALLER_RESUMED,
        Step.CALLER_LEFT,
    }
)
DISPATCHER_STEPS = frozenset(
    {Step.CONNECTING, Step.FIRST_FRAME, Step.CONNECTION_LOST, Step.CONNECTION_BACK, Step.CAMERA_SWITCHED}
)


class TimelineEntry(Struct, kw_only=True):
    """One step of one encounter. `id` makes a repeated report harmless; `detail` is a short code, never text."""

    id: str
    encounter_id: str
    step: Step
    at: float
    detail: str | None = None
