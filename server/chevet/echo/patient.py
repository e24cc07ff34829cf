"""The virtual patient: joins by an ordinary link, over the ordinary routes and socket, to train or to load.

`python -m chevet.echo.patient` reads what to do (a `PatientTask`, JSON) from the first line of its standard input, so
that no link stands in a list of processes. It leaves when the visit ends, when its time is over, or when its standard
input ends, for then whoever started it is gone.
"""

import asyncio
import os
import ssl
import sys
from contextlib import suppress
from urllib.parse import urlsplit

import aiohttp
import av.logging
import msgspec
import structlog

from chevet.echo.calls import Calls
from chevet.echo.fiction import Loop, picture, voice
from chevet.model.appointments import ParticipantStatus
from chevet.model.echo import PatientTask
from chevet.model.keys import new_id
from chevet.model.locales import texts
from chevet.protocol import (
    Ack,
    Body,
    ClientMessage,
    CloseCode,
    Confirmed,
    DoorRequest,
    EnterRequest,
    Finished,
    FromServer,
    Hello,
    IceServers,
    IntakeAnswer,
    LeaveMeeting,
    MediaState,
    ParticipantView,
    PeekView,
    PeerCandidate,
    PeerDescription,
    Ping,
    RefreshIce,
    Roster,
    SeatView,
    Welcome,
)

PING_S = 10
AGAIN_S = 1.0
"""Between two attempts to reach the server."""
PAGE = "virtual-patient"
LEAVING = "leaving"
"""Id of the one message whose confirmation is waited for."""
JSON = {"Content-Type": "application/json"}
FINAL = {CloseCode.REPLACED, CloseCode.NOT_AUTHENTICATED, CloseCode.NOT_ALLOWED, CloseCode.OVER}

log = structlog.get_logger()
decode = msgspec.json.Decoder(FromServer).decode
encode = msgspec.json.Encoder().encode


class Refused(Exception):
    """The door stays closed; the code says why."""


class Over(Exception):
    """The visit has ended, or the seat is somebody else's."""


class Door:
    """The ordinary routes behind the link."""

    def __init__(self, http: aiohttp.ClientSession, link: str) -> None:
        self._http = http
        self._token = link.partition("#")[2]

    async def enter(self) -> str:
        """Peek, enter, say yes to everything; returns the seat token. Raises Refused."""
        asked = DoorRequest(token=self._token)
        door = msgspec.json.decode(await self._post("/api/join/peek", asked), type=PeekView)
        entered = await self._post("/api/join/enter", EnterRequest(token=self._token))
        seat_token = msgspec.json.decode(entered, type=SeatView).seat_token
        if door.visit is not None and door.visit.needs_intake:
            await self._post("/api/join/intake", IntakeAnswer(seat_token=seat_token, consent=True))
        return seat_token

    async def _post(self, path: str, body: Body) -> bytes:
        """Raises Refused."""
        async with self._http.post(path, data=encode(body), headers=JSON) as answer:
            data = await answer.read()
            if answer.status >= 400:
                raise Refused(f"{path}: {answer.status} {data.decode(errors='replace')}")
            return data


