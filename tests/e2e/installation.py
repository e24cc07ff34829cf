"""A real installation for tests and benches: the server as a process, in demo mode, on its own folder."""

import contextlib
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol, Self

import trustme

ROOT = Path(__file__).resolve().parents[2]
START_S = 30.0


class Host(Protocol):
    """Where processes are started: this machine, or a namespace of the network lab."""

    def start(self, words: Sequence[str], **options: object) -> subprocess.Popen: ...

    def call(self, function: Callable[[], object]) -> object: ...


class ThisMachine:
    def start(self, words: Sequence[str], **options: object) -> subprocess.Popen:
        return subprocess.Popen(words, **options)

    def call(self, function: Callable[[], object]) -> object:
        return function()


class Certificate:
    """A test authority and a certificate for `names` (host names or addresses), as files in `folder`."""

    def __init__(self, folder: Path, *names: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        authority = trustme.CA()
        issued = authority.issue_cert(*names)
        self.authority = folder / "authority.pem"
        self.chain = folder / "chain.pem"
        self.key = folder / "key.pem"
        authority.cert_pem.write_to_path(self.authority)
        issued.private_key_pem.write_to_path(self.key)
        self.chain.unlink(missing_ok=True)
        for part in issued.cert_chain_pems:
            part.write_to_path(self.chain, append=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Installation:
    """`chevet demo` on `address:port`. With a certificate it speaks TLS itself.

    `public_url` differs from where it listens when something stands between (a proxy that counts bytes).
    """

    def __init__(
        self,
        folder: Path,
        *,
        host: Host | None = None,
        address: str = "127.0.0.1",
        name: str = "localhost",
        port: int | None = None,
        public_url: str | None = None,
        certificate: Certificate | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.port = port or free_port()
        self._host = host or ThisMachine()
        self._address = address
        self._certificate = certificate
        scheme = "https" if certificate else "http"
        self._direct = f"{scheme}://{address}:{self.port}"
        self.url = public_url or f"{scheme}://{name}:{self.port}"
        self._settings = dict(settings or {})
        self.process: subprocess.Popen | None = None

    def _environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("CHEVET_")}
        chosen = {
            "PYTHONPATH": f"{ROOT / 'server'}",
            "PYTHONUNBUFFERED": "1",
            "CHEVET_LISTEN__HOST": self._address,
            "CHEVET_LISTEN__PORT": str(self.port),
            "CHEVET_PUBLIC_URL": self.url,
        }
        if self._certificate:
            chosen["CHEVET_LISTEN__TLS_CERTIFICATE"] = str(self._certificate.chain)
            chosen["CHEVET_LISTEN__TLS_KEY"] = str(self._certificate.key)
        return inherited | chosen | self._settings

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def start(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = self._host.start(
                [
                    *(sys.executable, "-m", "chevet", "demo", "--no-agenda"),
                    *("--port", str(self.port), "--data", str(self.data)),
                ],
                cwd=ROOT,
                env=self._environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait_until_ready()
        return self

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + START_S
        while time.monotonic() < end:
            if self.process and self.process.poll() is not None:
                break
            if self.is_ready():
                return
            time.sleep(0.05)
        raise RuntimeError(f"the server did not start:\n{self.log.read_text()[-4000:]}")

    def is_ready(self) -> bool:
        return self._host.call(self._ask_ready) is True

    def _ask_ready(self) -> bool:
        context = ssl._create_unverified_context() if self._certificate else None
        try:
            with urllib.request.urlopen(f"{self._direct}/health/ready", timeout=2, context=context) as answer:
                return answer.status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the process: SIGTERM as an operator does, SIGKILL as a failing machine does."""
        if self.process:
            self.process.send_signal(how)
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    @contextlib.contextmanager
    def changed(self, settings: Mapping[str, str]) -> Iterator[None]:
        """Restarted with these settings besides; and as before afterwards."""
        before = self._settings
        self._restart(before | dict(settings))
        try:
            yield
        finally:
            self._restart(before)

    def _restart(self, settings: Mapping[str, str]) -> None:
        self.stop()
        self._settings = dict(settings)
        self.start()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
