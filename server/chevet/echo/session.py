"""One echo: the browser's offer is answered, what it sends comes back to it, and what arrived is judged."""

import asyncio
import time
from collections.abc import Callable

from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.contrib.media import MediaRelay
from aiortc.mediastreams import MediaStreamError

from chevet.echo.codecs import only
from chevet.echo.figures import measure
from chevet.echo.sdp import digestible
from chevet.model.echo import (
    CONNECT_S,
    LASTS_S,
    EchoAnswered,
    EchoEnded,
    EchoFigures,
    EchoIce,
    EchoRefused,
    EchoReported,
    EchoState,
    FromEcho,
    OpenEcho,
    judge,
)

GATHER_S = 2.0
"""A relay that does not answer costs no more (F11); then the echo does without."""
CODECS = {"video": {"video/VP8"}, "audio": {"audio/opus"}}
"""No retransmission format: aiortc counts its packets in the place of the picture's."""
MAX_KBITS = 800
"""Of the picture that browsers send us: enough for 480x360 at 20 images a second."""
SILENT_S = 4
"""When nothing comes for so long the page is gone, or its network: then there is no verdict."""
MAX_CANDIDATES = 64
"""Each is a stranger's address to which we send checks; browsers have ten or twenty."""
MAX_PIXELS = 1280 * 720
"""Nobody may make the echo work on more; pages send 480x360."""


class Arriving(MediaStreamTrack):
    """What the browser sends, counted. Raises MediaStreamError at the end, and for pictures that are too large."""

    def __init__(self, source: MediaStreamTrack) -> None:
        super().__init__()
        self.kind = source.kind
        self._source = source
        self.count = 0
        self.first_at: float | None = None
        self.size = (0, 0)

    async def recv(self):  # noqa: ANN201 - as aiortc declares it
        frame = await self._source.recv()
        if self.kind == "video":
            self.size = frame.width, frame.height  # pyright: ignore[reportAttributeAccessIssue]
            if self.size[0] * self.size[1] > MAX_PIXELS:
                raise MediaStreamError
        self.count += 1
        self.first_at = self.first_at or time.monotonic()
        return frame


class Returning(MediaStreamTrack):
    """What goes back, counted."""

    def __init__(self, source: MediaStreamTrack) -> None:
        super().__init__()
        self.kind = source.kind
        self._source = source
        self.count = 0

    async def recv(self):  # noqa: ANN201 - as aiortc declares it
        frame = await self._source.recv()
        self.count += 1
        return frame

    def stop(self) -> None:
        super().stop()
        self._source.stop()


