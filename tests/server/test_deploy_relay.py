"""The relay as docs/install.md makes it: the file of `chevet turn-config` as it stands, the hook, the drop-in."""

import grp
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from chevet.adapters.turn_probe import CAUSES
from chevet.cli import _parser
from tests.e2e.installation import Certificate
from tests.network import coturn as turnserver
from tests.network.coturn import SECRET, free_port
from tests.server.test_cli import chevet
from tests.server.test_deploy import needs_systemd

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
INSTALL = (ROOT / "docs/install.md").read_text()
OPERATIONS = (ROOT / "docs/operations.md").read_text()


def has_group(name):
    return name in {group.gr_name for group in grp.getgrall()}


needs_turnserver = pytest.mark.skipif(
    os.geteuid() != 0 or not has_group("turnserver"), reason="needs root and the Debian package coturn"
)


@pytest.mark.proves("F12", "F13")
@pytest.mark.skipif(turnserver.why_not() is not None, reason="needs the Debian package coturn")
async def test_the_file_as_written_makes_a_relay_that_the_probe_finds_well(tmp_path):
    certificate = Certificate(tmp_path / "tls", "localhost", "127.0.0.1")
    environ = {
        "CHEVET_ICE__TURN_HOST": "127.0.0.1",
        "CHEVET_ICE__TURN_SECRET": SECRET,
        "CHEVET_ICE__TURN_PORT": str(free_port()),
        "CHEVET_ICE__TURN_TLS_PORT": str(free_port()),
        "CHEVET_ICE__CA_FILE": str(certificate.authority),
    }
    path = tmp_path / "turnserver.conf"
    words = ["--certificate", certificate.chain, "--key", certificate.key, "--listening-ip", "127.0.0.1"]
    written = chevet("turn-config", *map(str, words), "--output", str(path), folder=tmp_path, **environ)
    assert written.returncode == 0, written.stderr
    own = [f"--pidfile={tmp_path}/pid", f"--userdb={tmp_path}/db"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    relay = subprocess.Popen(["turnserver", "-c", path, *own], **quiet)
    try:
        probed = probe_until_well(tmp_path, environ)
    finally:
        relay.terminate()
        relay.wait(10)
    assert probed.returncode == 0, probed.stdout
    assert probed.stdout.count("The relay opens.") == 3


def probe_until_well(folder, environ):
    """Coturn takes a moment to start."""
    for _ in range(10):
        probed = chevet("probe-turn", folder=folder, **environ)
        if probed.returncode == 0:
            break
    return probed


@needs_turnserver
def test_the_hook_gives_coturn_its_own_certificate_and_no_other(tmp_path):
    for name in ("turn.samu44.example", "visio.samu44.example"):
        made = Certificate(tmp_path / name, name)
        shutil.copy(made.chain, tmp_path / name / "fullchain.pem")
        shutil.copy(made.key, tmp_path / name / "privkey.pem")
    assert told(tmp_path, "visio.samu44.example") == ""
    assert not (tmp_path / "coturn/fullchain.pem").exists()
    assert told(tmp_path, "turn.samu44.example") == "is-active --quiet coturn\nkill --signal=USR2 coturn\n"
    key = tmp_path / "coturn/privkey.pem"
    assert key.read_bytes() == (tmp_path / "turn.samu44.example/privkey.pem").read_bytes()
    assert stat.S_IMODE(key.stat().st_mode) == 0o640
    assert key.group() == "turnserver"


def told(folder, name):
    """Run the hook for one renewed certificate; what it asked of systemd."""
    programs, asked = folder / "bin", folder / "asked"
    programs.mkdir(exist_ok=True)
    asked.write_text("")
    recorder = programs / "systemctl"
    recorder.write_text(f'#!/bin/sh\necho "$@" >> {asked}\n')
    recorder.chmod(0o755)
    environment = {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "RENEWED_LINEAGE": str(folder / name),
        "COTURN_FOLDER": str(folder / "coturn"),
    }
    subprocess.run(["sh", DEPLOY / "coturn-certificate"], env=environment, check=True)
    return asked.read_text()


@needs_systemd
def test_the_drop_in_is_known_to_systemd(tmp_path):
    unit = tmp_path / "coturn.service"
    unit.write_text("[Service]\nType=notify\nExecStart=/bin/true\n")
    (tmp_path / "coturn.service.d").mkdir()
    shutil.copy(DEPLOY / "coturn.service.conf", tmp_path / "coturn.service.d/chevet.conf")
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, check=False
    )
    assert verified.returncode == 0, verified.stderr
    assert "chevet.conf" not in verified.stderr


def test_every_option_that_the_pages_name_exists():
    named = set(re.findall(r"(--[a-z][a-z-]+)", INSTALL[INSTALL.index("## 7.") : INSTALL.index("## 8.")]))
    theirs = {"--standalone", "--version"}
    turn_config = _parser()._subparsers._group_actions[0].choices["turn-config"]
    assert named - theirs <= set(turn_config._option_string_actions)


def test_every_file_that_the_pages_name_exists():
    named = set(re.findall(r"(?<!/)\bdeploy/([\w.-]+)", INSTALL))
    assert {"coturn-certificate", "coturn.service.conf"} <= named
    assert [name for name in named if not (DEPLOY / name).exists()] == []


@pytest.mark.proves("F13")
def test_every_cause_has_its_line_for_who_runs_the_service():
    section = OPERATIONS[OPERATIONS.index("## The relay") : OPERATIONS.index("## Backup")]
    told_of = {
        cause
        for line in section.splitlines()
        if line.startswith("| `")
        for cause in re.findall(r"`([a-z-]+)`", line.split("|")[1])
    }
    assert told_of - {"cause"} == set(CAUSES)
