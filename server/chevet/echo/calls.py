"""A virtual patient's connections: one with each other participant who is admitted and there."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog
from aiortc import (
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.contrib.media import MediaBlackhole
from aiortc.sdp import candidate_from_sdp

from chevet.echo.codecs import only
from chevet.echo.fiction import Loop, LoopTrack
from chevet.echo.sdp import digestible
from chevet.model.keys import new_id
from chevet.protocol import (
    ClientMessage,
    Description,
    IceServer,
    ParticipantView,
    PeerCandidate,
    PeerDescription,
)

CODECS = {"video": "video/VP8", "audio": "audio/opus"}
"""Those in which the loops are encoded."""
ANSWERS = "a=answers:"
"""What the pages' engine adds below an answer; no SDP."""

log = structlog.get_logger()
Send = Callable[[ClientMessage], Awaitable[None]]


class Call:
    """One connection. aiortc gathers before it speaks and knows no ICE restart: a page that needs one makes anew."""

    def __init__(self, id_: str, other: str, fresh_at: int, ice: list[IceServer], loops: list[Loop]) -> None:
        self.id = id_
        self.other = other
        self.fresh_at = fresh_at
        self._sink = MediaBlackhole()
        self._pc = RTCPeerConnection(RTCConfiguration(iceServers=[_server(server) for server in ice]))
        self._pc.on("track", self._sink.addTrack)
        for loop in loops:
            only(self._pc.addTransceiver(LoopTrack(loop)), {CODECS[loop.kind]})

    @property
    def state(self) -> str:
        return self._pc.connectionState

    async def offer(self) -> str:
        await self._pc.setLocalDescription(await self._pc.createOffer())
        return self._pc.localDescription.sdp

    async def answer(self, sdp: str) -> str:
        await self._take(sdp, "offer")
        await self._pc.setLocalDescription(await self._pc.createAnswer())
        await self._sink.start()
        return self._pc.localDescription.sdp

    async def take_answer(self, sdp: str) -> None:
        """A second answer to the same offer is passed over."""
        if self._pc.signalingState == "have-local-offer":
            await self._take(sdp.partition(ANSWERS)[0], "answer")
            await self._sink.start()

    async def take_candidate(self, message: PeerCandidate) -> None:
        if message.candidate and ".local " not in message.candidate and self._pc.remoteDescription:
            candidate = candidate_from_sdp(message.candidate.partition(":")[2])
            candidate.sdpMid, candidate.sdpMLineIndex = message.sdp_mid, message.sdp_m_line_index
            await self._pc.addIceCandidate(candidate)

    async def close(self) -> None:
        await self._sink.stop()
        await self._pc.close()

    async def _take(self, sdp: str, kind: str) -> None:
        await self._pc.setRemoteDescription(RTCSessionDescription(digestible(sdp), kind))


class Calls:
    """`me` is a participantId. Of two, the one with the greater id makes the connection and offers."""

    def __init__(self, me: str, send: Send, loops: list[Loop]) -> None:
        self._me = me
        self._send = send
        self._loops = loops
        self._calls: dict[str, Call] = {}
        self.ice: list[IceServer] = []

    @property
    def connected(self) -> int:
        return sum(call.state == "connected" for call in self._calls.values())

    async def follow(self, others: list[ParticipantView]) -> None:
        """Call those who are newly there, or whose page was loaded anew; leave those who are gone."""
        there = {other.id: other for other in others}
        for id_ in self._calls.keys() - there.keys():
            await self._drop(id_)
        for id_, other in there.items():
            call = self._calls.get(id_)
            is_stale = call is not None and (call.fresh_at != other.fresh_at or call.state == "failed")
            if self._me > id_ and (call is None or is_stale):
                await self._call(other)

    async def take_description(self, message: PeerDescription, fresh_at: int) -> None:
        """An offer of an unknown connection takes the place of the one before."""
        other = message.sender or ""
        call = self._calls.get(other)
        if message.type == "answer":
            if call is not None and call.id == message.connection_id:
                await call.take_answer(message.sdp)
            return
        if call is None or call.id != message.connection_id:
            call = await self._new(message.connection_id, other, fresh_at)
        await self._describe(call, "answer", await call.answer(message.sdp))

    async def take_candidate(self, message: PeerCandidate) -> None:
        call = self._calls.get(message.sender or "")
        if call is not None and call.id == message.connection_id:
            await call.take_candidate(message)

    async def close(self) -> None:
        await asyncio.gather(*(self._drop(other) for other in list(self._calls)))

    async def _call(self, other: ParticipantView) -> None:
        call = await self._new(connection_name(), other.id, other.fresh_at)
        await self._describe(call, "offer", await call.offer())

    async def _new(self, id_: str, other: str, fresh_at: int) -> Call:
        await self._drop(other)
        self._calls[other] = call = Call(id_, other, fresh_at, self.ice, self._loops)
        return call

    async def _describe(self, call: Call, kind: str, sdp: str) -> None:
        message = {"id": new_id(), "connection_id": call.id, "sdp": sdp, "to": call.other}
        await self._send(Description(type="offer" if kind == "offer" else "answer", **message))

    async def _drop(self, other: str) -> None:
        if call := self._calls.pop(other, None):
            await call.close()


def connection_name() -> str:
    """Of two connections the later has the greater name: a page takes a lesser one for a thing of the past."""
    return f"{time.time_ns() // 1_000_000:013d}-{new_id()}"


def _server(server: IceServer) -> RTCIceServer:
    return RTCIceServer(urls=server.urls, username=server.username, credential=server.credential)
