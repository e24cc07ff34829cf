"""« Mes téléconsultations »: the agenda, and what is done with an appointment. One's own only (A19)."""

from typing import Annotated, Literal

from litestar import Request, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from chevet.actions.book_visit import book, book_at_once
from chevet.actions.cancel_visit import cancel, say_noshow
from chevet.actions.change_visit import change, give_record, resend
from chevet.actions.enter_meeting import take_own_seat
from chevet.actions.parts import Parts
from chevet.actions.view_appointment import view_agenda, view_own
from chevet.model.people import Module
from chevet.protocol import (
    AgendaView,
    AppointmentRequest,
    AppointmentView,
    CancelRequest,
    ImmediateRequest,
    MeetingSeatView,
    RecordRequest,
)
from chevet.routes.guards import may_open

MODULE = Module.TELECONSULTATION


@get("/api/appointments")
async def get_agenda(
    request: Request,
    parts: NamedDependency[Parts],
    since: Annotated[int | None, QueryParameter(name="from")] = None,
    until: Annotated[int | None, QueryParameter(name="to")] = None,
    status: Annotated[list[str] | None, QueryParameter()] = None,
    search: Annotated[str, QueryParameter(max_length=100)] = "",
    order: Annotated[Literal["time", "newest"], QueryParameter()] = "time",
    after: Annotated[str | None, QueryParameter(max_length=100)] = None,
) -> AgendaView:
    """« Mes téléconsultations » (S32). `search`: a name's first letters, three at most, or a birth date, or both."""
    account, session = await may_open(request, parts, MODULE)
    return await view_agenda(
        parts,
        account,
        session,
        since=since,
        until=until,
        status=status or [],
        search=search,
        newest_first=order == "newest",
        after=after,
    )


@post("/api/appointments", status_code=201)
async def post_appointment(
    request: Request, data: JSONBody[AppointmentRequest], parts: NamedDependency[Parts]
) -> AppointmentView:
    """« Nouveau rendez-vous » (S21)."""
    account, _ = await may_open(request, parts, MODULE)
    return await book(parts, account, data)


@post("/api/appointments/immediate", status_code=201)
async def post_immediate(
    request: Request, data: JSONBody[ImmediateRequest], parts: NamedDependency[Parts]
) -> AppointmentView:
    """« Téléconsultation immédiate »: a number, « Appeler » (S18)."""
    account, _ = await may_open(request, parts, MODULE)
    return await book_at_once(parts, account, data)


@get("/api/appointments/{appointment_id:str}")
async def get_appointment(
    request: Request, appointment_id: FromPath[str], parts: NamedDependency[Parts]
) -> AppointmentView:
    """One appointment, with its QR code."""
    account, _ = await may_open(request, parts, MODULE)
    return await view_own(parts, account, appointment_id)


@put("/api/appointments/{appointment_id:str}")
async def put_appointment(
    request: Request,
    appointment_id: FromPath[str],
    data: JSONBody[AppointmentRequest],
    parts: NamedDependency[Parts],
) -> AppointmentView:
    """Move or change it."""
    account, _ = await may_open(request, parts, MODULE)
    return await change(parts, account, appointment_id, data)


@post("/api/appointments/{appointment_id:str}/cancel", status_code=200)
async def post_cancel_appointment(
    request: Request,
    appointment_id: FromPath[str],
    data: JSONBody[CancelRequest],
    parts: NamedDependency[Parts],
) -> AppointmentView:
    """« Annuler le rendez-vous »."""
    account, _ = await may_open(request, parts, MODULE)
    return await cancel(parts, account, appointment_id, data)


@post("/api/appointments/{appointment_id:str}/resend", status_code=200)
async def post_resend_appointment(
    request: Request, appointment_id: FromPath[str], parts: NamedDependency[Parts]
) -> AppointmentView:
    """« Renvoyer le lien »."""
    account, _ = await may_open(request, parts, MODULE)
    return await resend(parts, account, appointment_id)


@post("/api/appointments/{appointment_id:str}/noshow", status_code=200)
async def post_noshow(
    request: Request, appointment_id: FromPath[str], parts: NamedDependency[Parts]
) -> AppointmentView:
    """« Patient absent »."""
    account, _ = await may_open(request, parts, MODULE)
    return await say_noshow(parts, account, appointment_id)


@post("/api/appointments/{appointment_id:str}/seat", status_code=200)
async def post_seat(
    request: Request, appointment_id: FromPath[str], parts: NamedDependency[Parts]
) -> MeetingSeatView:
    """« Entrer »: the practitioner's own seat."""
    account, session = await may_open(request, parts, MODULE)
    token, participant_id = await take_own_seat(parts, account, session, appointment_id)
    appointment = await view_own(parts, account, appointment_id)
    return MeetingSeatView(seat_token=token, participant_id=participant_id, appointment=appointment)


@post("/api/appointments/{appointment_id:str}/record", status_code=200)
async def post_record(
    request: Request,
    appointment_id: FromPath[str],
    data: JSONBody[RecordRequest],
    parts: NamedDependency[Parts],
) -> AppointmentView:
    """An immediate visit gets its record."""
    account, _ = await may_open(request, parts, MODULE)
    return await give_record(parts, account, appointment_id, data)
