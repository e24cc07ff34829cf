"""A coturn of the field, with the file that `chevet turn-config` writes: one address, both families."""

import signal
import subprocess
import time
from pathlib import Path
from typing import Self

from chevet.adapters.turn_config import CoturnPlace, coturn_configuration, installed_version
from chevet.config import IceSettings
from tests.e2e.installation import Certificate
from tests.network.field import ADDRESSES, ADDRESSES_6
from tests.network.lab import Namespace

SECRET = "field-secret-of-enough-letters"
START_S = 10.0


class Relay:
    """One TURN server. It may be killed, and started again with another certificate, secret or nonce."""

    def __init__(self, host: Namespace, folder: Path, name: str, certificate: Certificate) -> None:
        self.name = name
        self._host = host
        self._folder = folder
        self._certificate = certificate
        self.process: subprocess.Popen | None = None

    def start(
        self, certificate: Certificate | None = None, secret: str = SECRET, nonce_s: int | None = None
    ) -> Self:
        """Returns when it answers. `nonce_s`: life of a nonce, instead of the product's ten minutes."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / "turnserver.conf"
        path.write_text(self._configuration(certificate or self._certificate, secret, nonce_s))
        with (self._folder / "turnserver.log").open("wb") as log:
            words = ["turnserver", "-c", str(path)]
            self.process = self._host.start(words, stdout=log, stderr=subprocess.STDOUT)
        self._wait()
        return self

    def _configuration(self, certificate: Certificate, secret: str, nonce_s: int | None) -> str:
        settings = IceSettings(turn_host=self.name, turn_secret=secret)
        place = CoturnPlace(
            certificate=certificate.chain,
            key=certificate.key,
            listening_ips=(ADDRESSES[self.name], ADDRESSES_6[self.name]),
        )
        text = coturn_configuration(settings, place, installed_version())
        text = text.replace("\nsyslog\n", "\nlog-file=stdout\n")
        if nonce_s is not None:
            # A browser asks again only when its relay is about to end: after half of a minute here.
            text = text.replace("stale-nonce=600", f"stale-nonce={nonce_s}\nmax-allocate-lifetime=60")
        return f"{text}\npidfile={self._folder / 'pid'}\nuserdb={self._folder / 'users.db'}\n"

    def _wait(self) -> None:
        end = time.monotonic() + START_S
        wanted = f"{ADDRESSES[self.name]}:443"
        while time.monotonic() < end:
            if wanted in self._host.run("ss", "-Hltn"):
                return
            time.sleep(0.05)
        raise RuntimeError(f"coturn did not start:\n{(self._folder / 'turnserver.log').read_text()[-2000:]}")

    def kill(self) -> None:
        """As a machine that fails: no word to anybody."""
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None
