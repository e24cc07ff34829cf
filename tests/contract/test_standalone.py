"""The repository stands alone, and so does the product: it names nothing of the place where it was written, and
loads nothing from anywhere else."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PLACES = {
    "a folder beside the repository": r"\.\./share[d]",
    "the machine it was written on": r"/wor[k]/",
    "a registry's host": r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|yarnpkg\.com|jsdeliv[r]|unpkg\.com|esm\.sh",
    "a mirror's host": r"(?:deb|ftp|security)[\w.]*\.debian\.org|archive\.ubuntu\.com|proxy\.golang\.org",
}

NAMED = {
    "www.w3.org": "names of XML vocabularies: never fetched",
    "hl7.org": "the source of a list of codes, in a comment",
    "cheatsheetseries.owasp.org": "the source of a figure, in a comment",
    "eu.api.ovh.com": "an SMS operator, called by the server when it is configured",
    "rest.smsmode.com": "an SMS operator, called by the server when it is configured",
    "api.brevo.com": "an SMS operator, called by the server when it is configured",
    "api.twilio.com": "an SMS operator, called by the server when it is configured",
    "host": "a placeholder",
    "…": "an address in a comment, cut short",
}
URL = re.compile(r"""\b(?:https?|wss?)://([^\s/"'`<>()\\{}$]+)""")


@cache
def tracked():
    """Path -> text of each file that git keeps, as it stands in the work tree; binary files are left out."""
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    found = {}
    for name in filter(None, names):
        path = ROOT / name
        if path.is_file():
            try:
                found[name] = path.read_text("utf-8")
            except UnicodeDecodeError:
                continue
    return found


@pytest.mark.parametrize("place", PLACES)
def test_no_file_names(place):
    pattern = re.compile(PLACES[place], re.IGNORECASE)
    assert [name for name, text in tracked().items() if pattern.search(text)] == []


@pytest.mark.proves("A61")
def test_locks_hold_hashes_and_no_address():
    locks = [text for name, text in tracked().items() if re.fullmatch(r"requirements.*\.lock", name)]
    assert locks
    for text in locks:
        assert "://" not in text
        assert text.count("==") <= text.count("--hash=sha256:")
    package_lock = tracked()["package-lock.json"]
    assert '"resolved"' not in package_lock
    assert package_lock.count('"integrity"') > 50


@pytest.mark.proves("R29")
def test_no_page_and_no_module_loads_another_origin():
    """Addresses in what is served or run: our own, an example's, or one of the few that are named above."""
    foreign = {}
    for name, text in tracked().items():
        if not name.startswith(("pwa/", "static/", "service-worker/", "server/")):
            continue
        for address in URL.findall(text):
            host = re.sub(r":\d*$", "", address).rstrip(".,;")
            if host not in NAMED and not is_ours(host):
                foreign.setdefault(name, []).append(host)
    assert foreign == {}


def is_ours(host):
    return host in {"localhost", "127.0.0.1", "[::1]"} or host.endswith((".example", "example.fr"))


@pytest.mark.proves("A65", "S57", "R32")
def test_nothing_records():
    """What is seen is not kept: no recorder in the pages, no media file in the server."""
    for name, text in tracked().items():
        if name.startswith(("pwa/", "service-worker/", "server/")):
            assert not re.search(r"MediaRecorder|\.webm\b|\.mp4\b|captureStream", text), name
