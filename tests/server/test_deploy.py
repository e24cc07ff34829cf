"""The files of deploy/, used as docs/install.md says: the example configuration, nginx in front, a real server."""

import contextlib
import http.server
import json
import os
import re
import shutil
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

import aiohttp
import pytest
import trustme

from chevet.config import load_config
from tests.front import Front, is_installed

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
EXAMPLE = "visio.samu44.example"
PASSWORD = "a password of a real installation"
CHEVET = [sys.executable, "-m", "chevet"]

needs_nginx = pytest.mark.skipif(not is_installed(), reason="needs the Debian package nginx-light")
needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd")


def settings(etc):
    """deploy/chevet.toml and deploy/environment in `etc`, each secret in its file; returns the environment."""
    (etc / "secrets").mkdir(parents=True)
    shutil.copy(DEPLOY / "chevet.toml", etc)
    lines = (DEPLOY / "environment").read_text().replace("/etc/chevet", str(etc)).splitlines()
    environment = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    for name, value in environment.items():
        if name.endswith("_FILE"):
            Path(value).write_text("0123456789abcdefghij\n")
    return environment


@pytest.mark.proves("A60")
def test_the_example_configuration_is_complete(tmp_path):
    environment = settings(tmp_path)
    config = load_config(Path(environment["CHEVET_CONFIG"]), environment)
    assert config.is_https
    assert config.listen.host == "127.0.0.1"
    secrets = {config.mail.password, config.sms.key, config.sms.secret, config.sms.consumer_key}
    assert secrets | {config.sms.receipt_secret, config.ice.turn_secret} == {"0123456789abcdefghij"}
    checked = subprocess.run(
        [*CHEVET, "check-config"],
        env=process_environment(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    assert "not set" not in checked.stdout


def test_no_secret_stands_in_the_example():
    named = re.findall(r"^CHEVET_\w+?__(\w+)_FILE", (DEPLOY / "environment").read_text(), re.MULTILINE)
    example = (DEPLOY / "chevet.toml").read_text()
    assert len(named) == 6
    assert not [name for name in named if re.search(rf"^{name.lower()}\s*=", example, re.MULTILINE)]


@needs_systemd
def test_the_unit_is_sound_and_closed(tmp_path):
    unit = tmp_path / "chevet.service"
    unit.write_text((DEPLOY / "chevet.service").read_text().replace("/opt/chevet/bin/chevet", sys.executable))
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, check=False
    )
    assert verified.returncode == 0, verified.stderr
    assert "chevet.service" not in verified.stderr
    exposure = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=20", "--no-pager", unit],
        capture_output=True,
        text=True,
        check=False,
    )
    assert exposure.returncode == 0, exposure.stdout


def test_the_unit_lets_child_processes_do_what_they_need():
    """What lowers its priority, or asks for the machine's addresses, would be killed or refused."""
    unit = (DEPLOY / "chevet.service").read_text()
    allowed = re.findall(r"^SystemCallFilter=(.*)$", unit, re.MULTILINE)
    assert allowed.index("setpriority") > allowed.index("~@privileged @resources")
    assert "AF_NETLINK" in re.search(r"^RestrictAddressFamilies=(.*)$", unit, re.MULTILINE)[1].split()


def test_the_scripts_are_shell():
    assert os.access(DEPLOY / "chevet", os.X_OK)
    subprocess.run(["sh", "-n", DEPLOY / "chevet"], check=True)


# --- a whole installation -----------------------------------------------------------------------------------


def process_environment(environment):
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CHEVET_")}
    return inherited | {"PYTHONPATH": str(ROOT / "server")} | environment


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


