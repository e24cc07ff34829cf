"""coturn with the product's configuration: what it grants, and what it refuses to whoever holds a credential."""

import asyncio
import contextlib
import os
import socket
import struct
import subprocess
import time

import pytest

from chevet.adapters.turn_probe import _resolve, parse
from tests.e2e.installation import Certificate
from tests.network import coturn as turnserver
from tests.network import lab as network
from tests.network.coturn import SECRET, Coturn
from tests.network.turn_client import (
    ALLOCATE,
    BINDING,
    FAMILY,
    IPV6,
    MAGIC,
    STALE,
    TCP,
    TRANSPORT,
    UDP,
    Client,
    attribute,
)

INSIDE = [
    *("0.0.0.0", "0.0.0.1", "10.0.0.0", "10.1.2.3", "10.255.255.255", "100.64.0.1", "100.127.255.255"),
    *("127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1"),
    *("192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.51.100.1", "203.0.113.1"),
    *("224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
]
INSIDE_6 = [
    *("::", "::1", "::127.0.0.1", "::10.0.0.0", "::10.1.2.3", "::0.1.0.0"),
    *("::ffff:10.1.2.3", "::ffff:10.0.0.0", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:0.0.0.0"),
    *("::ffff:192.168.1.1", "::ffff:0:10.1.2.3", "64:ff9b::a01:203", "64:ff9b::7f00:1", "64:ff9b:1::a01:203"),
    *("100::1", "2001::1", "2001:db8::1", "2002:a01:203::1", "2002:7f00:1::", "3fff::1", "5f00::1"),
    *("fc00::1", "fd12:3456::1", "fd00:ec2::254", "fe80::1", "febf::1", "fec0::1", "ff02::1", "ff0e::1"),
]
PUBLIC, PUBLIC_6 = ["1.1.1.1", "9.9.9.9", "11.0.0.1", "223.255.255.254"], ["2a00:1450::1", "2606:4700::1"]
RELAYS = range(49152, 65536)
ETHERNET, IP, IP6, UDP_HEADER = 14, 20, 40, 8


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    if reason := turnserver.why_not():
        pytest.skip(reason)
    return Certificate(tmp_path_factory.mktemp("tls"), "localhost")


@pytest.fixture(scope="module")
def coturn(tmp_path_factory, certificate):
    with Coturn(tmp_path_factory.mktemp("coturn"), certificate) as running:
        yield running


def test_every_line_is_known_to_coturn(coturn):
    text = coturn.log.read_text()
    assert "Bad configuration" not in text
    assert "Unknown" not in text
    assert "wrong" not in text.lower()


@pytest.mark.proves("A31")
@pytest.mark.parametrize("how", ["permit", "bind"])
def test_the_relay_reaches_no_inside_host(coturn, how):
    with Client(coturn.server, SECRET) as client:
        assert client.allocate() == 0
        answers = {address: getattr(client, how)(address) for address in INSIDE}
        assert set(answers.values()) == {403}, answers
    for public in PUBLIC:
        with Client(coturn.server, SECRET) as client:
            client.allocate()
            assert getattr(client, how)(public) == 0, "a public address is what a relay is for"


@pytest.mark.proves("A31")
@pytest.mark.parametrize("how", ["permit", "bind"])
def test_nor_when_the_address_is_written_as_ipv6(coturn, how):
    with Client(coturn.server, SECRET) as client:
        assert client.allocate(attribute(FAMILY, IPV6)) == 0
        answers = {address: getattr(client, how)(address) for address in INSIDE_6}
        assert set(answers.values()) == {403}, answers
    for public in PUBLIC_6:
        with Client(coturn.server, SECRET) as client:
            client.allocate(attribute(FAMILY, IPV6))
            assert getattr(client, how)(public) == 0


@pytest.mark.proves("A31")
def test_nothing_that_is_sent_to_an_inside_host_arrives(coturn):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as inside, Client(coturn.server, SECRET) as client:
        inside.bind(("127.0.0.1", 0))
        inside.settimeout(0.5)
        assert client.allocate() == 0
        port = inside.getsockname()[1]
        client.permit("127.0.0.1", port)
        for _ in range(3):
            client.send("127.0.0.1", port, b"anybody there?")
        assert client.permit("9.9.9.9") == 0, "the relay has read what was sent before"
        with pytest.raises(TimeoutError):
            inside.recv(100)


def test_there_are_as_many_probes_as_the_research_asks_for():
    assert len(INSIDE + INSIDE_6) >= 40


@pytest.mark.proves("A32")
def test_one_seat_opens_as_many_relays_as_it_needs_and_no_more(coturn):
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(Client(coturn.server, SECRET, name="one-seat")) for _ in range(50)]
        answers = [client.allocate() for client in clients]
        assert answers == [0] * 36 + [486] * 14
        with Client(coturn.server, SECRET, name="another-seat") as other:
            assert other.allocate() == 0
        assert clients[0].refresh(0) == 0
        assert granted_within(5, coturn, name="one-seat", ttl_s=1800), (
            "the date does not count, the name does"
        )


def granted_within(seconds, coturn, **credential):
    """Coturn closes what was given back a moment later."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with Client(coturn.server, SECRET, **credential) as client:
            if client.allocate() == 0:
                return True
        time.sleep(0.1)
    return False


@pytest.mark.proves("A32", "F18")
def test_an_expired_credential_opens_nothing(coturn):
    with Client(coturn.server, SECRET, made_s_ago=40, ttl_s=60) as client:
        assert client.allocate() == 0
    with Client(coturn.server, SECRET, made_s_ago=40, ttl_s=38) as client:
        assert client.allocate() == 401


@pytest.mark.proves("A32")
def test_nobody_can_prolong_a_credential(coturn):
    with Client(coturn.server, SECRET, ttl_s=60) as client:
        client.username = f"{int(time.time()) + 86_400}:seat"
        assert client.allocate() == 401


@pytest.mark.proves("A33")
def test_it_connects_to_no_tcp_service(coturn):
    with Client(coturn.server, SECRET, over=socket.SOCK_STREAM) as client:
        assert client.allocate(transport=TCP) >= 400
    with Client(coturn.server, SECRET, over=socket.SOCK_STREAM) as client:
        assert client.allocate() == 0
        assert client.connect("9.9.9.9", 443) >= 400
        assert client.connect("127.0.0.1", 22) >= 400


@pytest.mark.proves("A34")
def test_it_listens_where_it_must_and_nowhere_else(coturn):
    """No command line, no web pages, no metrics: every port of the process, as the kernel knows them."""
    ports = {
        port for kind in ("t", "u") for port in listening(coturn, kind) if kind == "t" or port not in RELAYS
    }
    assert ports - {coturn.port} == {coturn.tls_port}
    for port in (5766, 8080, 9641):
        with socket.socket() as probe, pytest.raises(OSError, match="refused"):
            probe.connect(("127.0.0.1", port))


def listening(coturn, kind):
    shown = subprocess.run(["ss", f"-Hln{kind}p"], capture_output=True, text=True, check=True).stdout
    own = (line.split() for line in shown.splitlines() if f"pid={coturn.process.pid}," in line)
    return {int(fields[3].rpartition(":")[2]) for fields in own}


@pytest.mark.proves("A34")
def test_its_ports_speak_no_http(coturn):
    with socket.create_connection(coturn.server, timeout=5) as probe:
        probe.send(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
        probe.settimeout(2)
        with contextlib.suppress(TimeoutError, ConnectionError):
            assert b"turn_" not in probe.recv(4096)


@pytest.mark.proves("A35")
@pytest.mark.parametrize(("server", "header", "limit"), [("server", IP, 1.2), ("server_6", IP6, 1.3)])
def test_an_answer_is_hardly_larger_than_the_question(coturn, server, header, limit):
    """As frames on the wire. A forged sender's question costs him nearly as much as the victim's answer."""
    with Client(getattr(coturn, server), SECRET) as client:
        question = struct.pack(">HH", BINDING, 0) + MAGIC + os.urandom(12)
        client.socket.send(question)
        answer = client.socket.recv(2048)
    around = ETHERNET + header + UDP_HEADER
    ratio = (around + len(answer)) / (around + len(question))
    assert ratio <= limit, f"{len(question)} bytes asked, {len(answer)} answered"


@pytest.mark.proves("A35")
def test_the_first_answer_about_a_relay_is_not_twice_the_question(coturn):
    """It carries realm and nonce, as the protocol wants (RFC 8489, 9.2)."""
    with Client(coturn.server, SECRET) as client:
        body = attribute(TRANSPORT, UDP)
        question = struct.pack(">HH", ALLOCATE, len(body)) + MAGIC + os.urandom(12) + body
        client.socket.send(question)
        answer = client.socket.recv(2048)
    around = ETHERNET + IP + UDP_HEADER
    assert (around + len(answer)) / (around + len(question)) < 2


@pytest.mark.proves("A35")
def test_it_does_not_say_what_it_is_and_knows_no_old_questions(coturn):
    with Client(coturn.server, SECRET) as client:
        client.ask(BINDING)
        client.ask(ALLOCATE, attribute(TRANSPORT, UDP))
        software, other_address, response_origin = 0x8022, 0x802C, 0x802B
        assert not {software, other_address, response_origin} & set(client.found)
        client.socket.settimeout(0.5)
        client.socket.send(struct.pack(">HH", BINDING, 0) + os.urandom(16))  # RFC 3489: no magic
        with pytest.raises(TimeoutError):
            client.socket.recv(2048)


@pytest.mark.proves("F16")
@pytest.mark.parametrize("server", ["server", "server_6"])
@pytest.mark.parametrize("over", [socket.SOCK_DGRAM, socket.SOCK_STREAM], ids=["udp", "tcp"])
@pytest.mark.parametrize("family", [b"\x01\0\0\0", IPV6], ids=["relay-4", "relay-6"])
def test_each_family_reaches_a_relay_of_each_family(coturn, server, over, family):
    with Client(getattr(coturn, server), SECRET, over=over) as client:
        assert client.allocate(attribute(FAMILY, family)) == 0
        assert (":" in client.relayed[0]) is (family == IPV6)


@pytest.mark.proves("F16")
def test_a_server_without_ipv6_does_not_look_for_its_relay_there(tmp_path):
    if reason := network.why_not():
        pytest.skip(reason)
    host = network.Namespace("v4", tmp_path)
    try:
        host.run("ip", "-6", "addr", "flush", "dev", "lo")
        place = parse("turn:localhost:3478")
        assert host.call(lambda: asyncio.run(_resolve(place))) == ["127.0.0.1"]
    finally:
        host.close()


@pytest.mark.proves("A36")
def test_a_secret_changes_while_a_relay_is_open(tmp_path, certificate):
    """Both secrets are accepted during the overlap; afterwards the former one opens nothing."""
    former, latter = "the-former-secret-of-a-test", "the-latter-secret-of-a-test"
    relay = Coturn(tmp_path, certificate, turn_secret=former, turn_second_secret=latter)
    with relay.start(), Client(relay.server, former) as under_way:
        assert under_way.allocate() == 0
        with Client(relay.server, latter) as new:
            assert new.allocate() == 0
        assert under_way.refresh() == 0
        assert under_way.permit("9.9.9.9") == 0
    relay = Coturn(tmp_path, certificate, turn_secret=latter)
    with relay.start(), Client(relay.server, former) as late, Client(relay.server, latter) as new:
        assert late.allocate() == 401
        assert new.allocate() == 0


@pytest.mark.proves("F19")
def test_a_relay_outlives_its_nonce(tmp_path, certificate):
    """A nonce that is past its time is refused with a new one; the relay stays."""
    with (
        Coturn(tmp_path, certificate).start({"stale-nonce": "1"}) as relay,
        Client(relay.server, SECRET) as client,
    ):
        assert client.allocate() == 0
        end = time.monotonic() + 5
        while (answer := client.refresh()) == 0 and time.monotonic() < end:
            time.sleep(0.2)
        assert answer == STALE
        assert client.refresh() == 0
        assert client.permit("9.9.9.9") == 0
