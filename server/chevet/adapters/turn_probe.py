"""Whether the relay works: each TURN address is asked for a relay, as a browser asks, with its certificate checked.

A browser whose relay fails says nothing to anybody (F13); so the server looks for itself.
"""

import asyncio
import errno
import ipaddress
import re
import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal, NamedTuple

import structlog
from aioice import stun, turn
from msgspec import Struct

from chevet.adapters.turn import ice_servers
from chevet.config import IceSettings
from chevet.model.locales import texts

PATIENCE_S = 8.0
"""For one address, from its name to the relay: a cause is known within ten seconds (F13)."""
LIFETIME_S = 60
"""Of the relay that is asked for; it is given back at once, this is for when that fails."""
EARLY_S = 14 * 86_400
"""A certificate that ends sooner is told before it does (F13)."""
NAME = "probe"
"""In coturn's log and quota, beside the seats."""

CERTIFICATE_CAUSES = {
    9: "certificate-not-yet-valid",
    10: "certificate-expired",
    18: "certificate-unknown",
    19: "certificate-unknown",
    20: "certificate-unknown",
    21: "certificate-unknown",
    62: "certificate-wrong-name",
    64: "certificate-wrong-name",
}
"""By OpenSSL's X509_V_ERR codes; others are `certificate-refused`."""

REFUSALS = {
    400: "not-turn",
    401: "credentials-refused",
    438: "credentials-refused",
    441: "credentials-refused",
    486: "quota-reached",
    508: "no-capacity",
}
"""By STUN error codes (RFC 8489, RFC 8656); others are `relay-refused`."""

CAUSES = sorted(
    {*CERTIFICATE_CAUSES.values(), *REFUSALS.values()}
    | {"certificate-refused", "certificate-expires-soon", "tls-failed", "relay-refused", "closed"}
    | {"name-unknown", "no-route", "nothing-listens", "no-answer", "probe-failed"}
)
"""Each has its sentence, `turn.cause.<cause>` in static/locales/health.*, and its line in docs/operations.md."""

log = structlog.get_logger()


class TurnAddress(NamedTuple):
    """One way to one relay."""

    url: str
    host: str
    port: int
    transport: Literal["udp", "tcp", "tls"]


class TurnFinding(Struct, frozen=True, kw_only=True, rename="camel"):
    """What became of one TURN address at one network address."""

    url: str
    address: str
    """The network address that was tried; empty when the name has none."""
    works: bool
    cause: str | None = None
    """A code of CAUSES; None: nothing to say. `certificate-expires-soon` may stand beside `works`."""
    detail: str = ""
    """For who mends it: what the system, the library or the relay said."""
    certificate_ends_at: float | None = None
    """Seconds since the epoch."""

    def sentence(self, language: str) -> str:
        words = texts("health", language)
        return words["turn.works" if self.cause is None else f"turn.cause.{self.cause}"]


class TurnReport(Struct, frozen=True, kw_only=True, rename="camel"):
    """One look at every TURN address."""

    status: Literal["absent", "unknown", "well", "trouble", "down"]
    """`absent`: none is configured; `unknown`: not looked yet; `trouble`: some fail or will soon; `down`: all fail."""
    checked_at: float | None = None
    findings: tuple[TurnFinding, ...] = ()

    def text(self, language: str) -> str:
        """One line an address, for a terminal."""
        if not self.findings:
            return texts("health", language)[f"turn.status.{self.status}"]
        return "\n".join(
            f"{found.url} ({found.address or '-'}): {found.cause or 'ok'}: {found.sentence(language)}"
            + (f" [{found.detail}]" if found.detail else "")
            for found in self.findings
        )


