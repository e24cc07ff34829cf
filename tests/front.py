"""nginx in front of a server, set up by deploy/nginx.conf: TLS, HTTP/2, the headers that Chevet believes."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"
EXAMPLE = "visio.samu44.example"
START_S = 20.0


def is_installed() -> bool:
    return shutil.which("nginx") is not None


class Front:
    """`address:port` in front of `127.0.0.1:server_port`. `start` and `call` run things where the server runs."""

    def __init__(
        self,
        folder: Path,
        *,
        address: str = "127.0.0.1",
        name: str = "localhost",
        port: int,
        plain_port: int,
        server_port: int,
        chain: Path,
        key: Path,
        start: Callable[..., subprocess.Popen] = subprocess.Popen,
        call: Callable[[Callable[[], bool]], object] = lambda function: function(),
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._where = (address, port)
        self._start, self._call = start, call
        site = (DEPLOY / "nginx.conf").read_text()
        site = re.sub(r"^\s*listen \[::\].*\n", "", site, flags=re.MULTILINE)
        site = re.sub(r"/etc/letsencrypt/\S+fullchain\.pem", str(chain), site)
        site = re.sub(r"/etc/letsencrypt/\S+privkey\.pem", str(key), site)
        site = site.replace("listen 443", f"listen {address}:{port}")
        site = site.replace("listen 80;", f"listen {address}:{plain_port};")
        site = site.replace("127.0.0.1:8000", f"127.0.0.1:{server_port}").replace(EXAMPLE, name)
        (folder / "site.conf").write_text(site)
        self.configuration = folder / "nginx.conf"
        self.configuration.write_text(self._main())

    def _main(self) -> str:
        """The least that a site needs around it, with every file below our folder."""
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        temporary = "".join(f"{kind}_temp_path {self.folder}/{kind};\n" for kind in kinds)
        user = "user root;\n" if os.geteuid() == 0 else ""
        return (
            f"{user}daemon off;\npid {self.folder}/pid;\nerror_log {self.folder}/error.log;\n"
            f"worker_processes 1;\nevents {{ worker_connections 1024; }}\n"
            f"http {{\n{temporary}include {self.folder}/site.conf;\n}}\n"
        )

    @property
    def words(self) -> Sequence[str]:
        return ["nginx", "-e", f"{self.folder}/error.log", "-c", str(self.configuration)]

    def __enter__(self) -> Self:
        self.process = self._start(self.words)
        end = time.monotonic() + START_S
        while not self._call(self._answers):
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"nginx did not start:\n{(self.folder / 'error.log').read_text()}")
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(15)

    def _answers(self) -> bool:
        try:
            socket.create_connection(self._where, timeout=1).close()
        except OSError:
            return False
        return True
