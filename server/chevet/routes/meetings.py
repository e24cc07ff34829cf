"""Téléconsultations under way: the practitioner's seat, guests, what was answered before the call."""

from litestar import Request, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from chevet.actions.answer_intake import decide_intake, read_intake
from chevet.actions.invite_guest import invite_guest
from chevet.actions.parts import Parts
from chevet.actions.view_traces import view_traces
from chevet.model.people import Module
from chevet.protocol import GuestRequest, GuestView, IntakeDecision, IntakeView, TracesView
from chevet.routes.guards import may_open


@post("/api/encounters/{encounter_id:str}/participants", status_code=201)
async def post_guest(
    request: Request,
    encounter_id: FromPath[str],
    data: JSONBody[GuestRequest],
    parts: NamedDependency[Parts],
) -> GuestView:
    """« Inviter un participant »."""
    account, _ = await may_open(request, parts, Module.TELECONSULTATION)
    return await invite_guest(parts, account, encounter_id, data)


@get("/api/encounters/{encounter_id:str}/intake")
async def get_intake(
    request: Request, encounter_id: FromPath[str], parts: NamedDependency[Parts]
) -> IntakeView:
    account, _ = await may_open(request, parts, Module.TELECONSULTATION)
    return await read_intake(parts, account, encounter_id)


@put("/api/encounters/{encounter_id:str}/intake")
async def put_intake(
    request: Request,
    encounter_id: FromPath[str],
    data: JSONBody[IntakeDecision],
    parts: NamedDependency[Parts],
) -> IntakeView:
    """Identity checked, fit or not for a consultation from afar (R5, R6)."""
    account, _ = await may_open(request, parts, Module.TELECONSULTATION)
    return await decide_intake(parts, account, encounter_id, data)


@get("/api/encounters/{encounter_id:str}/timeline")
async def get_timeline(
    request: Request, encounter_id: FromPath[str], parts: NamedDependency[Parts]
) -> TracesView:
    """What noted itself (R8)."""
    account, _ = await may_open(request, parts, Module.TELECONSULTATION)
    return await view_traces(parts, account, encounter_id)
