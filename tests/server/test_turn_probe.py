"""The server looks at its own relay: each cause is named, on the health page and in the log (F13, F20)."""

import asyncio
import datetime as dt
import json
import shutil
import socket
import ssl
import threading
import time

import pytest
import trustme
from msgspec import structs

from chevet.adapters import turn_probe
from chevet.adapters.certificate import self_signed
from chevet.adapters.turn_probe import CAUSES, TurnProbe, parse
from chevet.config import Config, IceServerSettings, IceSettings
from chevet.logs import configure_logs
from chevet.model.locales import LANGUAGES, texts
from tests.e2e.installation import Certificate
from tests.network import coturn as turnserver
from tests.network.coturn import SECRET, Coturn, free_port
from tests.network.turn_client import Client
from tests.server.product import running
from tests.server.test_cli import chevet

NAMED_WITHIN_S = 10
DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def coturn(tmp_path_factory):
    if reason := turnserver.why_not():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("coturn")
    with Coturn(folder, Certificate(folder / "tls", "localhost")) as relay:
        yield relay


@pytest.fixture
def authority():
    return trustme.CA()


def write(folder, authority, issued):
    """As files: the authority, the chain, the key."""
    folder.mkdir(parents=True, exist_ok=True)
    files = Certificate(folder, "localhost")
    authority.cert_pem.write_to_path(files.authority)
    issued.private_key_pem.write_to_path(files.key)
    files.chain.write_bytes(b"".join(part.bytes() for part in issued.cert_chain_pems))
    return files


async def look(settings, clock=time.time):
    started = time.monotonic()
    report = await TurnProbe(settings, clock).look()
    assert time.monotonic() - started < NAMED_WITHIN_S
    return report


def by_transport(report):
    return {parse(found.url).transport: found.cause for found in report.findings}


@pytest.mark.proves("F13", "F16")
async def test_a_good_relay_opens_on_every_way_and_in_both_families(coturn):
    report = await look(coturn.settings)
    assert report.status == "well", report
    assert [parse(found.url).transport for found in report.findings if found.address == "127.0.0.1"] == [
        "udp",
        "tcp",
        "tls",
    ]
    explicit = structs.replace(coturn.settings, turn_host="::1", turn_tls_port=None)
    assert (await look(explicit)).status == "well"


async def test_what_was_opened_is_given_back(coturn):
    """More looks than one name may have relays."""
    for _ in range(10):
        assert (await look(coturn.settings)).status == "well"


@pytest.mark.proves("F13")
@pytest.mark.parametrize("case", ["expired", "not-yet-valid", "wrong-name", "unknown", "self-signed"])
async def test_a_bad_certificate_is_named(tmp_path, authority, case):
    """Each in a real coturn; UDP and TCP go on meanwhile."""
    now = dt.datetime.now(dt.UTC)
    options = {
        "expired": {"not_before": now - 40 * DAY, "not_after": now - DAY},
        "not-yet-valid": {"not_before": now + DAY, "not_after": now + 40 * DAY},
    }.get(case, {})
    name = "another.example" if case == "wrong-name" else "localhost"
    issuer = trustme.CA() if case == "unknown" else authority
    certificate = write(tmp_path / "tls", authority, issuer.issue_cert(name, **options))
    if case == "self-signed":
        crt, key = self_signed(tmp_path / "own", "127.0.0.1")
        shutil.copy(crt, certificate.chain)
        shutil.copy(key, certificate.key)
    with Coturn(tmp_path / "coturn", certificate) as relay:
        report = await look(relay.settings)
    cause = "certificate-unknown" if case == "self-signed" else f"certificate-{case}"
    assert by_transport(report) == {"udp": None, "tcp": None, "tls": cause}
    assert report.status == "trouble"


@pytest.mark.proves("F13")
async def test_a_certificate_is_told_fourteen_days_before_it_ends_and_taken_anew_without_a_restart(
    tmp_path, authority
):
    now = dt.datetime.now(dt.UTC)
    soon = authority.issue_cert("localhost", not_before=now - DAY, not_after=now + 13 * DAY)
    certificate = write(tmp_path / "tls", authority, soon)
    with Coturn(tmp_path / "coturn", certificate) as relay:
        report = await look(relay.settings)
        assert by_transport(report)["tls"] == "certificate-expires-soon"
        assert report.status == "trouble"
        late = next(found for found in report.findings if found.cause)
        assert late.works
        assert abs(late.certificate_ends_at - (now + 13 * DAY).timestamp()) < 2
        with Client(relay.server, SECRET) as under_way:
            assert under_way.allocate() == 0
            later = authority.issue_cert("localhost", not_before=now - DAY, not_after=now + 80 * DAY)
            write(tmp_path / "tls", authority, later)
            relay.process.send_signal(turnserver.signal.SIGUSR2)
            async with asyncio.timeout(5):
                while (await look(relay.settings)).status != "well":
                    await asyncio.sleep(0.1)
            assert under_way.refresh() == 0, "open relays are not touched"


