"""Sign-in, sign-out, who am I, what is this installation."""

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from chevet.actions.parts import Parts
from chevet.actions.sign_in import finish_sign_in, sign_out, start_sign_in
from chevet.model.locales import LANGUAGES
from chevet.model.people import MODULES_BY_ROLE, Account, Organization
from chevet.protocol import InstanceView, SessionView, SignInChallenge, SignInCode, SignInRequest
from chevet.routes.guards import client_address, session_cookie, signed_in


@get("/api/instance")
async def get_instance(parts: NamedDependency[Parts]) -> InstanceView:
    """What anybody may know of this installation."""
    return InstanceView(
        demo=parts.is_demo, version=parts.version, languages=list(LANGUAGES), contact=parts.config.contact
    )


@post("/api/sign-in", status_code=200)
async def post_sign_in(
    request: Request, data: JSONBody[SignInRequest], parts: NamedDependency[Parts]
) -> SignInChallenge:
    """« Recevoir mon code »."""
    return await start_sign_in(parts, data, client_address(request))


@post("/api/sign-in/code", status_code=200)
async def post_sign_in_code(
    request: Request, data: JSONBody[SignInCode], parts: NamedDependency[Parts]
) -> Response[SessionView]:
    """« Se connecter ».."""
    token, account = await finish_sign_in(parts, data, client_address(request))
    view = await _view(parts, account)
    return Response(view, cookies=[session_cookie(parts.config, token)])


@post("/api/sign-out", status_code=204)
async def post_sign_out(request: Request, parts: NamedDependency[Parts]) -> Response[None]:
    account, session = await signed_in(request, parts)
    await sign_out(parts, session, account.username, client_address(request))
    headers = {"Clear-Site-Data": '"cache", "storage"'}
    return Response(None, status_code=204, cookies=[session_cookie(parts.config, None)], headers=headers)


@get("/api/session")
async def get_session(request: Request, parts: NamedDependency[Parts]) -> SessionView:
    account, _ = await signed_in(request, parts)
    return await _view(parts, account)


async def _view(parts: Parts, account: Account) -> SessionView:
    organization = await parts.store.read(lambda tx: tx.get(Organization, account.organization_id))
    return SessionView(
        username=account.username,
        display_name=account.display_name,
        role=account.role,
        organization_name=organization.name,
        modules=list(MODULES_BY_ROLE[account.role]),
        demo=parts.is_demo,
        version=parts.version,
    )