class VirtualPatient:
    """One participant, from the seat to the end."""

    def __init__(self, http: aiohttp.ClientSession, seat_token: str, loops: list[Loop]) -> None:
        self._http = http
        self._seat_token = seat_token
        self._loops = loops
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._calls: Calls | None = None
        self._me = ""
        self._epoch: str | None = None
        self._heard = 0
        self._roster: list[ParticipantView] = []
        self._is_in = False
        self._left = asyncio.Event()
        self.is_in_call = asyncio.Event()

    async def run(self) -> None:
        """Until the visit is over. A dropped socket is opened again, the calls go on."""
        try:
            while True:
                with suppress(aiohttp.ClientError, ConnectionError):
                    await self._sit()
                await asyncio.sleep(AGAIN_S)
        except Over:
            pass
        finally:
            if self._calls is not None:
                await self._calls.close()

    async def leave(self) -> None:
        """Going away on purpose; returns when the server knows, or after a second."""
        with suppress(aiohttp.ClientError, ConnectionError, TimeoutError):
            await self._send(LeaveMeeting(id=LEAVING))
            async with asyncio.timeout(1):
                await self._left.wait()

    async def _sit(self) -> None:
        """One socket, from its hello to its end. Raises Over."""
        async with self._http.ws_connect("/api/socket", compress=0) as socket:
            self._socket = socket
            await self._send(
                Hello(token=self._seat_token, epoch=self._epoch, last_seq=self._heard, page=PAGE)
            )
            pinging = asyncio.create_task(self._ping())
            try:
                async for message in socket:
                    await self._hear(message.data)
            finally:
                pinging.cancel()
            if socket.close_code in FINAL:
                raise Over

    async def _ping(self) -> None:
        with suppress(aiohttp.ClientError, ConnectionError):
            while True:
                await asyncio.sleep(PING_S)
                await self._send(Ping())

    async def _hear(self, data: str | bytes) -> None:
        """Raises Over. What a call makes of somebody's description is that call's trouble only."""
        message = decode(data)
        if message.seq:
            self._heard = message.seq
            await self._send(Ack(seq=message.seq))
        if isinstance(message, Finished):
            raise Over
        try:
            await self._follow(message)
        except (ConnectionError, aiohttp.ClientError):
            raise
        except Exception as error:  # noqa: BLE001 - aiortc raises whatever it likes
            log.warning("virtual-patient.trouble", message=type(message).__name__, error=repr(error))

    async def _follow(self, message: FromServer) -> None:
        match message:
            case Welcome():
                self._welcomed(message)
            case Confirmed(id=id_) if id_ == LEAVING:
                self._left.set()
            case IceServers(ice_servers=servers) if self._calls:
                self._calls.ice = servers
                await self._call_who_is_there()
            case Roster(participants=everybody):
                self._roster = everybody
                await self._look_around()
            case PeerDescription() if self._calls:
                await self._calls.take_description(message, self._fresh_at(message.sender))
            case PeerCandidate() if self._calls:
                await self._calls.take_candidate(message)

    def _welcomed(self, message: Welcome) -> None:
        if not message.resumed:
            self._heard = 0
        self._epoch = message.epoch
        self._me = message.participant_id or ""
        self._calls = self._calls or Calls(self._me, self._send, self._loops)
        self._calls.ice = message.ice_servers

    async def _look_around(self) -> None:
        """Admitted for the first time: say what is sent, and ask for the relay, which comes before the calls."""
        mine = next((each for each in self._roster if each.id == self._me), None)
        was_in, self._is_in = self._is_in, mine is not None and mine.status is ParticipantStatus.ADMITTED
        if not self._is_in:
            self.is_in_call.clear()
        elif was_in:
            await self._call_who_is_there()
        else:
            await self._send(MediaState(id=new_id(), microphone=True, camera=True))
            await self._send(RefreshIce(id=new_id()))

    async def _call_who_is_there(self) -> None:
        if self._calls is None or not self._is_in:
            return
        admitted = [
            each for each in self._roster if each.status is ParticipantStatus.ADMITTED and each.present
        ]
        await self._calls.follow([each for each in admitted if each.id != self._me])
        self.is_in_call.set()

    def _fresh_at(self, participant_id: str | None) -> int:
        return next((each.fresh_at for each in self._roster if each.id == participant_id), 0)

    async def _send(self, message: ClientMessage) -> None:
        if self._socket is None or self._socket.closed:
            raise ConnectionResetError("no socket")
        await self._socket.send_str(encode(message).decode())


def opened(task: PatientTask) -> aiohttp.ClientSession:
    """A client that comes from the link's own origin, as a browser does."""
    link = urlsplit(task.link)
    origin = f"{link.scheme}://{link.netloc}"
    connector = aiohttp.TCPConnector(ssl=_certified(task.certificate) if task.certificate else True)
    return aiohttp.ClientSession(task.server or origin, headers={"Origin": origin}, connector=connector)


def _certified(path: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=path)
    context.check_hostname = False
    return context


def loops(language: str) -> list[Loop]:
    words = texts("messages", language)
    return [voice(), picture(words["virtual-patient.title"], words["virtual-patient.subtitle"])]


async def visit(task: PatientTask, shown: list[Loop]) -> None:
    """From the link to the end. Raises Refused, aiohttp.ClientError."""
    async with opened(task) as http:
        patient = VirtualPatient(http, await Door(http, task.link).enter(), shown)
        running = asyncio.create_task(patient.run())
        done, _ = await asyncio.wait({running}, timeout=task.lasts_s)
        if not done:
            await patient.leave()
            running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def visit_all(tasks: list[PatientTask]) -> None:
    """Many at once, in this process. Raises the first Refused or aiohttp.ClientError, when all are done."""
    shown = loops(tasks[0].language)
    ended = await asyncio.gather(*(visit(task, shown) for task in tasks), return_exceptions=True)
    for end in ended:
        if isinstance(end, BaseException):
            raise end


async def serve() -> None:
    """What standard input asks, until it is done or standard input ends."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    task = msgspec.json.decode(await reader.readline(), type=PatientTask)
    visiting = asyncio.create_task(visit(task, loops(task.language)))
    alone = asyncio.create_task(reader.read())
    await asyncio.wait({visiting, alone}, return_when=asyncio.FIRST_COMPLETED)
    if visiting.done():
        visiting.result()


def main() -> int:
    av.logging.set_level(av.logging.PANIC)
    try:
        asyncio.run(serve())
    except (Refused, aiohttp.ClientError, OSError) as error:
        print(f"virtual patient: {error}", file=sys.stderr)  # noqa: T201 - for whoever started it
        return 1
    return 0


if __name__ == "__main__":
    os._exit(main())  # decoders' threads are not waited for
