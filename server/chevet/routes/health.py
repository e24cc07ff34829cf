"""Liveness and readiness, for whatever watches over the process (F47)."""

from litestar import Response, get
from litestar.di import NamedDependency

from chevet.actions.parts import Parts
from chevet.store import Tx


@get("/health/live")
async def get_live() -> dict[str, str]:
    """The event loop turns."""
    return {"status": "live"}


@get("/health/ready")
async def get_ready(parts: NamedDependency[Parts]) -> Response[dict[str, str]]:
    """What this process needs is there: its store takes a transaction."""
    try:
        await parts.store.run(_touch)
    except Exception as error:  # noqa: BLE001 - whatever it is, we are not ready
        return Response({"status": "not-ready", "store": type(error).__name__}, status_code=503)
    return Response({"status": "ready", "store": "ok"})


def _touch(tx: Tx) -> None:
    tx.query("select 1 as one")
