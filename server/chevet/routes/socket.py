"""The one socket: hello, then messages both ways until it breaks (docs/protocol.md)."""

import asyncio

import msgspec
from litestar import WebSocket, websocket
from litestar.di import NamedDependency
from litestar.exceptions import WebSocketDisconnect

from chevet.actions.catch_up import catch_up
from chevet.actions.parts import Parts
from chevet.actions.receive_message import Message, receive_message
from chevet.actions.take_seat import check_seat, sit_down, stand_up
from chevet.errors import ChevetError, Conflict, InvalidInput, NotAllowed, TooManyRequests
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
)
from chevet.rooms.frames import FrameGate
from chevet.rooms.link import Link
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
    link = Link(socket.send_text, socket.send_bytes, socket.close, session_id=claim.session_id)
    claim, welcome = await sit_down(parts, claim, link, hello)
    link.send(encode(welcome))
    seat = parts.rooms.room(claim.encounter_id).seat(claim.seat)
    seat.replay()
    writer = asyncio.create_task(link.write())
    reader = asyncio.create_task(_read(socket, parts, claim, link, hello, resumed=welcome.resumed))
    try:
        await asyncio.wait({writer, reader}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        async with seat.turn:  # cut in the midst, a step would be written down and told to nobody (F8)
            reader.cancel()
        writer.cancel()
        await asyncio.gather(writer, reader, return_exceptions=True)
        await stand_up(parts, claim, link)


async def _read(
    socket: WebSocket, parts: Parts, claim: SeatClaim, link: Link, hello: Hello, *, resumed: bool
) -> None:
    """One message after the other, until the page goes away, falls silent or misbehaves."""
    allowance = Limit(BURST, BURST / MESSAGES_PER_S, parts.clock)
    gate = FrameGate(parts.clock)
    seat = parts.rooms.room(claim.encounter_id).seat(claim.seat)
    try:
        async with seat.turn:
            await catch_up(parts, claim, resumed=resumed, fresh=hello.epoch is None)
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
                    link.send(encode(await _answer(parts, claim, message)))
    except WebSocketDisconnect:
        return
    except TimeoutError:
        await socket.close(CloseCode.HELLO_TIMEOUT)
    except ChevetError as error:
        if not isinstance(error, TooManyRequests):
            await socket.send_data(encode(Refused(id=None, code=error.code)))
        await socket.close(close_code(error), error.code)


async def _answer(parts: Parts, claim: SeatClaim, message: Message) -> Confirmed | Refused:
    """What the state of things does not allow just now is refused, and the page stays (Conflict)."""
    try:
        await receive_message(parts, claim, message)
    except Conflict as refused:
        return Refused(id=message.id, code=refused.code)
    return Confirmed(id=message.id)


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
