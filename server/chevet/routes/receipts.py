"""Delivery receipts that SMS operators post to us."""

from litestar import HttpMethod, Request, Response, route
from litestar.di import NamedDependency
from litestar.params import FromPath

from chevet.actions.note_receipt import note_receipt
from chevet.actions.parts import Parts


@route("/hooks/sms/{secret:str}", http_method=[HttpMethod.POST, HttpMethod.GET], status_code=204)
async def take_sms_receipt(
    request: Request, secret: FromPath[str], parts: NamedDependency[Parts]
) -> Response[None]:
    """The last part of the address is our secret; some operators sign besides, OVH asks by GET."""
    await note_receipt(parts, secret, dict(request.headers), dict(request.query_params), await request.body())
    return Response(None, status_code=204)
