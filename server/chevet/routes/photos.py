"""Photos: sent by the caller's page in parts, seen by the dispatchers of the service."""

from litestar import Request, Response, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from chevet.actions.parts import Parts
from chevet.actions.receive_photo import receive_part
from chevet.actions.take_seat import check_seat
from chevet.actions.view_photo import list_photos, view_photo
from chevet.model.people import Module
from chevet.protocol import Id, PhotoProgress, PhotosView
from chevet.routes.guards import may_open

IMAGE_HEADERS = {
    "Content-Disposition": 'inline; filename="photo.jpg"',
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Whatever the bytes are, a browser shows an image or nothing (A37)."""


@put("/api/join/photos/{photo_id:str}", status_code=200)
async def put_photo(
    request: Request,
    photo_id: FromPath[Id],
    offset: FromQuery[int],
    total: FromQuery[int],
    parts: NamedDependency[Parts],
) -> Response[PhotoProgress]:
    """One part of a photo. `Authorization: Bearer` and the seat token of the caller."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    claim = await check_seat(parts, token)
    received, fits = await receive_part(parts, claim, photo_id, offset, total, await request.body())
    return Response(PhotoProgress(received=received), status_code=200 if fits else 409)


@get("/api/encounters/{encounter_id:str}/photos")
async def get_photos(
    request: Request, encounter_id: FromPath[str], parts: NamedDependency[Parts]
) -> PhotosView:
    """All photos of an encounter: also for a page that was loaded again."""
    account, _ = await may_open(request, parts, Module.DISPATCH)
    return await list_photos(parts, account, encounter_id)


@get("/api/encounters/{encounter_id:str}/photos/{photo_id:str}")
async def get_photo(
    request: Request, encounter_id: FromPath[str], photo_id: FromPath[Id], parts: NamedDependency[Parts]
) -> Response[bytes]:
    """« Photo nette »: a JPEG without metadata."""
    account, _ = await may_open(request, parts, Module.DISPATCH)
    jpeg = await view_photo(parts, account, encounter_id, photo_id)
    return Response(jpeg, media_type="image/jpeg", headers=IMAGE_HEADERS)
