"""Behind the link. POST only: opening the address never does anything (A15)."""

from litestar import Request, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from chevet.actions.answer_intake import answer_intake
from chevet.actions.invite_camera import invite_camera
from chevet.actions.parts import Parts
from chevet.actions.receive_message import receive_message
from chevet.actions.redeem import enter, peek
from chevet.actions.take_seat import check_seat
from chevet.protocol import (
    CameraRequest,
    DoorRequest,
    EnterRequest,
    GuestView,
    IntakeAnswer,
    JoinMessages,
    PeekView,
    SeatView,
)
from chevet.routes.guards import client_address


@post("/api/join/peek", status_code=200)
async def post_peek(request: Request, data: JSONBody[DoorRequest], parts: NamedDependency[Parts]) -> PeekView:
    return await peek(parts, data, client_address(request))


@post("/api/join/enter", status_code=200)
async def post_enter(data: JSONBody[EnterRequest], parts: NamedDependency[Parts]) -> SeatView:
    return await enter(parts, data)


@post("/api/join/messages", status_code=204)
async def post_messages(data: JSONBody[JoinMessages], parts: NamedDependency[Parts]) -> None:
    claim = await check_seat(parts, data.seat_token)
    for message in data.messages:
        await receive_message(parts, claim, message)


@post("/api/join/intake", status_code=204)
async def post_intake(data: JSONBody[IntakeAnswer], parts: NamedDependency[Parts]) -> None:
    """Information and consent, place, call-back number, who is beside the patient (R4 to R7)."""
    claim = await check_seat(parts, data.seat_token)
    await answer_intake(parts, claim, data)


@post("/api/join/camera", status_code=201)
async def post_camera(data: JSONBody[CameraRequest], parts: NamedDependency[Parts]) -> GuestView:
    """« Ajouter une caméra »: the doors of a second telephone, shown beside the patient."""
    claim = await check_seat(parts, data.seat_token)
    return await invite_camera(parts, claim)
