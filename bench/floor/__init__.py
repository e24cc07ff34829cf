"""The floor: the smallest honest pages that do what Chevet's do over bare WebRTC, and a bare relay.

Two orders of doing things. "naive": page, external script, WebSocket, camera, then the guest offers. "fast":
the host's offer lies in the HTML, the answer goes by POST on the page's own connection. A raw ASGI
application for uvicorn: `uvicorn bench.floor:app`. `FLOOR_ICE` holds the ICE servers as JSON.
"""

import gzip
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

HERE = Path(__file__).parent
PAGES = frozenset({"naive", "naive-host", "fast", "fast-host"})
SCRIPT = "naive.js"
NO_OFFER = "null"

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


class Room:
    """The two sides' sockets, and the host's offer."""

    def __init__(self) -> None:
        self.sockets: dict[str, Send] = {}
        self.offer = NO_OFFER

    async def tell(self, side: str, text: str) -> None:
        if side in self.sockets:
            await self.sockets[side]({"type": "websocket.send", "text": text})


rooms: dict[str, Room] = {}


async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """ASGI: pages, the guest's POST, and the relaying socket."""
    if scope["type"] == "lifespan":
        while True:
            event = await receive()
            await send({"type": event["type"] + ".complete"})
            if event["type"] == "lifespan.shutdown":
                return
    query = {name: values[0] for name, values in parse_qs(scope["query_string"].decode()).items()}
    room = rooms.setdefault(query.get("room", ""), Room())
    if scope["type"] == "websocket":
        await relay(room, query["side"], receive, send)
    elif scope["method"] == "POST":
        await take(room, receive, send)
    else:
        await page(scope["path"], room, send)


async def relay(room: Room, side: str, receive: Receive, send: Send) -> None:
    """What one side says goes to the other; a message that starts with `offer:` is kept for the page."""
    other = "guest" if side == "host" else "host"
    while True:
        event = await receive()
        if event["type"] == "websocket.connect":
            room.sockets[side] = send
            await send({"type": "websocket.accept"})
        elif event["type"] == "websocket.disconnect":
            return
        elif event["text"].startswith("offer:"):
            room.offer = event["text"].removeprefix("offer:")
            await send({"type": "websocket.send", "text": "kept"})
        else:
            await room.tell(other, event["text"])


async def take(room: Room, receive: Receive, send: Send) -> None:
    """The guest's POST goes to the host."""
    body, more = b"", True
    while more:
        event = await receive()
        body += event.get("body", b"")
        more = event.get("more_body", False)
    await room.tell("host", body.decode())
    await answer(send, 204, b"", "text/plain")


async def page(path: str, room: Room, send: Send) -> None:
    name = path.removeprefix("/")
    if name in PAGES:
        text = (HERE / f"{name}.html").read_text()
        text = text.replace("__ICE__", os.environ.get("FLOOR_ICE", "[]")).replace("__OFFER__", room.offer)
        await answer(send, 200, text.encode(), "text/html; charset=utf-8")
    elif name == SCRIPT:
        await answer(send, 200, (HERE / SCRIPT).read_bytes(), "text/javascript")
    else:
        await answer(send, 404, b"", "text/plain")


async def answer(send: Send, status: int, body: bytes, kind: str) -> None:
    body = gzip.compress(body, mtime=0) if body else body
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
    if body:
        headers.append((b"content-encoding", b"gzip"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