@pytest.mark.proves("F13", "A36")
async def test_a_wrong_secret_is_named(coturn):
    wrong = structs.replace(coturn.settings, turn_secret="another-secret-of-this-test")
    assert set(by_transport(await look(wrong)).values()) == {"credentials-refused"}


@pytest.mark.proves("F13")
async def test_a_clock_that_is_hours_wrong_is_named_like_a_wrong_secret(coturn):
    report = await look(coturn.settings, lambda: time.time() - 2 * 3600)
    assert set(by_transport(report).values()) == {"credentials-refused"}


@pytest.mark.proves("F13", "A32")
async def test_a_reached_quota_is_named(tmp_path, coturn):
    relay = Coturn(tmp_path, coturn.certificate)
    with relay.start({"total-quota": "1"}), Client(relay.server, SECRET) as holder:
        assert holder.allocate() == 0
        report = await look(relay.settings)
    assert set(by_transport(report).values()) == {"quota-reached"}
    assert report.status == "down"


@pytest.mark.proves("F13")
async def test_a_relay_that_is_not_there_is_named():
    absent = IceSettings(
        turn_host="127.0.0.1", turn_secret=SECRET, turn_port=free_port(), turn_tls_port=free_port()
    )
    assert set(by_transport(await look(absent)).values()) == {"nothing-listens"}


@pytest.mark.proves("F13")
async def test_a_name_that_does_not_exist_is_named():
    unknown = IceSettings(turn_host="turn.invalid", turn_secret=SECRET)
    report = await look(unknown)
    assert {found.cause for found in report.findings} == {"name-unknown"}


@pytest.mark.proves("F13")
async def test_silence_is_named(monkeypatch):
    monkeypatch.setattr(turn_probe, "PATIENCE_S", 0.5)
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf,
        socket.create_server(("127.0.0.1", 0)) as deaf_tcp,
    ):
        deaf.bind(("127.0.0.1", 0))
        urls = [
            f"turn:127.0.0.1:{deaf.getsockname()[1]}?transport=udp",
            f"turn:127.0.0.1:{deaf_tcp.getsockname()[1]}?transport=tcp",
            f"turns:127.0.0.1:{deaf_tcp.getsockname()[1]}?transport=tcp",
        ]
        report = await look(fixed(*urls))
    assert set(by_transport(report).values()) == {"no-answer"}


def fixed(*urls):
    """A relay of somebody else's, with a name and a password that last."""
    return IceSettings(servers=[IceServerSettings(urls=list(urls), username="u", credential="c")])


class Stranger:
    """Something else than coturn at a port: says `answer` to whatever comes, and goes."""

    def __init__(self, answer: bytes, context: ssl.SSLContext | None = None) -> None:
        self._answer = answer
        self._context = context
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def _serve(self):
        try:
            connection, _ = self._server.accept()
            if self._context:
                connection = self._context.wrap_socket(connection, server_side=True)
            connection.recv(2048)
            connection.sendall(self._answer)
            connection.close()
        except OSError:
            return

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.close()
        self._thread.join(5)


