"""An SMS operator over real HTTP that answers as told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

BODY = {"to": "{to}", "text": "{text}", "ref": "{job_id}"}
ID_PATH = "id"
"""What it wants to be asked, and where its answer has the message's number (config `[sms.gateway]`)."""


class Gateway:
    def __init__(self) -> None:
        self.url = ""
        self.requests: list[dict] = []
        self.status = 200
        self.delay_s = 0.0

    async def take(self, request: web.Request) -> web.Response:
        self.requests.append(await request.json())
        await asyncio.sleep(self.delay_s)
        return web.json_response({ID_PATH: f"op-{len(self.requests)}"}, status=self.status)

    async def has(self, count: int) -> None:
        """Until it was asked so many times."""
        async with asyncio.timeout(30):
            while len(self.requests) < count:
                await asyncio.sleep(0.02)


@asynccontextmanager
async def open_gateway() -> AsyncIterator[Gateway]:
    double = Gateway()
    app = web.Application()
    app.router.add_post("/sms", double.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    double.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/sms"
    yield double
    await runner.cleanup()
