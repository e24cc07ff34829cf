"""The echo test before a call: what is measured of it, and the one word that sums it up.

Also what the server and its WebRTC processes (echo, virtual patient) say to each other: JSON, one message a line.
"""

from enum import StrEnum

from msgspec import Struct


class EchoState(StrEnum):
    """From the place that was taken to the verdict."""

    RESERVED = "reserved"
    CONNECTING = "connecting"
    FLOWING = "flowing"
    ENDED = "ended"


class EchoVerdict(StrEnum):
    """`weak`: a call would be possible, and bad."""

    OK = "ok"
    WEAK = "weak"
    FAILED = "failed"


class EchoReason(StrEnum):
    """Why it is not `ok`."""

    NO_CONNECTION = "no-connection"  # no path through the network in CONNECT_S
    NO_PICTURE = "no-picture"  # a camera was offered and no picture came
    NO_SOUND = "no-sound"  # a microphone was offered and no sound came
    LOSS = "loss"
    DELAY = "delay"
    JITTER = "jitter"
    FEW_IMAGES = "few-images"


CONNECT_S = 10
"""Without a connection after so long, the network lets nothing through (F14 asks for a word within 12 s)."""
LASTS_S = 20
"""From the connection to the end (F43)."""

MUCH_LOST = 0.05
LATE_MS = 600
FEW_IMAGES = 8
"""The limits at which a picture in a call is called weak too (pwa/pro/quality.ts)."""
MUCH_JITTER_MS = 60
"""Beyond three packets of 20 ms a voice is cut, or made late by the buffer that smooths it."""
LATE_OURSELVES_MS = 150
"""When our own clock was so late the machine is busy, and nothing can be said of the network's haste."""
SETTLED_S = 5
"""Browsers begin with few images and more loss; before, neither says anything."""


class EchoFigures(Struct, rename="camel", kw_only=True):
    """What arrived. `up` is from the browser to us, `down` back to it (by its own RTCP reports, null until they come).

    Losses are shares of packets, 0 to 1; times are in ms, `flowing_s` in seconds since the connection stood.
    `late_ms` is how late the echo itself was at the worst, for want of a core.
    """

    picture_offered: bool = False
    sound_offered: bool = False
    connected_ms: int | None = None
    first_picture_ms: int | None = None
    first_sound_ms: int | None = None
    flowing_s: float = 0
    packets: int = 0
    loss_up: float = 0
    loss_down: float | None = None
    jitter_up_ms: int = 0
    jitter_down_ms: int | None = None
    round_trip_ms: int | None = None
    frames: int = 0
    frames_returned: int = 0
    frames_per_s: float = 0
    width: int = 0
    height: int = 0
    sounds: int = 0
    sounds_returned: int = 0
    late_ms: int = 0


def judge(figures: EchoFigures) -> tuple[EchoVerdict, list[EchoReason]]:
    """The verdict, and its reasons from the worst on."""
    if figures.connected_ms is None:
        return EchoVerdict.FAILED, [EchoReason.NO_CONNECTION]
    if missing := _missing(figures):
        return EchoVerdict.FAILED, missing
    weak = _weak(figures)
    return (EchoVerdict.WEAK if weak else EchoVerdict.OK), weak


def _missing(figures: EchoFigures) -> list[EchoReason]:
    absent = {
        EchoReason.NO_PICTURE: figures.picture_offered and not figures.frames,
        EchoReason.NO_SOUND: figures.sound_offered and not figures.sounds,
    }
    return [reason for reason, is_absent in absent.items() if is_absent]


def _weak(figures: EchoFigures) -> list[EchoReason]:
    is_settled = figures.flowing_s >= SETTLED_S
    is_prompt = figures.late_ms <= LATE_OURSELVES_MS
    faults = {
        EchoReason.LOSS: is_settled and max(figures.loss_up, figures.loss_down or 0) > MUCH_LOST,
        EchoReason.DELAY: is_prompt and (figures.round_trip_ms or 0) > LATE_MS,
        EchoReason.JITTER: is_settled
        and is_prompt
        and max(figures.jitter_up_ms, figures.jitter_down_ms or 0) > MUCH_JITTER_MS,
        EchoReason.FEW_IMAGES: is_settled
        and is_prompt
        and figures.picture_offered
        and figures.frames_per_s < FEW_IMAGES,
    }
    return [reason for reason, is_fault in faults.items() if is_fault]


# --- between the server and its echo process ----------------------------------------------------------------


class EchoIce(Struct, frozen=True, kw_only=True):
    """The relay that the echo may use: aiortc takes one."""

    url: str
    username: str
    credential: str


class OpenEcho(Struct, tag="open", kw_only=True):
    """Answer this offer, and send back what comes."""

    id: str
    sdp: str
    ice: EchoIce | None = None


class CloseEcho(Struct, tag="close", kw_only=True):
    """The page is done: judge what came so far."""

    id: str


class EchoReady(Struct, tag="ready", kw_only=True):
    """The first word of the process: it has loaded, and hears."""


class EchoAnswered(Struct, tag="answered", kw_only=True):
    id: str
    sdp: str


class EchoRefused(Struct, tag="refused", kw_only=True):
    """The offer cannot be used; nothing is open under this id."""

    id: str


class EchoReported(Struct, tag="reported", kw_only=True):
    """Each second."""

    id: str
    state: EchoState
    figures: EchoFigures


class EchoEnded(Struct, tag="ended", kw_only=True):
    """The last word on this id. Without a verdict nothing can be said: the echo itself stopped."""

    id: str
    verdict: EchoVerdict | None = None
    reasons: list[EchoReason] = []
    figures: EchoFigures | None = None


ToEcho = OpenEcho | CloseEcho
FromEcho = EchoReady | EchoAnswered | EchoRefused | EchoReported | EchoEnded
EchoNews = EchoReported | EchoEnded

MAX_LINE_BYTES = 256 * 1024
"""An offer has 32 kB at most; JSON may double it."""


class PatientTask(Struct, kw_only=True):
    """What one virtual patient does. `server` is where to connect, when that is not the link's own address.

    `certificate` is a PEM file that the server must show, whatever name it bears: for a server on this machine.
    """

    link: str
    lasts_s: float = 3600
    language: str = "fr"
    server: str = ""
    certificate: str = ""