@pytest.mark.proves("F13", "F14")
async def test_a_proxy_that_opens_and_closes_again_is_named(tmp_path, authority):
    certificate = write(tmp_path, authority, authority.issue_cert("localhost", "127.0.0.1"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.chain, certificate.key)
    with Stranger(b"", context) as proxy:
        settings = structs.replace(
            fixed(f"turns:127.0.0.1:{proxy.port}?transport=tcp"), ca_file=str(certificate.authority)
        )
        assert by_transport(await look(settings)) == {"tls": "closed"}
    with Stranger(b"") as proxy:
        assert by_transport(await look(fixed(f"turn:127.0.0.1:{proxy.port}?transport=tcp"))) == {
            "tcp": "closed"
        }


@pytest.mark.proves("F13")
async def test_a_port_without_tls_is_named():
    with Stranger(b"SSH-2.0-OpenSSH_9.2\r\n") as other:
        report = await look(fixed(f"turns:127.0.0.1:{other.port}?transport=tcp"))
    assert by_transport(report) == {"tls": "tls-failed"}


def test_addresses_are_read_as_browsers_read_them():
    assert parse("turn:t.example")[1:] == ("t.example", 3478, "udp")
    assert parse("turn:t.example:80?transport=tcp")[1:] == ("t.example", 80, "tcp")
    assert parse("turns:t.example")[1:] == ("t.example", 5349, "tls")
    assert parse("turns:[2001:db8::1]:443?transport=tcp")[1:] == ("2001:db8::1", 443, "tls")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cause_and_every_state_has_its_sentence(language):
    words = texts("health", language)
    causes = {key.removeprefix("turn.cause.") for key in words if key.startswith("turn.cause.")}
    assert causes == set(CAUSES)
    for status in ("absent", "unknown", "well", "trouble", "down"):
        assert words[f"turn.status.{status}"]


# --- in the running product -----------------------------------------------------------------------------------


async def reported(browser, *statuses):
    """What `ready` says of the relay, once it is one of these."""
    async with asyncio.timeout(NAMED_WITHIN_S + 5):
        while True:
            status, ready = await browser.get("/health/ready")
            assert status == 200, "a relay in trouble makes nobody unready"
            if ready["turn"]["status"] in statuses:
                return ready["turn"]
            await asyncio.sleep(0.05)


@pytest.mark.proves("F13", "F20")
async def test_a_relay_that_dies_is_told_within_one_period_and_so_is_its_return(tmp_path, coturn):
    relay = Coturn(tmp_path / "coturn", coturn.certificate).start()
    config = Config(ice=structs.replace(relay.settings, probe_every_s=1.0))
    async with running(tmp_path / "data", config, clock=time.time) as product:
        browser = product.browser()
        await reported(browser, "well")
        relay.stop(turnserver.signal.SIGKILL)
        died = time.monotonic()
        turn = await reported(browser, "down")
        assert time.monotonic() - died < config.ice.probe_every_s + 2
        assert {found["cause"] for found in turn["findings"]} == {"nothing-listens"}
        async with browser.http.get("/health/live") as live:
            assert live.status == 200
        with relay.start():
            await reported(browser, "well")


@pytest.mark.proves("F13")
async def test_it_is_looked_at_from_the_start_and_told_in_the_log(tmp_path, capsys):
    configure_logs()
    config = Config(
        ice=IceSettings(turn_host="127.0.0.1", turn_secret=SECRET, turn_port=free_port(), turn_tls_port=None)
    )
    async with running(tmp_path, config, clock=time.time) as product:
        await reported(product.browser(), "down")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    told = [line for line in lines if line["event"] == "turn.trouble"]
    assert {line["cause"] for line in told} == {"nothing-listens"}
    assert SECRET not in str(lines)


async def test_without_a_relay_nothing_is_looked_at(tmp_path):
    async with running(tmp_path) as product:
        _, ready = await product.browser().get("/health/ready")
        assert ready["turn"]["status"] == "absent"
        assert ready["turn"]["findings"] == []


@pytest.mark.proves("F13")
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_health_page_says_what_is_wrong_in_a_sentence(tmp_path, coturn, language):
    untrusted = structs.replace(coturn.settings, ca_file=None)
    async with running(tmp_path, Config(ice=untrusted), clock=time.time) as product:
        browser = product.browser()
        await reported(browser, "trouble")
        async with browser.http.get("/health/page", headers={"Accept-Language": language}) as answer:
            page, headers = await answer.text(), answer.headers
    words = texts("health", language)
    assert headers["Content-Type"].startswith("text/html")
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    for key in ("turn.status.trouble", "turn.cause.certificate-unknown", "turn.works", "health.store.well"):
        assert words[key] in page.replace("&#x27;", "'"), key
    assert f"turns:localhost:{coturn.tls_port}" in page
    assert SECRET not in page


@pytest.mark.proves("F13")
async def test_the_command_tells_the_same_once(tmp_path, coturn):
    environ = {
        "CHEVET_ICE__TURN_HOST": "localhost",
        "CHEVET_ICE__TURN_SECRET": SECRET,
        "CHEVET_ICE__TURN_PORT": str(coturn.port),
        "CHEVET_ICE__TURN_TLS_PORT": str(coturn.tls_port),
    }
    good = chevet(
        "probe-turn", folder=tmp_path, **environ, CHEVET_ICE__CA_FILE=str(coturn.certificate.authority)
    )
    assert good.returncode == 0, good.stdout
    assert texts("health", "en")["turn.works"] in good.stdout
    bad = chevet("probe-turn", folder=tmp_path, **environ)
    assert bad.returncode == 1
    assert texts("health", "en")["turn.cause.certificate-unknown"] in bad.stdout
    assert SECRET not in good.stdout + bad.stdout + bad.stderr
