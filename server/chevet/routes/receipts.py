"""Delivery receipts that SMS operators post to us."""

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from chevet.actions.note_receipt import note_receipt
from chevet.actions.parts import Parts


@post("/hooks/sms/{secret:str}", status_code=204)
async def post_sms_receipt(
    request: Request, secret: FromPath[str], parts: NamedDependency[Parts]
) -> Response[None]:
    """The last part of the address is the secret of the configuration; some operators sign besides."""
    await note_receipt(parts, secret, dict(request.headers), dict(request.query_params), await request.body())
    return Response(None, status_code=204)
