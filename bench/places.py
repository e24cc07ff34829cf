"""Where a bench runs: on loopback, or in the network lab behind a link of a given profile."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from tests.e2e import browsers
from tests.e2e.installation import Certificate, Host, Installation, ThisMachine, free_port
from tests.front import Front
from tests.network import coturn
from tests.network.lab import FLOOR_ADDRESS, PERFECT, SITE_ADDRESS, TURN_ADDRESS, Lab, Profile

ROOT = Path(__file__).resolve().parents[1]
LOOPBACK = Profile("loopback")
UVICORN = [sys.executable, "-m", "uvicorn", "bench.floor:app", "--log-level", "warning", "--no-access-log"]

GENEROUS = {
    "CHEVET_INVITATIONS__PER_ACCOUNT_PER_HOUR": "100000",
    "CHEVET_INVITATIONS__PER_RECIPIENT_PER_HOUR": "100000",
    "CHEVET_SESSIONS__ATTEMPTS_PER_ADDRESS": "100000",
}
"""A bench invites more often in a minute than a service does in a day."""


@dataclass
class Place:
    """A running product, a running floor, and the browsers' executables beside them."""

    host: Host
    product: Installation
    floor_url: str
    home: Path
    site_chromium: str = browsers.CHROMIUM
    caller_chromium: str = browsers.CHROMIUM
    lab: Lab | None = None
    profile: Profile = field(default=LOOPBACK)

    def shape(self, profile: Profile, seed: int) -> None:
        self.profile = profile
        if self.lab:
            self.lab.link.shape(profile, seed)


@contextlib.contextmanager
def on_loopback(*, with_product: bool = True) -> Iterator[Place]:
    """Everything on this machine's loopback; needs no root."""
    with tempfile.TemporaryDirectory(prefix="chevet-bench-") as folder:
        base = Path(folder)
        certificate = Certificate(base / "tls", "localhost", "127.0.0.1")
        host = ThisMachine()
        port = free_port()
        floor = start_floor(host, "127.0.0.1", port, certificate, [])
        product, front = installed(base / "product", certificate, free_port())
        try:
            home = browsers.trust(base / "home", certificate.authority)
            with running(product, front, with_product=with_product):
                yield Place(host, product, f"https://localhost:{port}", home)
        finally:
            floor.terminate()
            floor.wait()


@contextlib.contextmanager
def in_the_lab(*, with_product: bool = True) -> Iterator[Place]:
    """Site and caller in namespaces of their own, with coturn at the site; needs root."""
    with Lab() as lab:
        certificate = Certificate(lab.folder / "tls", SITE_ADDRESS, TURN_ADDRESS, FLOOR_ADDRESS)
        coturn.start(lab.site, lab.folder, certificate.chain, certificate.key)
        start_floor(lab.site, FLOOR_ADDRESS, 443, certificate, coturn.ice_servers())
        settings = {
            "CHEVET_ICE__TURN_HOST": TURN_ADDRESS,
            "CHEVET_ICE__TURN_SECRET": coturn.SECRET,
        }
        product, front = installed(
            lab.folder / "product", certificate, 443, host=lab.site, address=SITE_ADDRESS, settings=settings
        )
        home = browsers.trust(lab.folder / "home", certificate.authority)
        with running(product, front, with_product=with_product):
            yield Place(
                lab.site, product, f"https://{FLOOR_ADDRESS}", home,
                lab.site.browser(browsers.CHROMIUM), lab.caller.browser(browsers.CHROMIUM), lab, PERFECT,
            )  # fmt: skip


def installed(
    folder: Path,
    certificate: Certificate,
    port: int,
    *,
    host: Host | None = None,
    address: str = "127.0.0.1",
    settings: Mapping[str, str] = MappingProxyType({}),
    public_port: int | None = None,
) -> tuple[Installation, Front]:
    """The product as it is deployed: nginx with TLS and HTTP/2 on `address:port`, the server behind it.

    `public_port` differs when something stands before nginx (a proxy that counts bytes).
    """
    host = host or ThisMachine()
    name = "localhost" if address == "127.0.0.1" else address
    shown = public_port or port
    product = Installation(
        folder,
        host=host,
        public_url=f"https://{name}" + ("" if shown == 443 else f":{shown}"),
        settings={**GENEROUS, "CHEVET_LISTEN__TRUSTED_PROXIES": '["127.0.0.1"]', **settings},
    )
    front = Front(
        folder / "front", address=address, name=name, port=port, plain_port=free_port(),
        server_port=product.port, chain=certificate.chain, key=certificate.key, start=host.start, call=host.call,
    )  # fmt: skip
    return product, front


@contextlib.contextmanager
def running(product: Installation, front: Front, *, with_product: bool = True) -> Iterator[None]:
    if not with_product:
        yield
        return
    with product, front:
        yield


def start_floor(host: Host, address: str, port: int, certificate: Certificate, ice: list) -> subprocess.Popen:
    """The floor under the same server program as the product: uvicorn, TLS 1.3, HTTP/1.1."""
    tls = ["--ssl-certfile", str(certificate.chain), "--ssl-keyfile", str(certificate.key)]
    return host.start(
        [*UVICORN, "--host", address, "--port", str(port), *tls],
        cwd=ROOT,
        env={**os.environ, "FLOOR_ICE": json.dumps(ice)},
    )


def start_plain_floor(host: Host, port: int) -> subprocess.Popen:
    """The floor without TLS, for what concerns sockets only; ready when this returns."""
    words = [*UVICORN, "--host", "127.0.0.1", "--port", str(port), "--ws-per-message-deflate", "false"]
    process = host.start(words, cwd=ROOT)
    wait_for_port(port)
    return process


def wait_for_port(port: int, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return
