"""Liveness and readiness, for whatever watches over the process (F47), and a page for who looks after it (F13).

The front lets nobody else see them (deploy/nginx.conf).
"""

from typing import Literal

from litestar import Request, Response, get
from litestar.di import NamedDependency
from msgspec import Struct

from chevet.actions.parts import Parts
from chevet.adapters.turn_probe import TurnReport
from chevet.routes.health_page import CONTENT_SECURITY_POLICY, health_page
from chevet.routes.pages import preferred_language
from chevet.store import Tx


class Readiness(Struct, frozen=True):
    """`turn` is a warning: without a relay most calls work all the same, so it makes nobody unready."""

    status: Literal["ready", "not-ready"]
    store: str
    """`ok`, or the name of the error."""
    turn: TurnReport


@get("/health/live")
async def get_live() -> dict[str, str]:
    """The event loop turns."""
    return {"status": "live"}


@get("/health/ready")
async def get_ready(parts: NamedDependency[Parts]) -> Response[Readiness]:
    """What this process needs is there: its store takes a transaction. What is known of the relay stands beside."""
    readiness = await _readiness(parts)
    return Response(readiness, status_code=200 if readiness.status == "ready" else 503)


@get("/health/page")
async def get_health_page(request: Request, parts: NamedDependency[Parts]) -> Response[str]:
    """The same for people: what works, what does not, why, and what to do."""
    readiness = await _readiness(parts)
    language = preferred_language(request.headers.get("accept-language", ""))
    return Response(
        health_page(parts, language, store_works=readiness.status == "ready"),
        media_type="text/html",
        headers={"Content-Security-Policy": CONTENT_SECURITY_POLICY, "Content-Language": language},
    )


async def _readiness(parts: Parts) -> Readiness:
    try:
        await parts.store.run(_touch)
    except Exception as error:  # noqa: BLE001 - whatever it is, we are not ready
        return Readiness("not-ready", type(error).__name__, parts.turn.last)
    return Readiness("ready", "ok", parts.turn.last)


def _touch(tx: Tx) -> None:
    tx.query("select 1 as one")
