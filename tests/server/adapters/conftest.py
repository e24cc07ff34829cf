"""What the adapters talk to in these tests: real sockets on loopback."""

import asyncio
import ssl
from dataclasses import dataclass, field
from typing import Any

import pytest
import trustme
from aiohttp import web


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    status: int
    content: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0


class Operator:
    """An HTTP server that keeps what it is asked, and answers what it is told to."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.answers: list[Answer] = []
        self.url = ""

    def will(self, status: int, content: Any = None, **options: Any) -> None:
        self.answers.append(Answer(status, content, **options))

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(
            Request(request.method, request.path_qs, dict(request.headers), await request.read())
        )
        answer = self.answers.pop(0)
        await asyncio.sleep(answer.delay_s)
        if isinstance(answer.content, bytes):
            return web.Response(status=answer.status, body=answer.content, headers=answer.headers)
        return web.json_response(answer.content, status=answer.status, headers=answer.headers)

    async def start(self, context: ssl.SSLContext | None = None) -> web.AppRunner:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self.handle)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        scheme = "http" if context is None else "https"
        self.url = f"{scheme}://{'127.0.0.1' if context is None else 'localhost'}:{runner.addresses[0][1]}"
        return runner


@pytest.fixture
async def operator():
    double = Operator()
    runner = await double.start()
    yield double
    await runner.cleanup()


@pytest.fixture
async def secure_operator(server_tls):
    double = Operator()
    runner = await double.start(server_tls)
    yield double
    await runner.cleanup()


@pytest.fixture(scope="session")
def authority():
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_file(authority, tmp_path_factory):
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


@pytest.fixture(scope="session")
def server_tls(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    return context
