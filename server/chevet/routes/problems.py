"""The only place where errors become HTTP answers and close codes."""

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from chevet.actions.take_seat import Replaced
from chevet.errors import Busy, ChevetError, Gone, NotAllowed, NotAuthenticated, TooManyRequests
from chevet.protocol import CloseCode, ProblemView

log = structlog.get_logger()

PROBLEM_JSON = "application/problem+json"
"""RFC 9457."""


def expected(_: Request, error: ChevetError) -> Response[bytes]:
    """An error that we raised on purpose."""
    retry = error.retry_after_s if isinstance(error, TooManyRequests | Busy) else None
    return problem(
        ProblemView(
            code=error.code, status=error.status, detail=error.detail, field=error.field, retry_after_s=retry
        )
    )


def refused_by_framework(_: Request, error: HTTPException) -> Response[bytes]:
    """Unknown path, wrong method, body that does not decode."""
    if isinstance(error, ValidationException) or error.status_code == 400:
        detail = "; ".join(f"{e.get('key', 'body')}: {e.get('message', '')}" for e in _details(error))
        return problem(ProblemView(code="bad-request", status=400, detail=detail or error.detail))
    codes = {404: "not-found", 405: "method-not-allowed", 413: "too-large", 401: "not-signed-in"}
    return problem(ProblemView(code=codes.get(error.status_code, "refused"), status=error.status_code))


def too_deep(_: Request, __: RecursionError) -> Response[bytes]:
    """A body nested beyond reason (A24)."""
    return problem(ProblemView(code="bad-request", status=400, detail="nested too deeply"))


def _details(error: HTTPException) -> list[dict[str, str]]:
    extra = error.extra
    return [entry for entry in extra if isinstance(entry, dict)] if isinstance(extra, list) else []


def unexpected(request: Request, error: Exception) -> Response[bytes]:
    """A defect of ours: told in the log, never on the wire."""
    log.error("defect", path=request.scope["path"], error=type(error).__name__, exc_info=error)
    return problem(ProblemView(code="defect", status=500, detail="our fault; it has been noted"))


def problem(view: ProblemView) -> Response[bytes]:
    headers = {"Cache-Control": "no-store"}
    if view.retry_after_s is not None:
        headers["Retry-After"] = str(view.retry_after_s)
    return Response(
        msgspec.json.encode(view), status_code=view.status, media_type=PROBLEM_JSON, headers=headers
    )


def close_code(error: ChevetError) -> int:
    """What a socket is closed with."""
    for kind, code in (
        (Replaced, CloseCode.REPLACED),
        (Gone, CloseCode.OVER),
        (NotAuthenticated, CloseCode.NOT_AUTHENTICATED),
        (NotAllowed, CloseCode.NOT_ALLOWED),
        (TooManyRequests, CloseCode.TOO_MANY),
    ):
        if isinstance(error, kind):
            return code
    return CloseCode.BAD_MESSAGE