class SmsOperator(http.server.BaseHTTPRequestHandler):
    """Takes messages as OVH does."""

    taken: list

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.taken.append(body)
        answer = json.dumps({"ids": [len(self.taken)], "invalidReceivers": []}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def operator():
    handler = type("Taking", (SmsOperator,), {"taken": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", handler.taken
    server.shutdown()
    server.server_close()


@contextlib.contextmanager
def process(words, **options):
    """A program that is up while the block runs, and asked to end afterwards."""
    running = subprocess.Popen(words, **options)
    try:
        yield running
    finally:
        running.terminate()
        running.wait(15)


def front(folder, port, plain_port, server_port):
    """nginx as deployed, with a certificate for localhost."""
    folder.mkdir()
    authority = trustme.CA()
    issued = authority.issue_cert("localhost")
    authority.cert_pem.write_to_path(folder / "authority.pem")
    certificate = folder / "localhost.pem"
    issued.private_key_and_cert_chain_pem.write_to_path(certificate)
    return Front(
        folder, port=port, plain_port=plain_port, server_port=server_port, chain=certificate, key=certificate
    )


class Installation:
    """`chevet serve` with the example configuration, behind nginx."""

    def __init__(self, folder):
        self.port, self.plain_port, self.server_port = free_port(), free_port(), free_port()
        self.url = f"https://localhost:{self.port}"
        self.data = folder / "data"
        self.folder = folder
        self.messages: list[dict] = []
        self.tls = ssl.create_default_context()

    @contextlib.contextmanager
    def running(self):
        with operator() as (operator_url, self.messages):
            self.environment = process_environment(
                settings(self.folder / "etc")
                | {
                    "CHEVET_PUBLIC_URL": self.url,
                    "CHEVET_DATA_DIR": str(self.data),
                    "CHEVET_LISTEN__PORT": str(self.server_port),
                    "CHEVET_SMS__BASE_URL": operator_url,
                }
            )
            self.fill()
            nginx = front(self.folder / "nginx", self.port, self.plain_port, self.server_port)
            self.tls.load_verify_locations(nginx.folder / "authority.pem")
            with (
                (self.folder / "log").open("w") as log,
                process([*CHEVET, "serve"], env=self.environment, cwd=self.folder, stderr=log) as server,
                nginx,
            ):
                self.wait(server)
                yield self

    def fill(self):
        organization = [
            "--id",
            "samu44",
            "--kind",
            "samu",
            "--name",
            "SAMU 44",
            "--caller-name",
            "Le SAMU 44",
        ]
        self.command("create-organization", *organization)
        user = ["clegoff", "--name", "Camille Le Goff", "--role", "dispatcher", "--organization", "samu44"]
        self.command("create-user", *user, "--mobile", "06 39 98 00 01", text=PASSWORD)

    def command(self, *words, text=""):
        done = subprocess.run(
            [*CHEVET, *words], env=self.environment, input=text, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def wait(self, server):
        while not answers(self.server_port):
            assert server.poll() is None, (self.folder / "log").read_text()
            time.sleep(0.05)

    def browser(self, address="127.0.0.1", **headers):
        connector = aiohttp.TCPConnector(ssl=self.tls, local_addr=(address, 0), family=socket.AF_INET)
        return aiohttp.ClientSession(
            self.url,
            connector=connector,
            cookie_jar=aiohttp.CookieJar(unsafe=True),
            headers={"Origin": self.url, **headers},
        )

    def addresses(self):
        """The addresses of the audit trail."""
        with contextlib.closing(sqlite3.connect(self.data / "chevet.db")) as db:
            rows = db.execute("select detail from audit_record where object = 'session' order by seq")
            return [json.loads(detail)["address"] for (detail,) in rows]


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    if not is_installed():
        pytest.skip("needs the Debian package nginx-light")
    with Installation(tmp_path_factory.mktemp("installation")).running() as running:
        yield running


async def sign_in(browser, installation):
    seen = len(installation.messages)
    body = {"username": "clegoff", "password": PASSWORD}
    async with browser.post("/api/sign-in", json=body) as answer:
        assert answer.status == 200, await answer.text()
        challenge = await answer.json()
    while len(installation.messages) <= seen:
        time.sleep(0.02)
    code = re.search(r"\d{6}", installation.messages[seen]["message"])[0]
    code_body = {"challengeId": challenge["challengeId"], "code": code}
    async with browser.post("/api/sign-in/code", json=code_body) as answer:
        assert answer.status == 200, await answer.text()
        return answer.cookies


@needs_nginx
@pytest.mark.proves("S5", "S6", "S48", "A5")
async def test_a_dispatcher_works_through_the_front(installation):
    """Sign in, invite, take the seat on the socket: all through TLS and HTTP as deployed."""
    async with installation.browser() as browser:
        cookies = await sign_in(browser, installation)
        cookie = cookies["__Host-chevet"]
        assert cookie["secure"]
        assert cookie["httponly"]
        async with browser.post("/api/invitations", json={"phone": "06 39 98 00 09"}) as answer:
            invitation = await answer.json()
        assert invitation["link"].startswith(f"{installation.url}/j#")
        async with browser.ws_connect("/api/socket") as socket_:
            await socket_.send_json(
                {"t": "hello", "token": invitation["seatToken"], "epoch": None, "lastSeq": 0}
            )
            welcome = await socket_.receive_json(timeout=5)
            assert welcome["t"] == "welcome"
            assert any(
                "turn.samu44.example" in url for server in welcome["iceServers"] for url in server["urls"]
            )
    while not any("/j#" in message["message"] for message in installation.messages):
        time.sleep(0.02)


@needs_nginx
@pytest.mark.proves("A23")
async def test_the_front_hides_no_foreign_origin(installation):
    async with installation.browser(Origin="https://evil.example") as browser:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await browser.ws_connect("/api/socket")


@needs_nginx
async def test_the_front_speaks_http_2_and_leaves_bodies_as_they_are(installation):
    context = ssl.create_default_context(cafile=installation.folder / "nginx/authority.pem")
    context.set_alpn_protocols(["h2", "http/1.1"])
    with (
        socket.create_connection(("127.0.0.1", installation.port)) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as secure,
    ):
        assert secure.selected_alpn_protocol() == "h2"
        assert secure.version() == "TLSv1.3"
    async with installation.browser() as browser:
        async with browser.get("/j", headers={"Accept-Encoding": "br"}, auto_decompress=False) as page:
            assert page.headers["Content-Encoding"] == "br"
            assert page.headers["Strict-Transport-Security"]
            assert int(page.headers["Content-Length"]) == len(await page.read()) < 12_000
        async with browser.get(
            f"http://localhost:{installation.plain_port}/j?lang=en", allow_redirects=False
        ) as answer:
            assert answer.headers["Location"] == "https://localhost/j?lang=en"


@needs_nginx
@pytest.mark.proves("A1")
async def test_only_the_front_says_where_somebody_comes_from(installation):
    """Through nginx the real address counts, whatever is claimed."""
    async with installation.browser("127.0.0.9", **{"X-Forwarded-For": "203.0.113.7"}) as browser:
        body = {"username": "clegoff", "password": "not the password"}
        async with browser.post("/api/sign-in", json=body) as answer:
            assert answer.status == 401
    assert installation.addresses()[-1] == "127.0.0.9"


@needs_nginx
@pytest.mark.proves("A1")
async def test_past_the_front_nobody_is_believed(installation):
    connector = aiohttp.TCPConnector(local_addr=("127.0.0.8", 0), family=socket.AF_INET)
    async with aiohttp.ClientSession(
        f"http://127.0.0.1:{installation.server_port}",
        connector=connector,
        headers={"Origin": installation.url},
    ) as browser:
        body = {"username": "clegoff", "password": "not the password"}
        async with browser.post(
            "/api/sign-in", json=body, headers={"X-Forwarded-For": "203.0.113.7"}
        ) as answer:
            assert answer.status == 401
    assert installation.addresses()[-1] == "127.0.0.8"


@needs_nginx
async def test_health_is_for_this_machine(installation):
    async with installation.browser() as browser, browser.get("/health/ready") as answer:
        assert answer.status == 200
    async with installation.browser("127.0.0.9") as browser, browser.get("/health/ready") as answer:
        assert answer.status == 403


@needs_nginx
@pytest.mark.proves("R20", "A57")
def test_the_trail_of_a_running_installation_is_whole(installation):
    assert "bad_seq=None" in installation.command("verify-audit")


@needs_nginx
@pytest.mark.proves("F54")
def test_a_backup_taken_while_it_runs_can_be_restored(installation, tmp_path):
    """docs/operations.md, Backup."""
    with contextlib.closing(sqlite3.connect(installation.data / "chevet.db")) as db:
        db.execute("vacuum into ?", [str(tmp_path / "chevet.db")])
    shutil.copy2(installation.data / "master.key", tmp_path)
    restored = installation.environment | {"CHEVET_DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [*CHEVET, "verify-audit"], env=restored, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "bad_seq=None" in done.stdout
    assert "rows=0" not in done.stdout
