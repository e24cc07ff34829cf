"""The headers of every answer, whoever makes it (A16, A41, A50)."""

from collections.abc import Awaitable, Callable

from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

from chevet.config import Config

OF_PAGES = {"Permissions-Policy", "Cross-Origin-Opener-Policy"}
"""Browsers heed these on documents only; in the answer to `peek`, bytes count."""


def protective_headers(config: Config) -> dict[str, str]:
    """No referrer, no guessing of types, no framing or reading by others, camera for ourselves alone."""
    headers = {
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Permissions-Policy": "camera=(self), microphone=(self), geolocation=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
    if config.is_https:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers


def header_adder(config: Config) -> Callable[[Message, Scope], Awaitable[None]]:
    """A before-send hook: what a route has set stays."""
    headers = protective_headers(config)

    async def add_headers(message: Message, scope: Scope) -> None:  # noqa: ARG001 - the hook's signature
        if message["type"] == "http.response.start":
            answer = MutableScopeHeaders.from_message(message)
            is_page = answer.get("Content-Type", "").startswith("text/html")
            for name, value in headers.items():
                if name not in answer and (is_page or name not in OF_PAGES):
                    answer[name] = value

    return add_headers
