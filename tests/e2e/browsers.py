"""How the two browsers are started: Debian's Chromium and Firefox ESR, by Playwright, with fake cameras."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, Playwright

CHROMIUM = "/usr/bin/chromium"
FIREFOX = "/usr/bin/firefox-esr"
LAUNCH_MS = 60_000
"""Firefox takes 2 s on an idle machine and up to 25 s on a busy one."""

CHROMIUM_ARGUMENTS = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream",
]  # fmt: skip
GRANT_AT_ONCE = "--use-fake-ui-for-media-stream"

FIREFOX_PREFERENCES = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "network.captive-portal-service.enabled": False,
    "app.update.enabled": False,
}


def missing(*names: str) -> list[str]:
    return [name for name in names if shutil.which(name) is None]


def chromium(
    playwright: Playwright,
    *,
    arguments: Sequence[str] = (GRANT_AT_ONCE,),
    executable: str = CHROMIUM,
    home: Path | None = None,
) -> Browser:
    """Chromium. `home` holds the certificates that it trusts (see `trust`)."""
    return playwright.chromium.launch(
        executable_path=executable,
        chromium_sandbox=False,
        args=[*CHROMIUM_ARGUMENTS, *arguments],
        env={**os.environ, "HOME": str(home)} if home else None,
        timeout=LAUNCH_MS,
    )


def firefox(playwright: Playwright, *, executable: str = FIREFOX) -> Browser:
    """Firefox ESR as Debian ships it, over WebDriver BiDi."""
    return playwright.firefox.launch(
        channel="moz-firefox",
        executable_path=executable,
        firefox_user_prefs=FIREFOX_PREFERENCES,
        timeout=LAUNCH_MS,
    )


def trust(home: Path, authority: Path) -> Path:
    """A home folder in which Chromium trusts `authority`: TURN over TLS fails silently otherwise (F13)."""
    store = home / ".pki" / "nssdb"
    store.mkdir(parents=True, exist_ok=True)
    certutil = ["certutil", "-d", f"sql:{store}"]
    subprocess.run([*certutil, "-N", "--empty-password"], check=True, capture_output=True)
    add = ["-A", "-t", "C,,", "-n", "test authority", "-i", str(authority)]
    subprocess.run([*certutil, *add], check=True, capture_output=True)
    return home
