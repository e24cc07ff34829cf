"""SMS through an operator's HTTP interface, as its `SmsGateway` declares it.

Neither number nor text ever stands in a log line or in an error.
"""

import asyncio
import base64
import hashlib
import json
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import aiohttp
import structlog

from chevet.adapters.sms_answer import Answer, read_answer
from chevet.adapters.sms_presets import gateway_of
from chevet.adapters.sms_request import encode_body, fill, is_loopback_url, refuse_unsafe_url
from chevet.config import SmsSettings
from chevet.errors import DeliveryFailure, PermanentFailure, TransientFailure

MAX_ANSWER_BYTES = 64 * 1024

log = structlog.get_logger()


class SmsSender:
    """One operator. Make it once, `close` it at the end.

    `receipt_url` is the public address to which the operator posts receipts, with its secret; empty: none.
    Raises InvalidInput when the settings lack something or the address is not https.
    """

    def __init__(self, settings: SmsSettings, *, receipt_url: str = "") -> None:
        self._settings = settings
        self._gateway = gateway_of(settings)
        self._receipt_url = receipt_url
        self._session: aiohttp.ClientSession | None = None
        self._ovh_clock_offset_s: float | None = None
        refuse_unsafe_url(self._gateway.url)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def send(self, to: str, text: str, *, job_id: str) -> str | None:
        """Hand `text` to the operator for the E.164 number `to`; returns the operator's message id.

        Raises PermanentFailure or TransientFailure.
        """
        provider, started = self._settings.provider, time.monotonic()
        try:
            with _failures_named():
                async with asyncio.timeout(self._settings.timeout_s):
                    answer = await self._request(self._values(to, text, job_id))
            message_id = read_answer(self._gateway, answer)
        except DeliveryFailure as failure:
            self._ovh_clock_offset_s = None  # ask again: it may be why
            log.warning(
                "sms not taken", provider=provider, job=job_id, reason=failure.code, detail=failure.detail
            )
            raise
        duration_ms = round((time.monotonic() - started) * 1000)
        log.info("sms taken", provider=provider, job=job_id, duration_ms=duration_ms)
        return message_id

    def _values(self, to: str, text: str, job_id: str) -> dict[str, str]:
        return {
            "to": to,
            "to_digits": to.removeprefix("+"),
            "text": text,
            "job_id": job_id,
            "receipt_url": self._receipt_url,
            "sender": self._settings.sender,
            "account": self._settings.account,
            "key": self._settings.key,
            "secret": self._settings.secret,
        }

    async def _request(self, values: Mapping[str, str]) -> Answer:
        gateway = self._gateway
        url = fill(gateway.url, values, is_url=True)
        refuse_unsafe_url(url)
        body, content_type = encode_body(gateway, values)
        headers = {name: fill(value, values) for name, value in gateway.headers.items()}
        if body:
            headers["Content-Type"] = content_type
        if gateway.signature == "ovh":
            headers |= await self._ovh_headers(gateway.method, url, body)
        if gateway.basic_auth:
            name = f"{values['account']}:{values['secret']}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(name).decode()}"
        return await self._exchange(gateway.method, url, headers=headers, data=body or None)

    async def _exchange(self, method: str, url: str, **options: Any) -> Answer:
        session = self._open_session()
        async with session.request(method, url, allow_redirects=False, **options) as response:
            content = b""
            while len(content) < MAX_ANSWER_BYTES and (
                chunk := await response.content.read(MAX_ANSWER_BYTES)
            ):
                content += chunk
            retry_after = response.headers.get("Retry-After", "")
        return Answer(response.status, _json(content), float(retry_after) if retry_after.isdigit() else None)

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            context = ssl.create_default_context(cafile=self._settings.ca_file)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=context),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=self._settings.timeout_s),
                trust_env=not is_loopback_url(self._gateway.url),  # a hospital's own proxy
            )
        return self._session

    async def _ovh_headers(self, method: str, url: str, body: bytes) -> dict[str, str]:
        """OVHcloud's signature. The time in it is theirs, asked for once: a clock that drifts is refused."""
        offset_s = self._ovh_clock_offset_s
        if offset_s is None:
            theirs = await self._exchange("GET", f"{url.partition('/sms/')[0]}/auth/time")
            is_time = theirs.status == 200 and isinstance(theirs.content, int)
            offset_s = self._ovh_clock_offset_s = theirs.content - time.time() if is_time else 0.0
        stamp = str(round(time.time() + offset_s))
        secret, consumer = self._settings.secret, self._settings.consumer_key
        signed = f"{secret}+{consumer}+{method}+{url}+{body.decode()}+{stamp}"
        return {
            "X-Ovh-Consumer": consumer,
            "X-Ovh-Timestamp": stamp,
            "X-Ovh-Signature": "$1$" + hashlib.sha1(signed.encode()).hexdigest(),  # noqa: S324 - their choice
        }


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


@contextmanager
def _failures_named() -> Iterator[None]:
    """What the network does, as our two failures. `from None`: the originals may hold a number."""
    try:
        yield
    except TimeoutError:
        raise TransientFailure("gateway-timeout") from None
    except aiohttp.ClientSSLError as error:
        raise PermanentFailure("gateway-certificate", type(error).__name__) from None
    except (aiohttp.ClientError, OSError) as error:
        raise TransientFailure("gateway-unreachable", type(error).__name__) from None