class TurnProbe:
    """Looks at the relay; remembers what it saw last."""

    def __init__(self, settings: IceSettings, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock
        self.last = TurnReport(status="unknown" if self._asked() else "absent")

    def _asked(self) -> list[tuple[TurnAddress, str, str]]:
        servers = ice_servers(self._settings, name=NAME, now=self._clock())
        return [
            (parse(url), server.username or "", server.credential or "")
            for server in servers
            for url in server.urls
            if url.startswith(("turn:", "turns:"))
        ]

    async def look(self) -> TurnReport:
        """Try every address at once."""
        looks = (self._try_name(*asked) for asked in self._asked())
        findings = [finding for found in await asyncio.gather(*looks) for finding in found]
        self.last = TurnReport(status=_status(findings), checked_at=self._clock(), findings=tuple(findings))
        return self.last

    async def _try_name(self, place: TurnAddress, username: str, credential: str) -> list[TurnFinding]:
        """Both families of a name are tried: browsers use either (F16)."""
        try:
            addresses = await _resolve(place)
        except (OSError, UnicodeError) as error:
            detail = getattr(error, "strerror", None) or ""
            return [TurnFinding(url=place.url, address="", works=False, cause="name-unknown", detail=detail)]
        tries = (self._try_address(place, address, username, credential) for address in addresses)
        return list(await asyncio.gather(*tries))

    async def _try_address(
        self, place: TurnAddress, address: str, username: str, credential: str
    ) -> TurnFinding:
        try:
            async with asyncio.timeout(PATIENCE_S):
                ends_at = await self._allocate(place, address, username, credential)
        except Exception as error:  # noqa: BLE001 - whatever it is becomes a cause
            cause, detail = cause_of(error)
            return TurnFinding(url=place.url, address=address, works=False, cause=cause, detail=detail)
        is_late = ends_at is not None and ends_at - self._clock() < EARLY_S
        return TurnFinding(
            url=place.url,
            address=address,
            works=True,
            cause="certificate-expires-soon" if is_late else None,
            detail=datetime.fromtimestamp(ends_at, UTC).date().isoformat() if ends_at and is_late else "",
            certificate_ends_at=ends_at,
        )

    async def _allocate(
        self, place: TurnAddress, address: str, username: str, credential: str
    ) -> float | None:
        """Open a relay and give it back; returns when the certificate ends, if there is one."""
        client = await self._connect(place, address, username, credential)
        try:
            await client.relay()
            certificate = client.transport.get_extra_info("peercert")
            await client.delete()
        finally:
            client.transport.close()
        return ssl.cert_time_to_seconds(certificate["notAfter"]) if certificate else None

    async def _connect(self, place: TurnAddress, address: str, *credentials: str) -> "Client":
        loop, server = asyncio.get_running_loop(), (address, place.port)
        if place.transport == "udp":
            make = lambda: UdpClient(server, *credentials, LIFETIME_S, LIFETIME_S)  # noqa: E731
            _, client = await loop.create_datagram_endpoint(make, remote_addr=server)
            return client
        make_stream = lambda: StreamClient(server, *credentials, LIFETIME_S, LIFETIME_S)  # noqa: E731
        tls = ssl.create_default_context(cafile=self._settings.ca_file) if place.transport == "tls" else None
        _, client = await loop.create_connection(
            make_stream, *server, ssl=tls, server_hostname=place.host if tls else None
        )
        return client


class EndsEarly:
    """Notices a connection that ends, or is refused, before the relay has answered."""

    def __init__(self, *details: object) -> None:
        super().__init__(*details)
        self._ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def relay(self) -> None:
        """Ask for a relay. Raises what stood in the way."""
        asking = asyncio.ensure_future(self.connect())  # type: ignore[attr-defined]
        try:
            await asyncio.wait({asking, self._ended}, return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                self._ended.result()
            await asking
        finally:
            asking.cancel()

    def _end(self, error: Exception) -> None:
        if not self._ended.done():
            self._ended.set_exception(error)
            self._ended.exception()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(exc or ConnectionResetError(errno.ECONNRESET, "closed by the other side"))

    def error_received(self, exc: Exception) -> None:
        """UDP: the other machine said that nothing listens."""
        self._end(exc)


class UdpClient(EndsEarly, turn.TurnClientUdpProtocol):
    pass


class StreamClient(EndsEarly, turn.TurnClientTcpProtocol):
    pass


Client = UdpClient | StreamClient


def parse(url: str) -> TurnAddress:
    """RFC 7065, with the defaults of its schemes."""
    scheme, _, rest = url.partition(":")
    place, _, query = rest.partition("?")
    found = re.fullmatch(r"(\[[^]]+\]|[^:]+)(?::(\d+))?", place)
    host, port = (found[1].strip("[]"), found[2]) if found else (place, None)
    if scheme == "turns":
        return TurnAddress(url, host, int(port or 5349), "tls")
    return TurnAddress(url, host, int(port or 3478), "tcp" if query == "transport=tcp" else "udp")


async def _resolve(place: TurnAddress) -> list[str]:
    """The network addresses of a name, without those of a family that this machine does not have. Raises OSError."""
    try:
        return [str(ipaddress.ip_address(place.host))]
    except ValueError:
        found = await asyncio.get_running_loop().getaddrinfo(place.host, place.port, type=socket.SOCK_DGRAM)
        addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
        return [address for address in addresses if _has_route(address, place.port)] or addresses


def _has_route(address: str, port: int) -> bool:
    """Asks the routing table: a UDP socket that is connected sends nothing."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, port))
    except OSError:
        return False
    return True


def cause_of(error: Exception) -> tuple[str, str]:
    """The code of what stood in the way, and what was said."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return CERTIFICATE_CAUSES.get(error.verify_code, "certificate-refused"), error.verify_message
    if isinstance(error, ssl.SSLError):
        return "tls-failed", error.reason or ""
    if isinstance(error, stun.TransactionFailed):
        code, reason = error.response.attributes.get("ERROR-CODE", (0, ""))
        return REFUSALS.get(code, "relay-refused"), f"{code} {reason}".strip()
    if isinstance(error, (TimeoutError, stun.TransactionTimeout)):
        return "no-answer", ""
    if isinstance(error, OSError):
        return _SYSTEM_CAUSES.get(error.errno or 0, "closed"), error.strerror or str(error)
    log.error("turn.probe-failed", error=type(error).__name__, exc_info=error)
    return "probe-failed", type(error).__name__


_SYSTEM_CAUSES = {
    errno.ECONNREFUSED: "nothing-listens",
    errno.ENETUNREACH: "no-route",
    errno.EHOSTUNREACH: "no-route",
    errno.EADDRNOTAVAIL: "no-route",
    errno.EPERM: "no-route",
    errno.EACCES: "no-route",
    errno.ETIMEDOUT: "no-answer",
}
"""By errno; EPERM and EACCES come from a firewall on this machine."""


def _status(findings: list[TurnFinding]) -> Literal["absent", "well", "trouble", "down"]:
    if not findings:
        return "absent"
    if not any(found.works for found in findings):
        return "down"
    return "well" if all(found.cause is None for found in findings) else "trouble"
