"""ICE servers, and their credentials in front of a real coturn."""

import base64
import hashlib
import hmac
import os
import shutil
import socket
import struct
import subprocess
import time

import msgspec
import pytest

from chevet.adapters.turn import ice_servers
from chevet.config import IceSettings

SECRET = "a-secret-shared-with-coturn"
NOW = 1_800_000_000.0
MAGIC = bytes.fromhex("2112a442")  # RFC 8489
SETTINGS = IceSettings(turn_host="turn.samu44.example", turn_secret=SECRET)


def test_without_anything_set_there_are_no_servers():
    assert ice_servers(IceSettings(), name="seat", now=NOW) == []


def test_a_fixed_list_is_given_as_it_is():
    settings = msgspec.json.decode(
        b'{"servers": [{"urls": ["stun:stun.example"]},'
        b' {"urls": ["turn:turn.example"], "username": "u", "credential": "c"}]}',
        type=IceSettings,
    )
    assert msgspec.to_builtins(ice_servers(settings, name="seat", now=NOW)) == [
        {"urls": ["stun:stun.example"]},
        {"urls": ["turn:turn.example"], "username": "u", "credential": "c"},
    ]


@pytest.mark.proves("F11", "F12")
def test_udp_tcp_and_tls_on_443_are_offered_and_no_more():
    stun, turn = ice_servers(SETTINGS, name="seat", now=NOW)
    assert stun.urls == ["stun:turn.samu44.example:3478"]
    assert stun.username is None
    assert turn.urls == [
        "turn:turn.samu44.example:3478?transport=udp",
        "turn:turn.samu44.example:3478?transport=tcp",
        "turns:turn.samu44.example:443?transport=tcp",
    ]


def test_tls_is_not_offered_when_there_is_none_and_ipv6_is_bracketed():
    settings = IceSettings(turn_host="2001:db8::1", turn_secret=SECRET, turn_tls_port=None)
    assert ice_servers(settings, name="seat", now=NOW)[1].urls == [
        "turn:[2001:db8::1]:3478?transport=udp",
        "turn:[2001:db8::1]:3478?transport=tcp",
    ]


@pytest.mark.proves("F20", "F11")
def test_a_second_relay_is_offered_with_the_first_and_still_no_more_than_three_addresses():
    settings = msgspec.structs.replace(SETTINGS, turn_second_host="turn2.samu44.example")
    stun, turn = ice_servers(settings, name="seat", now=NOW)
    assert stun.urls == ["stun:turn.samu44.example:3478", "stun:turn2.samu44.example:3478"]
    assert turn.urls == [
        "turn:turn.samu44.example:3478?transport=udp",
        "turns:turn.samu44.example:443?transport=tcp",
        "turns:turn2.samu44.example:443?transport=tcp",
    ]


@pytest.mark.proves("A32")
def test_the_credential_expires_and_names_the_seat():
    turn = ice_servers(SETTINGS, name="seat:1\n/../", now=NOW)[1]
    assert turn.username == "1800003600:seat1..", "the colon is the separator, coturn logs the rest"
    proof = hmac.new(SECRET.encode(), turn.username.encode(), hashlib.sha1).digest()
    assert turn.credential == base64.b64encode(proof).decode()
    assert SECRET not in str(turn)


def wait_until_ready(port):
    """Until it answers a STUN binding request, over both transports."""
    for over in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        for _ in range(200):
            try:
                with socket.socket(socket.AF_INET, over) as probe:
                    probe.settimeout(1)
                    probe.connect(("127.0.0.1", port))
                    probe.send(struct.pack(">HH", 1, 0) + MAGIC + os.urandom(12))
                    if probe.recv(2048):
                        break
            except OSError:
                time.sleep(0.05)


