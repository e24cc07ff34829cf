"""The whole product in this process, over real sockets, with a clock that the test moves."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp
import msgspec
import uvicorn
from litestar.di import Provide
from msgspec import structs
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from chevet import demo
from chevet.app import DemoRoutes, create_app
from chevet.config import Config
from chevet.serving import server_options

DISPATCHER = "regulateur"


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class Browser:
    """One person's browser: cookies, and the Origin that browsers send."""

    def __init__(self, product: "Product") -> None:
        self.product = product
        self.http = aiohttp.ClientSession(
            product.url, cookie_jar=aiohttp.CookieJar(unsafe=True), headers={"Origin": product.url}
        )

    async def post(self, path: str, body: object = None, **options) -> tuple[int, dict]:
        async with self.http.post(path, json={} if body is None else body, **options) as answer:
            return answer.status, msgspec.json.decode(await answer.read() or b"{}")

    async def get(self, path: str, **options) -> tuple[int, dict]:
        async with self.http.get(path, **options) as answer:
            return answer.status, msgspec.json.decode(await answer.read() or b"{}")

    async def sign_in(self, username: str = DISPATCHER) -> dict:
        """Password, then the code from the mailbox."""
        seen = len(self.product.mailbox.messages)
        status, challenge = await self.post("/api/sign-in", {"username": username, "password": demo.PASSWORD})
        assert status == 200, challenge
        code = re.search(r"\d{6}", (await self.product.message(seen)).text)[0]
        status, session = await self.post(
            "/api/sign-in/code", {"challengeId": challenge["challengeId"], "code": code}
        )
        assert status == 200, session
        return session

    async def invite(self, **request) -> dict:
        status, invitation = await self.post("/api/invitations", request)
        assert status == 201, invitation
        return invitation

    async def enter(self, invitation: dict, **answer) -> str:
        """As the caller's page does; returns the seat token."""
        status, seat = await self.post("/api/join/enter", {"token": token_of(invitation), **answer})
        assert status == 200, seat
        return seat["seatToken"]


def token_of(invitation: dict) -> str:
    return invitation["link"].partition("#")[2]


class Page:
    """A page's socket, speaking the protocol by hand."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.welcome: dict = {}

    async def send(self, kind: str, **fields) -> None:
        await self.socket.send(msgspec.json.encode({"t": kind, **fields}).decode())

    async def receive(self, within_s: float = 5) -> dict:
        async with asyncio.timeout(within_s):
            return msgspec.json.decode(await self.socket.recv())

    async def until(self, kind: str, within_s: float = 5) -> dict:
        """The next message of this kind; the others before it are passed over."""
        while (message := await self.receive(within_s))["t"] != kind:
            pass
        return message

    async def close_code(self) -> int:
        with suppress(ConnectionClosed):
            async with asyncio.timeout(8):
                while True:
                    await self.socket.recv()
        return self.socket.close_code


class Product:
    def __init__(self, url: str, app, mailbox: demo.Mailbox, clock: Clock) -> None:
        self.url = url
        self.parts = app.state.parts
        self.mailbox = mailbox
        self.clock = clock
        self._browsers: list[Browser] = []
        self._sockets: list[ClientConnection] = []

    def browser(self) -> Browser:
        browser = Browser(self)
        self._browsers.append(browser)
        return browser

    async def dispatcher(self) -> Browser:
        browser = self.browser()
        await browser.sign_in()
        return browser

    async def message(self, index: int) -> demo.Message:
        """The message with this number, once it has left the outbox."""
        async with asyncio.timeout(5):
            while len(self.mailbox.messages) <= index:
                await asyncio.sleep(0.005)
        return self.mailbox.messages[index]

    async def open_socket(self, **options) -> Page:
        """Like a browser's, it answers pings also while nobody reads its messages."""
        options = {"origin": self.url, "compression": None, "max_queue": None} | options
        socket = await connect(self.url.replace("http", "ws", 1) + "/api/socket", **options)
        self._sockets.append(socket)
        return Page(socket)

    async def seat(self, seat_token: str, epoch: str | None = None, last_seq: int = 0) -> Page:
        """A page that has said hello and been welcomed."""
        page = await self.open_socket()
        await page.send("hello", token=seat_token, epoch=epoch, lastSeq=last_seq)
        page.welcome = await page.receive()
        assert page.welcome["t"] == "welcome", page.welcome
        return page

    async def close(self) -> None:
        for opened in self._sockets:
            await opened.close()
        for browser in self._browsers:
            await browser.http.close()


@asynccontextmanager
async def running(
    folder: Path, config: Config | None = None, senders=None, clock: Callable[[], float] | None = None
) -> AsyncIterator[Product]:
    """The product on a free loopback port, until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    config = structs.replace(config or Config(), public_url=url, data_dir=folder)
    clock, mailbox = clock or Clock(), demo.Mailbox(config.timezone)
    routes = DemoRoutes(
        [demo.get_messages, demo.get_messages_json],
        {"mailbox": Provide(lambda: mailbox, sync_to_thread=False)},
        demo.seed,
    )
    app = create_app(
        config,
        clock=clock,
        senders=senders or (demo.MailboxSms(mailbox), demo.MailboxMail(mailbox)),
        demo=routes,
    )
    server = uvicorn.Server(uvicorn.Config(app, **server_options(config)))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    product = Product(url, app, mailbox, clock)
    try:
        async with asyncio.timeout(10):
            while not server.started:
                await asyncio.sleep(0.005)
        yield product
    finally:
        await product.close()
        server.should_exit = True
        await serving
