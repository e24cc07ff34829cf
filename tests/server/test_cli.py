"""The command line, as real processes."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

SERVER = str(Path(__file__).parents[2] / "server")
PASSWORD = "twelve letters at least"


def chevet(*arguments, folder, text: str = "", **environ):
    return subprocess.run(
        [sys.executable, "-m", "chevet", *arguments],
        check=False,
        input=text,
        capture_output=True,
        text=True,
        timeout=30,
        env={**os.environ, "PYTHONPATH": SERVER, "CHEVET_DATA_DIR": str(folder), **environ},
    )


def organization(folder, **environ):
    return chevet(
        *("create-organization", "--id", "samu44", "--kind", "samu", "--name", "SAMU 44"),
        *("--caller-name", "Le SAMU 44", "--referent", "referent@samu.example"),
        folder=folder,
        **environ,
    )


USER = ("create-user", "Camille", "--name", "Camille", "--role", "dispatcher", "--organization", "samu44")


async def test_a_real_installation_gets_its_first_account(tmp_path):
    assert organization(tmp_path).returncode == 0
    done = chevet(*USER, "--mobile", "06 39 98 00 01", folder=tmp_path, text=PASSWORD + "\n")
    assert done.returncode == 0, done.stderr
    assert "camille" in done.stdout
    again = chevet(*USER, "--mobile", "06 39 98 00 01", folder=tmp_path, text=PASSWORD + "\n")
    assert again.returncode == 1
    assert "Traceback" not in again.stderr
    assert chevet("verify-audit", folder=tmp_path).returncode == 0


@pytest.mark.proves("A6", "A60")
@pytest.mark.parametrize(
    ("options", "password", "word"),
    [
        (("--mobile", "06 39 98 00 01"), "short", "12 characters"),
        ((), PASSWORD, "--mobile or --email"),
        (("--mobile", "not a number"), PASSWORD, "chevet:"),
        (("--email", "nowhere"), PASSWORD, "chevet:"),
    ],
)
async def test_an_account_without_a_second_factor_or_with_a_weak_password_is_refused(
    tmp_path, options, password, word
):
    organization(tmp_path)
    done = chevet(*USER, *options, folder=tmp_path, text=password + "\n")
    assert done.returncode == 1
    assert word in done.stderr
    assert "Traceback" not in done.stderr


async def test_check_config_says_what_is_wrong_and_what_is_missing(tmp_path):
    good = chevet("check-config", folder=tmp_path, CHEVET_PUBLIC_URL="https://visio.samu.example")
    assert good.returncode == 0
    assert "no SMS can be sent" in good.stdout
    bad = chevet("check-config", folder=tmp_path, CHEVET_PUBLIC_URL="http://visio.samu.example")
    assert bad.returncode == 1
    assert "https" in bad.stderr
    long = chevet("check-config", folder=tmp_path, CHEVET_PUBLIC_URL=f"https://{'a' * 60}.{'b' * 60}.example")
    assert long.returncode == 1
    assert "too long" in long.stderr


async def test_demo_and_real_installations_do_not_share_a_folder(tmp_path):
    organization(tmp_path)
    demo = chevet("demo", "--data", str(tmp_path), folder=tmp_path)
    assert demo.returncode == 1
    assert "real installation" in demo.stderr
    other = tmp_path / "demo"
    other.mkdir()
    (other / "demo").touch()
    serve = chevet("serve", folder=other)
    assert serve.returncode == 1
    assert "demo" in serve.stderr


async def test_the_demo_prints_its_accounts_and_stops_at_once(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "chevet", "demo", "--port", str(port), "--data", str(tmp_path / "d")],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": SERVER},
    )
    try:
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://localhost:{port}/api/instance") as answer:
                    assert json.load(answer)["demo"] is True
                    break
            except OSError:
                time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        printed, _ = process.communicate(timeout=5)
    finally:
        process.kill()
    for word in ("regulateur", "medecin", "soignant", "admin", "chevet-demo", f"http://localhost:{port}"):
        assert word in printed
