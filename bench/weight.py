"""`just bench weight`: requests, bytes and gestures from the link to the picture, on a first visit.

Two counts: what the browser's own tools tell of each request (headers and body as they came), and raw bytes at TCP
(TLS handshakes included) by a proxy in between. Media do not pass there and are in neither.
"""

import argparse
import contextlib
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from bench import figures
from bench.places import installed, running
from bench.wire import CountingProxy, Counts
from tests.e2e import browsers, people
from tests.e2e.installation import Certificate, Installation, free_port

BUTTON_BYTES = 12_000
FRAME_BYTES = 30_000
GESTURES = 2
"""The tap, and the browser's own question, which is answered before for this bench."""
ASKED = 1


@dataclass
class Request:
    method: str
    url: str
    down: int = 0
    up: int = 0


@dataclass
class Moment:
    """All that had crossed until something happened."""

    requests: list[Request] = field(default_factory=list)
    socket_bytes: int = 0
    wire: Counts = field(default_factory=Counts)

    @property
    def down(self) -> int:
        return sum(request.down for request in self.requests)

    @property
    def http(self) -> int:
        return sum(request.down + request.up for request in self.requests)

    @property
    def total(self) -> int:
        return self.http + self.socket_bytes


class Scales:
    """Listens to one page's network through the browser's own tools (Chrome DevTools Protocol)."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self._requests: dict[str, Request] = {}
        self._socket = 0
        tools = context.new_cdp_session(page)
        tools.send("Network.enable")
        tools.on("Network.requestWillBeSent", self._asked)
        tools.on("Network.requestWillBeSentExtraInfo", self._headers)
        tools.on("Network.loadingFinished", self._finished)
        for name in ("webSocketFrameSent", "webSocketFrameReceived"):
            tools.on(f"Network.{name}", self._frame)

    def _asked(self, event: dict[str, Any]) -> None:
        asked = event["request"]
        if asked["url"].startswith("http"):
            request = Request(asked["method"], asked["url"])
            request.up = len(asked.get("postData") or "")
            self._requests[event["requestId"]] = request

    def _headers(self, event: dict[str, Any]) -> None:
        """Each line is `name: value` and a line end; the first line is about 40 bytes."""
        if event["requestId"] in self._requests:
            lines = sum(len(name) + len(value) + 4 for name, value in event["headers"].items())
            self._requests[event["requestId"]].up += lines + 40

    def _finished(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self._requests:
            self._requests[event["requestId"]].down = round(event["encodedDataLength"])

    def _frame(self, event: dict[str, Any]) -> None:
        self._socket += len(event["response"]["payloadData"].encode()) + 6

    def read(self, wire: Counts) -> Moment:
        return Moment(list(self._requests.values()), self._socket, wire)


@dataclass
class Visit:
    """One first visit."""

    button: Moment
    frame: Moment
    later: Moment
    taps: int


@contextlib.contextmanager
def counted_product() -> Iterator[tuple[Installation, CountingProxy, Path]]:
    """The product as deployed, with the counting proxy at its public address."""
    with tempfile.TemporaryDirectory(prefix="chevet-bench-") as name:
        folder = Path(name)
        certificate = Certificate(folder / "tls", "localhost", "127.0.0.1")
        home = browsers.trust(folder / "home", certificate.authority)
        public, behind = free_port(), free_port()
        product, front = installed(folder / "product", certificate, behind, public_port=public)
        with CountingProxy(public, behind) as proxy, running(product, front):
            yield product, proxy, home


def visit() -> Visit:
    """Open, tap, see; then wait until the page has fetched all it fetches."""
    with counted_product() as (product, proxy, home), sync_playwright() as playwright:
        browser = browsers.chromium(playwright, home=home)
        desk = browser.new_context(ignore_https_errors=True, locale="fr-FR").new_page()
        people.sign_in(desk, product.url)
        dispatcher = people.Dispatcher(desk, product.url).open()
        link = dispatcher.invite_by_qr()["link"]
        expect(desk.get_by_role("img", name="QR code du lien d'invitation")).to_be_visible()
        desk.wait_for_timeout(2500)  # its offer in waiting has been put: the wire is quiet
        context = browser.new_context(ignore_https_errors=True, locale="fr-FR")
        page = context.new_page()
        scales = Scales(context, page)
        quiet = proxy.snapshot()
        page.goto(link)
        caller = people.Caller(page)
        expect(caller.button(people.SHOW_CAMERA)).to_be_visible()
        button = scales.read(since(quiet, proxy.snapshot()))
        caller.show_camera()
        dispatcher.wait_for_picture()
        frame = scales.read(since(quiet, proxy.snapshot()))
        page.wait_for_load_state("networkidle")
        later = scales.read(since(quiet, proxy.snapshot()))
        browser.close()
    return Visit(button, frame, later, taps=1)


def since(before: Counts, now: Counts) -> Counts:
    return Counts(now.down - before.down, now.up - before.up, now.connections - before.connections)


def strangers(seen: Visit) -> set[str]:
    """Hosts that are not ours."""
    return {urlsplit(r.url).hostname or "" for r in seen.later.requests} - {"localhost"}


def judge(seen: Visit) -> list[figures.Verdict]:
    asked = [f"{r.method} {urlsplit(r.url).path}" for r in seen.button.requests]
    gestures = seen.taps + ASKED
    return [
        figures.Verdict(
            "all bytes until the button works (document and peek)", f"{BUTTON_BYTES}",
            f"{seen.button.down}", seen.button.down <= BUTTON_BYTES,
        ),
        figures.Verdict(
            "requests until the button works", "GET /j, POST /api/join/peek", ", ".join(asked),
            asked == ["GET /j", "POST /api/join/peek"],
        ),
        figures.Verdict(
            "all bytes until the first frame, both ways, media not counted", f"{FRAME_BYTES}",
            f"{seen.frame.total}", seen.frame.total <= FRAME_BYTES,
        ),
        figures.Verdict(
            "gestures from link to picture (tap, allow)", f"{GESTURES}", f"{gestures}", gestures <= GESTURES
        ),
        figures.Verdict("third-party hosts", "0", f"{len(strangers(seen))}", not strangers(seen)),
    ]  # fmt: skip


def drawn(seen: Visit) -> str:
    head = (
        "until",
        "requests",
        "HTTP down",
        "HTTP up",
        "socket, both ways",
        "TCP down",
        "TCP up",
        "connections",
    )
    rows = [
        (
            name, str(len(m.requests)), str(m.down), str(m.http - m.down), str(m.socket_bytes),
            str(m.wire.down), str(m.wire.up), str(m.wire.connections),
        )
        for name, m in (("button", seen.button), ("first frame", seen.frame), ("all is quiet", seen.later))
    ]  # fmt: skip
    return figures.table(head, rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="renew the table in docs/performance.md")
    chosen = parser.parse_args()
    seen = visit()
    judged = judge(seen)
    text = f"{figures.signature()} Bytes; TCP counts the dispatcher's socket too, from the button on.\n\n"
    text += f"{drawn(seen)}\n\n{figures.verdicts(judged)}"
    print(text)
    figures.keep("weight", json.loads(json.dumps({"visit": seen, "budgets": judged}, default=vars)))
    if chosen.write:
        figures.renew("weight", text)
    return 0 if all(verdict.holds for verdict in judged) else 1


if __name__ == "__main__":
    sys.exit(main())
