"""The one socket: hello, then messages both ways until it breaks (docs/protocol.md)."""

import asyncio

import msgspec
from litestar import WebSocket, websocket
from litestar.di import NamedDependency
from litestar.exceptions import WebSocketDisconnect

from chevet.actions.catch_up import catch_up
from chevet.actions.parts import Parts
from chevet.actions.receive_message import receive_message
from chevet.actions.take_seat import check_seat
from chevet.actions.view_invitation import view_ice_servers
from chevet.errors import ChevetError, InvalidInput, NotAllowed, TooManyRequests
from chevet.limits import Limit
from chevet.model.seats import SeatClaim
from chevet.protocol import (
    MAX_MESSAGE_BYTES,
    Ack,
    CloseCode,
    Confirmed,
    FromClient,
    Hello,
    Ping,
    Pong,
    Refused,
    SeatRole,
    Welcome,
)
from chevet.rooms.frames import FrameGate
from chevet.rooms.link import Link
from chevet.rooms.rooms import OTHER
from chevet.routes.problems import close_code

HELLO_TIMEOUT_S = 5
SILENCE_S = 150
"""A page pings every 10 s, once a minute in the background. A browser whose page says nothing for longer is stuck; one
that is gone is noticed sooner, by the pings of the socket itself (F6, serving.py)."""
MESSAGES_PER_S = 50
BURST = 200
"""A25. A burst of candidates is normal, a stream of them is not."""

decode = msgspec.json.Decoder(FromClient).decode
encode = msgspec.json.Encoder().encode


@websocket("/api/socket")
async def seat_socket(socket: WebSocket, parts: NamedDependency[Parts]) -> None:
    await socket.accept()
    try:
        async with asyncio.timeout(HELLO_TIMEOUT_S):
            hello = _decoded(await _receive(socket))
        if not isinstance(hello, Hello):
            raise InvalidInput("hello-first", "the first message is `hello`")
        claim = await check_seat(parts, hello.token)
    except TimeoutError:
        await socket.close(CloseCode.HELLO_TIMEOUT)
    except WebSocketDisconnect:
        return
    except ChevetError as error:
        await socket.close(close_code(error), error.code)
    else:
        await _serve(socket, parts, claim, hello)


async def _serve(socket: WebSocket, parts: Parts, claim: SeatClaim, hello: Hello) -> None:
    """Seat the page, then read it and write to it until either side ends."""
    role = SeatRole(claim.role)
    link = Link(socket.send_text, socket.send_bytes, socket.close, session_id=claim.session_id)
    resumed = parts.rooms.take_seat(claim.encounter_id, role, link, hello.epoch, hello.last_seq)
    link.send(encode(_welcome(parts, claim, role, resumed=resumed)))
    parts.rooms.room(claim.encounter_id).seat(role).replay()
    writer = asyncio.create_task(link.write())
    reader = asyncio.create_task(_read(socket, parts, claim, link, resumed=resumed))
    try:
        await asyncio.wait({writer, reader}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (writer, reader):
            task.cancel()
        await asyncio.gather(writer, reader, return_exceptions=True)
        parts.rooms.leave(claim.encounter_id, role, link)


def _welcome(parts: Parts, claim: SeatClaim, role: SeatRole, *, resumed: bool) -> Welcome:
    room = parts.rooms.room(claim.encounter_id)
    return Welcome(
        epoch=room.seat(role).epoch,
        role=role,
        resumed=resumed,
        peer_present=room.is_present(OTHER[role]),
        ice_servers=view_ice_servers(parts, claim.encounter_id, role),
        version=parts.version,
    )


async def _read(socket: WebSocket, parts: Parts, claim: SeatClaim, link: Link, *, resumed: bool) -> None:
    """One message after the other, until the page goes away, falls silent or misbehaves."""
    allowance = Limit(BURST, BURST / MESSAGES_PER_S, parts.clock)
    gate = FrameGate(parts.clock)
    seat = parts.rooms.room(claim.encounter_id).seat(SeatRole(claim.role))
    try:
        await catch_up(parts, claim, resumed=resumed)
        while True:
            async with asyncio.timeout(SILENCE_S):
                data = await _receive(socket)
            if isinstance(data, bytes):
                _show_frame(parts, claim, link, gate, data)
                await asyncio.sleep(0)  # many frames read at once: her writer takes each before the next
                continue
            allowance.spend("socket")
            match message := _decoded(data):
                case Ping():
                    link.send(encode(Pong(last=seat.seq)))
                case Ack(seq=seq):
                    seat.acknowledge(seq)
                case Hello():
                    raise InvalidInput("hello-twice", "`hello` comes once")
                case _:
                    await receive_message(parts, claim, message)
                    link.send(encode(Confirmed(id=message.id)))
    except WebSocketDisconnect:
        return
    except TimeoutError:
        await socket.close(CloseCode.HELLO_TIMEOUT)
    except ChevetError as error:
        if not isinstance(error, TooManyRequests):
            await socket.send_data(encode(Refused(id=None, code=error.code)))
        await socket.close(close_code(error), error.code)


def _show_frame(parts: Parts, claim: SeatClaim, link: Link, gate: FrameGate, data: bytes) -> None:
    """Hand a frame to the dispatcher, or drop it. Raises NotAllowed (A20), TooManyRequests for a flood (A25)."""
    if claim.role != SeatRole.CALLER:
        raise NotAllowed("message-not-yours", f"a {claim.role} sends no frames")
    try:
        is_admitted = gate.admit(data)
    except InvalidInput as refused:
        if gate.may_complain():
            link.send(encode(Refused(id=None, code=refused.code)))
    else:
        if is_admitted:
            parts.rooms.show_frame(claim.encounter_id, data)


async def _receive(socket: WebSocket) -> str | bytes:
    event = await socket.receive()
    if event["type"] != "websocket.receive":
        raise WebSocketDisconnect(detail="the page is gone")
    text = event.get("text")
    return event.get("bytes") or b"" if text is None else text


def _decoded(text: str | bytes) -> FromClient:
    """Raises InvalidInput for what does not decode."""
    if isinstance(text, bytes):
        raise InvalidInput("message-unreadable", "binary messages are frames, and come after `hello`")
    if len(text) > MAX_MESSAGE_BYTES:
        raise InvalidInput("message-too-big", f"at most {MAX_MESSAGE_BYTES} bytes")
    try:
        return decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InvalidInput("message-unreadable", str(error)) from error
