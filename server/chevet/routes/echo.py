"""« Tester mon matériel »: the echo test before a call, at any time from the invitation on."""

from litestar import Request, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from chevet.actions.parts import Parts
from chevet.actions.try_equipment import close_echo, open_echo, take_place, view_echo
from chevet.protocol import EchoAnswer, EchoOffer, EchoPlace, EchoRequest, EchoView
from chevet.routes.guards import signed_in


@post("/api/join/echo", status_code=201)
async def post_echo(
    request: Request, data: JSONBody[EchoRequest], parts: NamedDependency[Parts]
) -> EchoPlace:
    """A place in the echo test; 503 `echo-busy` with `retryAfterS` when all are taken (F43)."""
    account_id = None
    if not data.token and not data.seat_token:
        account_id = (await signed_in(request, parts))[0].id
    return await take_place(parts, data, account_id)


@put("/api/join/echo/{echo_id:str}")
async def put_echo(
    echo_id: FromPath[str], data: JSONBody[EchoOffer], parts: NamedDependency[Parts]
) -> EchoAnswer:
    """The browser's offer; picture and sound come back through the answer."""
    return await open_echo(parts, echo_id, data.sdp)


@get("/api/join/echo/{echo_id:str}")
async def get_echo(echo_id: FromPath[str], parts: NamedDependency[Parts]) -> EchoView:
    """How it goes, then the verdict."""
    return view_echo(parts, echo_id)


@delete("/api/join/echo/{echo_id:str}")
async def delete_echo(echo_id: FromPath[str], parts: NamedDependency[Parts]) -> None:
    """Done before its time: what came so far is judged."""
    close_echo(parts, echo_id)