@pytest.fixture(scope="module")
def coturn(tmp_path_factory):
    if shutil.which("turnserver") is None:
        pytest.fail("Debian package coturn is needed")
    folder = tmp_path_factory.mktemp("coturn")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [
            *("turnserver", "-n", "--no-cli", "--no-tls", "--no-dtls", "--fingerprint"),
            *("--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", f"--listening-port={port}"),
            *("--realm=samu44.example", "--use-auth-secret", f"--static-auth-secret={SECRET}"),
            *("--allow-loopback-peers", "--min-port=52000", "--max-port=52100"),
            *(f"--pidfile={folder}/pid", f"--userdb={folder}/db", f"--log-file={folder}/log", "--simple-log"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_until_ready(port)
    yield port
    process.terminate()
    process.wait(10)


ALLOCATE, ALLOCATED, REFUSED = 0x0003, 0x0103, 0x0113
USERNAME, INTEGRITY, ERROR, REALM, NONCE, TRANSPORT = 0x0006, 0x0008, 0x0009, 0x0014, 0x0015, 0x0019


def attribute(kind, value):
    return struct.pack(">HH", kind, len(value)) + value + b"\0" * (-len(value) % 4)


def ask(connection, attributes, key=None):
    """One Allocate request (RFC 8656): the answer's type and its attributes."""
    size = len(attributes) + (24 if key else 0)
    request = struct.pack(">HH", ALLOCATE, size) + MAGIC + os.urandom(12) + attributes
    if key:
        request += attribute(INTEGRITY, hmac.digest(key, request, "sha1"))
    connection.send(request)
    answer, found, at = connection.recv(2048), {}, 20
    while at < len(answer):
        kind, length = struct.unpack_from(">HH", answer, at)
        found[kind] = answer[at + 4 : at + 4 + length]
        at += 4 + length + -length % 4
    return struct.unpack_from(">H", answer)[0], found


def allocate(port, username, credential, *, over=socket.SOCK_DGRAM):
    """Ask coturn for a relay: "allocated", or the code of its refusal."""
    with socket.socket(socket.AF_INET, over) as connection:
        connection.settimeout(5)
        connection.connect(("127.0.0.1", port))
        udp = attribute(TRANSPORT, b"\x11\0\0\0")
        kind, challenge = ask(connection, udp)
        assert kind == REFUSED, "nobody gets a relay without a credential"
        realm, nonce = challenge[REALM], challenge[NONCE]
        signed = attribute(USERNAME, username.encode()) + attribute(REALM, realm) + attribute(NONCE, nonce)
        key = hashlib.md5(b":".join((username.encode(), realm, credential.encode()))).digest()
        kind, answer = ask(connection, udp + signed, key)
        return "allocated" if kind == ALLOCATED else answer[ERROR][2] * 100 + answer[ERROR][3]


def credential_of(*, made_s_ago, ttl_s):
    settings = IceSettings(turn_host="127.0.0.1", turn_secret=SECRET, credential_ttl_s=ttl_s)
    turn = ice_servers(settings, name="seat", now=time.time() - made_s_ago)[1]
    return turn.username, turn.credential


@pytest.mark.proves("A32", "F12")
@pytest.mark.parametrize("over", [socket.SOCK_DGRAM, socket.SOCK_STREAM], ids=["udp", "tcp"])
def test_coturn_opens_a_relay_for_a_fresh_credential(coturn, over):
    assert allocate(coturn, *credential_of(made_s_ago=0, ttl_s=3600), over=over) == "allocated"


@pytest.mark.proves("A32", "F18")
def test_coturn_refuses_an_expired_credential(coturn):
    assert allocate(coturn, *credential_of(made_s_ago=40, ttl_s=60)) == "allocated"
    assert allocate(coturn, *credential_of(made_s_ago=40, ttl_s=38)) == 401


@pytest.mark.proves("A32")
def test_nobody_can_prolong_a_credential_or_make_one(coturn):
    _, credential = credential_of(made_s_ago=0, ttl_s=60)
    assert allocate(coturn, f"{int(time.time()) + 86_400}:seat", credential) == 401
    other = IceSettings(turn_host="127.0.0.1", turn_secret="another-secret")
    forged = ice_servers(other, name="seat", now=time.time())[1]
    assert allocate(coturn, forged.username, forged.credential) == 401


@pytest.mark.proves("F12")
def test_packets_pass_through_the_relay(coturn):
    """Coturn's own client sends through it and receives back."""
    username, credential = credential_of(made_s_ago=0, ttl_s=3600)
    command = ["turnutils_uclient", "-y", "-c", "-n", "2", "-m", "1", "-p", str(coturn)]
    done = subprocess.run(
        [*command, "-u", username, "-w", credential, "127.0.0.1"],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert "tot_recv_msgs=4" in done.stdout, done.stdout
