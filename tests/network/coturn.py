"""A real coturn, with what `chevet turn-config` writes: inside the lab, or on this machine's loopback."""

import base64
import contextlib
import hashlib
import hmac
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Self

from chevet.adapters.turn_config import CoturnPlace, coturn_configuration, installed_version
from chevet.config import IceSettings
from tests.e2e.installation import Certificate
from tests.network.lab import TURN_ADDRESS, Namespace

SECRET = "lab-secret-of-enough-letters"
LAB_PEERS = ("10.77.0.0/24",)
"""The lab's own addresses are private, and a relay reaches private addresses only where it is told to."""
START_S = 10.0


def why_not() -> str | None:
    return None if shutil.which("turnserver") else "needs the Debian package coturn"


def configuration(folder: Path, settings: IceSettings, place: CoturnPlace, changes: dict[str, str]) -> Path:
    """The product's file, for the version on this machine; what it keeps and logs goes to `folder`.

    `changes` gives another value to some options, as a test needs.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines = coturn_configuration(settings, place, installed_version()).splitlines()
    changed = [_with(line, changes) for line in lines if line != "syslog"]
    own = [f"relay-ip={address}" for address in place.listening_ips]
    own += ["log-file=stdout", f"pidfile={folder / 'turnserver.pid'}", f"userdb={folder / 'turn.db'}"]
    path = folder / "turnserver.conf"
    path.touch(mode=0o600)
    path.write_text("\n".join([*changed, *own, *(f"{k}={v}" for k, v in changes.items())]) + "\n")
    return path


def _with(line: str, changes: dict[str, str]) -> str:
    return "" if line.partition("=")[0] in changes else line


def start(namespace: Namespace, folder: Path, chain: Path, key: Path, **changes: str) -> subprocess.Popen:
    """Start coturn at the lab's TURN address; it ends with the namespace."""
    settings = IceSettings(turn_host=TURN_ADDRESS, turn_secret=SECRET)
    place = CoturnPlace(certificate=chain, key=key, listening_ips=(TURN_ADDRESS,), allowed_peers=LAB_PEERS)
    path = configuration(folder, settings, place, {k.replace("_", "-"): v for k, v in changes.items()})
    with (folder / "turnserver.log").open("wb") as log:
        return namespace.start(["turnserver", "-c", str(path)], stdout=log, stderr=subprocess.STDOUT)


def ice_servers() -> list[dict[str, object]]:
    """What a page needs to use it, with a credential of an hour (the TURN REST scheme: a date, signed)."""
    username = str(int(time.time()) + 3600)
    digest = hmac.digest(SECRET.encode(), username.encode(), hashlib.sha1)
    urls = [
        f"turn:{TURN_ADDRESS}:3478?transport=udp",
        f"turn:{TURN_ADDRESS}:3478?transport=tcp",
        f"turns:{TURN_ADDRESS}:443?transport=tcp",
    ]
    credential = base64.b64encode(digest).decode()
    return [
        {"urls": [f"stun:{TURN_ADDRESS}:3478"]},
        {"urls": urls, "username": username, "credential": credential},
    ]


class Coturn:
    """One on loopback, in both families, on free ports; needs no root."""

    HOST = "localhost"
    ADDRESSES = ("127.0.0.1", "::1")

    def __init__(self, folder: Path, certificate: Certificate, **settings: str) -> None:
        self.folder = folder
        self.certificate = certificate
        self.port, self.tls_port = free_port(), free_port()
        self.settings = IceSettings(
            turn_host=self.HOST,
            turn_port=self.port,
            turn_tls_port=self.tls_port,
            ca_file=str(certificate.authority),
            **{"turn_secret": SECRET, **settings},
        )
        self.process: subprocess.Popen | None = None

    def start(self, changes: dict[str, str] | None = None, settings: IceSettings | None = None) -> Self:
        """Returns when it answers."""
        place = CoturnPlace(
            certificate=self.certificate.chain, key=self.certificate.key, listening_ips=self.ADDRESSES
        )
        path = configuration(self.folder, settings or self.settings, place, changes or {})
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(["turnserver", "-c", path], stdout=log, stderr=subprocess.STDOUT)
        self._wait()
        return self

    @property
    def log(self) -> Path:
        return self.folder / "turnserver.log"

    @property
    def server(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    @property
    def server_6(self) -> tuple[str, int]:
        return "::1", self.port

    def _wait(self) -> None:
        end = time.monotonic() + START_S
        while time.monotonic() < end:
            places = [(address, port) for address in self.ADDRESSES for port in (self.port, self.tls_port)]
            if all(_listens(*place) for place in places) and all(
                _answers(address, self.port) for address in self.ADDRESSES
            ):
                return
            time.sleep(0.02)
        raise RuntimeError(f"coturn did not start:\n{self.log.read_text()[-2000:]}")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process:
            self.process.send_signal(how)
            self.process.wait(10)
            self.process = None

    def __enter__(self) -> Self:
        return self if self.process else self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def _listens(address: str, port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((address, port), timeout=1):
        return True
    return False


def _answers(address: str, port: int) -> bool:
    """STUN over UDP: that listener opens after the others."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.5)
        with contextlib.suppress(OSError):
            probe.connect((address, port))
            probe.send(bytes.fromhex("000100002112a442") + bytes(12))
            return bool(probe.recv(2048))
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
