"""Page B: invitations, hanging up, incidents."""

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from chevet.actions.end_encounter import cancel, finish
from chevet.actions.invite import invite, resend
from chevet.actions.parts import Parts
from chevet.actions.report_incident import report_incident
from chevet.actions.view_invitation import current_invitation
from chevet.model.people import Module
from chevet.protocol import CurrentInvitation, IncidentReport, InvitationRequest, InvitationView
from chevet.routes.guards import may_open, signed_in


@post("/api/invitations", status_code=201)
async def post_invitation(
    request: Request, data: JSONBody[InvitationRequest], parts: NamedDependency[Parts]
) -> InvitationView:
    """« Lancer l'invitation » (S47, S48)."""
    account, session = await may_open(request, parts, Module.DISPATCH)
    return await invite(parts, account, session, data)


@get("/api/invitations/current")
async def get_current_invitation(request: Request, parts: NamedDependency[Parts]) -> CurrentInvitation:
    """What a reloaded page B goes on with."""
    account, session = await may_open(request, parts, Module.DISPATCH)
    return CurrentInvitation(invitation=await current_invitation(parts, account, session))


@post("/api/invitations/{invitation_id:str}/resend", status_code=200)
async def post_resend(
    request: Request,
    invitation_id: FromPath[str],
    data: JSONBody[InvitationRequest],
    parts: NamedDependency[Parts],
) -> InvitationView:
    """« Renvoyer », to the same or to corrected addresses."""
    account, session = await may_open(request, parts, Module.DISPATCH)
    return await resend(parts, account, session, invitation_id, data)


@post("/api/invitations/{invitation_id:str}/cancel", status_code=204)
async def post_cancel(request: Request, invitation_id: FromPath[str], parts: NamedDependency[Parts]) -> None:
    """« Annuler »."""
    account, _ = await may_open(request, parts, Module.DISPATCH)
    await cancel(parts, account, invitation_id)


@post("/api/encounters/{encounter_id:str}/finish", status_code=204)
async def post_finish(request: Request, encounter_id: FromPath[str], parts: NamedDependency[Parts]) -> None:
    """« Raccrocher » (S58), of one's own: in a téléconsultation too."""
    account, _ = await signed_in(request, parts)
    await finish(parts, account, encounter_id)


@post("/api/incidents", status_code=204)
async def post_incident(
    request: Request, data: JSONBody[IncidentReport], parts: NamedDependency[Parts]
) -> None:
    """« Signaler un incident » (S60-S62)."""
    account, _ = await signed_in(request, parts)
    await report_incident(parts, account, data)
