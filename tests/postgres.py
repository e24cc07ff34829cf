"""A real PostgreSQL of our own for the tests: Debian's binaries, a new cluster, a socket of its own."""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

USER = "postgres"
_schemas = itertools.count(1)


def _folder_of_binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return found[-1].parent if found else None


def _as_user() -> list[str]:
    """PostgreSQL refuses to run as root."""
    return ["runuser", "-u", USER, "--"] if os.geteuid() == 0 else []


def _initialise(binaries: Path, folder: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(folder, USER)
    command = [
        *_as_user(),
        binaries / "initdb",
        "-D",
        folder / "data",
        "-U",
        USER,
        "-A",
        "trust",
        "-E",
        "UTF8",
    ]
    subprocess.run([*command, "--locale=C.UTF-8"], check=True, capture_output=True, cwd=folder)


class Server:
    """A running cluster. `fsync` stays on: durability is tested."""

    def __init__(self, folder: Path, binaries: Path) -> None:
        self._folder = folder
        self._command = [
            *_as_user(),
            binaries / "postgres",
            *("-D", folder / "data", "-k", folder, "-c", "listen_addresses=", "-c", "max_connections=60"),
        ]
        self.url = f"postgresql://{USER}@/postgres?host={folder}"
        self.start()

    def start(self) -> None:
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdout=log, stderr=log, cwd=self._folder, start_new_session=True
            )
        deadline = time.monotonic() + 20
        while not self._is_up():
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise RuntimeError((self._folder / "log").read_text())
            time.sleep(0.05)

    def _is_up(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _pid(self) -> int:
        return int((self._folder / "data/postmaster.pid").read_text().split("\n", 1)[0])

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT closes the connections and stops; SIGQUIT stops as a crash would."""
        if self._process.poll() is None:
            os.kill(self._pid(), how)
            self._process.wait(20)

    def schema(self) -> str:
        """The URL of an empty schema."""
        name = f"test_{next(_schemas)}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"create schema {name}".encode())
        return f"{self.url}&options=-csearch_path%3D{name}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    binaries = _folder_of_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed (no /usr/lib/postgresql/*/bin/initdb)")
    if os.geteuid() == 0 and not any(entry.pw_name == USER for entry in pwd.getpwall()):
        pytest.skip("PostgreSQL refuses to run as root, and there is no user postgres")
    with tempfile.TemporaryDirectory(prefix="chevet-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        _initialise(binaries, folder)
        server = Server(folder, binaries)
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture
def postgres_url(postgres_server: Server) -> str:
    """An empty schema of its own for one test."""
    return postgres_server.schema()
