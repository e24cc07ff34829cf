"""Who is asking: origin, session cookie, address. Sockets too, which the framework's own checks leave out (A23)."""

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from chevet.actions.parts import Parts
from chevet.actions.sign_in import session_id
from chevet.config import Config
from chevet.errors import NotAllowed, NotAuthenticated
from chevet.model.people import MODULES_BY_ROLE, Account, Module
from chevet.model.records import Session
from chevet.store import Tx, sessions

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
TOUCH_EVERY_S = 60
"""A session's last use is written at most once a minute."""


def cookie_name(config: Config) -> str:
    """`__Host-` ties the cookie to this host over TLS; browsers refuse that prefix on plain-http localhost."""
    return "__Host-chevet" if config.is_https else "chevet"


def session_cookie(config: Config, token: str | None) -> Cookie:
    """The cookie that holds a session; None removes it."""
    return Cookie(
        key=cookie_name(config),
        value=token or "",
        path="/",
        secure=config.is_https,
        httponly=True,
        samesite="lax",
        max_age=config.sessions.absolute_s if token else 0,
    )


def client_address(connection: ASGIConnection) -> str:
    """The peer's address; a proxy's word for it only when that proxy is trusted (the server sees to it, A1)."""
    return connection.client.host if connection.client else "unknown"


async def signed_in(connection: ASGIConnection, parts: Parts) -> tuple[Account, Session]:
    """The account behind the cookie. Raises NotAuthenticated."""
    token = connection.cookies.get(cookie_name(parts.config))
    if not token:
        raise NotAuthenticated("not-signed-in", "sign in first")
    now = parts.clock()
    hashed = session_id(parts, token)
    found = await parts.store.read(lambda tx: sessions.with_account(tx, hashed))
    if found is None or min(found[0].expires_at, found[0].last_seen_at + parts.config.sessions.idle_s) <= now:
        raise NotAuthenticated("session-over", "sign in again")
    session, account = found
    if now - session.last_seen_at > TOUCH_EVERY_S:
        await parts.store.run(lambda tx: _touch(tx, hashed, now))
    return account, session


def _touch(tx: Tx, session_hash: str, now: float) -> None:
    for session in tx.find(Session, id=session_hash, limit=1):
        session.last_seen_at = now
        tx.update(session)


async def may_open(request: Request, parts: Parts, module: Module) -> tuple[Account, Session]:
    """The account, when its role opens `module`. Raises NotAuthenticated, NotAllowed."""
    account, session = await signed_in(request, parts)
    if module not in MODULES_BY_ROLE[account.role]:
        raise NotAllowed("module-not-yours", "this account does not open this module")
    return account, session


class OriginGuard:
    """ASGI middleware: a change or a socket must come from our own pages (A23, A49).

    Browsers send Origin with both. A request without Origin is let through only when it brings no cookie:
    a robot or an operator's webhook, never a browser acting for somebody.
    """

    def __init__(self, app: ASGIApp, *, origin: str, cookie: str) -> None:
        self._app = app
        self._origin = origin.encode()
        self._cookie = f"{cookie}=".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._is_refused(scope):
            if scope["type"] == "websocket":
                await receive()
                await send({"type": "websocket.close", "code": 4403, "reason": ""})
            else:
                await _refuse(send)
            return
        await self._app(scope, receive, send)

    def _is_refused(self, scope: Scope) -> bool:
        if scope["type"] == "http" and scope["method"] in SAFE_METHODS:
            return False
        headers = dict(scope["headers"])
        origin = headers.get(b"origin")
        if origin is None:
            return scope["type"] == "websocket" or self._cookie in headers.get(b"cookie", b"")
        return origin != self._origin


async def _refuse(send: Send) -> None:
    start: Message = {
        "type": "http.response.start",
        "status": 403,
        "headers": [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store")],
    }
    await send(start)
    body = b'{"code":"origin","status":403,"detail":"this must come from our own pages"}'
    await send({"type": "http.response.body", "body": body, "more_body": False})