class EchoSession:
    """Opens, echoes for LASTS_S, judges, closes: `run` does all of it, `stop` makes it end now."""

    def __init__(self, asked: OpenEcho, say: Callable[[FromEcho], None]) -> None:
        self._asked = asked
        self._say = say
        self._stop = asyncio.Event()
        self._arriving: dict[str, Arriving] = {}
        self._returning: dict[str, Returning] = {}
        self._relay = MediaRelay()
        self._pc = RTCPeerConnection()
        self._connected_at: float | None = None
        self._opened_at = self._heard_at = time.monotonic()
        self._packets = 0
        self._late_ms = 0

    def stop(self) -> None:
        self._stop.set()

    async def run(self) -> None:
        """Never raises: what aiortc makes of somebody's offer is that somebody's trouble only."""
        try:
            sdp = await self._answer()
        except Exception:  # noqa: BLE001 - parsers raise whatever they like for what was made to hurt them
            await self._pc.close()
            self._say(EchoRefused(id=self._asked.id))
            return
        self._say(EchoAnswered(id=self._asked.id, sdp=sdp))
        try:
            figures = await self._echo()
        finally:
            await self._pc.close()
        if figures is None:
            self._say(EchoEnded(id=self._asked.id))
            return
        verdict, reasons = judge(figures)
        self._say(EchoEnded(id=self._asked.id, verdict=verdict, reasons=reasons, figures=figures))

    async def _answer(self) -> str:
        """Raises TimeoutError and whatever aiortc raises."""
        if self._asked.ice is not None:
            try:
                return await self._answer_with([relay_of(self._asked.ice)])
            except TimeoutError:
                await self._pc.close()
        return await self._answer_with([])

    async def _answer_with(self, relays: list[RTCIceServer]) -> str:
        self._pc = pc = RTCPeerConnection(RTCConfiguration(iceServers=relays))
        pc.on("track", self._return)
        pc.on("connectionstatechange", self._changed)
        for kind in offered_kinds(self._asked.sdp):
            only(pc.addTransceiver(kind), CODECS[kind])
        await pc.setRemoteDescription(RTCSessionDescription(digestible(self._asked.sdp), "offer"))
        self._opened_at = time.monotonic()
        async with asyncio.timeout(GATHER_S):
            await pc.setLocalDescription()
        return limited(pc.localDescription.sdp)

    def _return(self, track: MediaStreamTrack) -> None:
        """A late picture is dropped; sound comes in bursts and is kept whole."""
        self._arriving[track.kind] = arriving = Arriving(track)
        relayed = self._relay.subscribe(arriving, buffered=track.kind == "audio")
        self._returning[track.kind] = returning = Returning(relayed)
        self._pc.addTrack(returning)

    def _changed(self) -> None:
        state = self._pc.connectionState
        if state == "connected" and self._connected_at is None:
            self._connected_at = time.monotonic()
        if state in {"failed", "closed"}:
            self._stop.set()

    async def _echo(self) -> EchoFigures | None:
        """The last figures; None when all fell silent. Each second they are said."""
        while True:
            figures = await self._measure()
            if self._has_fallen_silent(figures):
                return None
            if self._stop.is_set() or self._is_over():
                return figures
            state = EchoState.FLOWING if self._connected_at else EchoState.CONNECTING
            self._say(EchoReported(id=self._asked.id, state=state, figures=figures))
            due = time.monotonic() + 1
            try:
                async with asyncio.timeout(1):
                    await self._stop.wait()
            except TimeoutError:
                self._late_ms = max(self._late_ms, round((time.monotonic() - due) * 1000))

    def _has_fallen_silent(self, figures: EchoFigures) -> bool:
        now = time.monotonic()
        if figures.packets != self._packets:
            self._packets, self._heard_at = figures.packets, now
        return self._packets > 0 and now - self._heard_at > SILENT_S

    def _is_over(self) -> bool:
        now = time.monotonic()
        if self._connected_at is None:
            return now - self._opened_at > CONNECT_S
        return now - self._connected_at > LASTS_S

    async def _measure(self) -> EchoFigures:
        figures = await measure(self._pc)
        figures.late_ms = self._late_ms
        if self._connected_at is not None:
            figures.connected_ms = self._since_opened_ms(self._connected_at)
            figures.flowing_s = round(time.monotonic() - self._connected_at, 1)
        if picture := self._arriving.get("video"):
            figures.picture_offered = True
            figures.frames, (figures.width, figures.height) = picture.count, picture.size
            figures.first_picture_ms = self._since_opened_ms(picture.first_at)
            figures.frames_per_s = rate(picture)
            figures.frames_returned = self._returning["video"].count
        if sound := self._arriving.get("audio"):
            figures.sound_offered = True
            figures.sounds = sound.count
            figures.first_sound_ms = self._since_opened_ms(sound.first_at)
            figures.sounds_returned = self._returning["audio"].count
        return figures

    def _since_opened_ms(self, at: float | None) -> int | None:
        return None if at is None else round((at - self._opened_at) * 1000)


def rate(picture: Arriving) -> float:
    """Images a second since the first; 0 while there is too little to say."""
    elapsed_s = time.monotonic() - (picture.first_at or time.monotonic())
    return round(picture.count / elapsed_s, 1) if elapsed_s > 1 else 0.0


def offered_kinds(sdp: str) -> list[str]:
    """`audio`, `video`, each once at most and one at least. Raises ValueError for another offer."""
    kinds = [line[2:].partition(" ")[0] for line in sdp.splitlines() if line.startswith("m=")]
    media = [kind for kind in kinds if kind != "application"]
    if not media or sorted(set(kinds)) != sorted(kinds) or not set(media) <= CODECS.keys():
        raise ValueError("one microphone, one camera, or both")
    if sdp.count("\na=candidate:") > MAX_CANDIDATES:
        raise ValueError("too many candidates")
    return media


def limited(sdp: str) -> str:
    """The answer, asking for a small picture (RFC 4566 `b=AS`, which browsers obey)."""
    lines = sdp.splitlines()
    for index, line in enumerate(lines):
        if line.startswith("m=video"):
            lines.insert(index + 2, f"b=AS:{MAX_KBITS}")
            break
    return "\r\n".join(lines) + "\r\n"


def relay_of(ice: EchoIce) -> RTCIceServer:
    return RTCIceServer(urls=ice.url, username=ice.username, credential=ice.credential)
