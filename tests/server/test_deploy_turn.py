"""deploy/turnserver.conf in a real coturn: what its relay refuses."""

import hashlib
import hmac
import ipaddress
import os
import re
import shutil
import socket
import struct
import subprocess
import time
from pathlib import Path

import pytest
import trustme

from chevet.adapters.turn import turn_credential
from chevet.config import IceSettings

CONFIGURATION = Path(__file__).resolve().parents[2] / "deploy/turnserver.conf"
SECRET = "a-secret-of-this-test-alone"
MAGIC = bytes.fromhex("2112a442")  # RFC 8489
BINDING, ALLOCATE, PERMIT = 0x0001, 0x0003, 0x0008
USERNAME, INTEGRITY, ERROR, PEER, REALM, NONCE, FAMILY, TRANSPORT = (
    *(0x0006, 0x0008, 0x0009, 0x0012, 0x0014, 0x0015, 0x0017, 0x0019),
)
QUOTA = 36
UDP, TCP = b"\x11\0\0\0", b"\x06\0\0\0"

INSIDE = [
    *("0.0.0.1", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255"),
    *("192.0.0.1", "192.168.1.1", "198.18.0.1", "224.0.0.1", "255.255.255.255"),
]
INSIDE_6 = [
    *("::", "::1", "::ffff:10.1.2.3", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a01:203"),
    *("2002:a01:203::1", "2001::1", "fc00::1", "fd12:3456::1", "fe80::1", "ff02::1"),
]


def attribute(kind, value):
    return struct.pack(">HH", kind, len(value)) + value + b"\0" * (-len(value) % 4)


def peer(address, transaction):
    """XOR-PEER-ADDRESS (RFC 8489, 14.2)."""
    packed = ipaddress.ip_address(address).packed
    mask = MAGIC + transaction
    mixed = bytes(a ^ b for a, b in zip(packed, mask, strict=False))
    return struct.pack(">BBH", 0, 1 if len(packed) == 4 else 2, 4000 ^ 0x2112) + mixed


class Client:
    """Asks a relay of coturn; knows the secret, as a stolen credential's holder would."""

    def __init__(self, port, name=None):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.settimeout(5)
        self.socket.connect(("127.0.0.1", port))
        settings = IceSettings(turn_host="127.0.0.1", turn_secret=SECRET)
        self.username, self.credential = turn_credential(
            settings, name=name or os.urandom(4).hex(), now=time.time()
        )
        self.signing = b""

    def ask(self, method, *attributes, address=None):
        """0 when granted, else the code of the refusal."""
        transaction = os.urandom(12)
        body = b"".join(attributes)
        if address:
            body += attribute(PEER, peer(address, transaction))
        if self.signing:
            body += self.signing
            head = struct.pack(">HH", method, len(body) + 24) + MAGIC + transaction
            body += attribute(INTEGRITY, hmac.digest(self.key, head + body, "sha1"))
        self.socket.send(struct.pack(">HH", method, len(body)) + MAGIC + transaction + body)
        answer, found, at = self.socket.recv(2048), {}, 20
        while at < len(answer):
            kind, length = struct.unpack_from(">HH", answer, at)
            found[kind] = answer[at + 4 : at + 4 + length]
            at += 4 + length + -length % 4
        if REALM in found and not self.signing:
            self._sign_with(found[REALM], found[NONCE])
        return found[ERROR][2] * 100 + found[ERROR][3] if ERROR in found else 0

    def _sign_with(self, realm, nonce):
        self.signing = b"".join(
            attribute(kind, value)
            for kind, value in ((USERNAME, self.username.encode()), (REALM, realm), (NONCE, nonce))
        )
        self.key = hashlib.md5(b":".join((self.username.encode(), realm, self.credential.encode()))).digest()

    def allocate(self, transport=UDP, *more):
        self.ask(ALLOCATE, attribute(TRANSPORT, transport), *more)
        return self.ask(ALLOCATE, attribute(TRANSPORT, transport), *more)

    def close(self):
        self.socket.close()


@pytest.fixture(scope="module")
def coturn(tmp_path_factory):
    if shutil.which("turnserver") is None:
        pytest.skip("needs the Debian package coturn")
    folder = tmp_path_factory.mktemp("coturn")
    trustme.CA().issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(folder / "tls.pem")
    lines = CONFIGURATION.read_text().replace("REPLACE-WITH-A-LONG-RANDOM-SECRET", SECRET).splitlines()
    if version() >= (4, 9):  # as the file says
        lines = [line for line in lines if not line.startswith("denied-peer-ip=::ffff")]
    theirs = ("listening-port", "tls-listening-port", "cert", "pkey", "syslog")
    lines = [line for line in lines if line.split("=")[0] not in theirs]
    port, tls_port = free_port(), free_port()
    lines += [
        f"listening-port={port}",
        f"tls-listening-port={tls_port}",
        f"cert={folder}/tls.pem",
        f"pkey={folder}/tls.pem",
        *(f"{kind}-ip={address}" for kind in ("listening", "relay") for address in ("127.0.0.1", "::1")),
        *(f"pidfile={folder}/pid", f"userdb={folder}/db", f"log-file={folder}/log"),
    ]
    configuration = folder / "turnserver.conf"
    configuration.write_text("\n".join(lines) + "\n")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(["turnserver", "-c", configuration], **quiet)
    wait_until_ready(port)
    yield port, tls_port, folder
    process.terminate()
    process.wait(10)


def version():
    told = subprocess.run(["turnserver", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)\.(\d+)", told)
    return (int(found[1]), int(found[2]))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_ready(port):
    for _ in range(100):
        client = Client(port)
        client.socket.settimeout(0.1)
        try:
            client.ask(BINDING)
        except OSError:
            time.sleep(0.02)
        else:
            return
        finally:
            client.close()


def test_every_line_is_known_to_coturn(coturn):
    text = "\n".join(path.read_text(errors="replace") for path in coturn[2].glob("log*"))
    assert "Bad configuration" not in text
    assert "Unknown" not in text


@pytest.mark.proves("A31")
def test_the_relay_reaches_no_inside_host(coturn):
    client = Client(coturn[0])
    assert client.allocate() == 0
    refused = {address: client.ask(PERMIT, address=address) for address in INSIDE}
    assert set(refused.values()) == {403}, refused
    assert client.ask(PERMIT, address="9.9.9.9") == 0, "a public address is what a relay is for"
    client.close()


@pytest.mark.proves("A31")
def test_nor_when_the_address_is_written_as_ipv6(coturn):
    client = Client(coturn[0])
    assert client.allocate(UDP, attribute(FAMILY, b"\x02\0\0\0")) == 0
    refused = {address: client.ask(PERMIT, address=address) for address in INSIDE_6}
    assert set(refused.values()) == {403}, refused
    assert client.ask(PERMIT, address="2a00:1450::1") == 0
    client.close()


@pytest.mark.proves("A33")
def test_it_connects_to_no_tcp_service(coturn):
    client = Client(coturn[0])
    assert client.allocate(TCP) >= 400
    client.close()


@pytest.mark.proves("A32")
def test_one_encounter_opens_as_many_relays_as_it_needs_and_no_more(coturn):
    """Coturn counts by the name behind the date, whatever the date."""
    clients = [Client(coturn[0], name="one-encounter") for _ in range(QUOTA + 1)]
    assert [client.allocate() for client in clients] == [0] * QUOTA + [486]
    for client in clients:
        client.close()


@pytest.mark.proves("A34")
def test_it_has_no_door_for_administration(coturn):
    for port in (5766, 8080, 9641):
        with socket.socket() as probe, pytest.raises(OSError, match="refused"):
            probe.connect(("127.0.0.1", port))


@pytest.mark.proves("A35")
def test_an_answer_is_hardly_larger_than_the_question(coturn):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(5)
        probe.connect(("127.0.0.1", coturn[0]))
        question = struct.pack(">HH", BINDING, 0) + MAGIC + os.urandom(12)
        probe.send(question)
        answer = probe.recv(2048)
    assert b"Coturn" not in answer
    assert len(answer) <= 3 * len(question)
