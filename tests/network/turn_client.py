"""A TURN client in a few lines, that also asks what no honest one would (RFC 8489, RFC 8656, RFC 6062)."""

import contextlib
import hashlib
import hmac
import ipaddress
import os
import socket
import struct
import time

from chevet.adapters.turn import turn_credential
from chevet.config import IceSettings

MAGIC = bytes.fromhex("2112a442")
BINDING, ALLOCATE, REFRESH, SEND, PERMIT, BIND, CONNECT = (
    0x0001,
    0x0003,
    0x0004,
    0x0016,
    0x0008,
    0x0009,
    0x000A,
)
USERNAME, INTEGRITY, ERROR, CHANNEL, LIFETIME, PEER, DATA, REALM, NONCE, RELAYED, FAMILY, TRANSPORT = (
    *(0x0006, 0x0008, 0x0009, 0x000C, 0x000D, 0x0012, 0x0013, 0x0014, 0x0015, 0x0016, 0x0017, 0x0019),
)
UDP, TCP = b"\x11\0\0\0", b"\x06\0\0\0"
IPV6 = b"\x02\0\0\0"
STALE = 438


def attribute(kind, value):
    return struct.pack(">HH", kind, len(value)) + value + b"\0" * (-len(value) % 4)


def xor_address(address, port, transaction):
    """XOR-PEER-ADDRESS (RFC 8489, 14.2)."""
    packed = ipaddress.ip_address(address).packed
    mixed = bytes(a ^ b for a, b in zip(packed, MAGIC + transaction, strict=False))
    return struct.pack(">BBH", 0, 1 if len(packed) == 4 else 2, port ^ 0x2112) + mixed


def read_address(value, transaction):
    family, port = struct.unpack(">xBH", value[:4])
    packed = bytes(a ^ b for a, b in zip(value[4:], MAGIC + transaction, strict=False))
    return str(ipaddress.ip_address(packed[: 4 if family == 1 else 16])), port ^ 0x2112


def credential(secret, *, name=None, made_s_ago=0.0, ttl_s=3600):
    settings = IceSettings(turn_host="relay", turn_secret=secret, credential_ttl_s=ttl_s)
    return turn_credential(settings, name=name or os.urandom(4).hex(), now=time.time() - made_s_ago)


class Client:
    """One client of a relay. Knows a secret, as the holder of a stolen credential would."""

    def __init__(self, server, secret, *, over=socket.SOCK_DGRAM, **credential_options):
        family = socket.AF_INET6 if ":" in server[0] else socket.AF_INET
        self.socket = socket.socket(family, over)
        self.socket.settimeout(5)
        self.socket.connect(server)
        self.username, self.password = credential(secret, **credential_options)
        self.realm = self.nonce = self.key = b""
        self.found = {}
        self.relayed = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def ask(self, method, *attributes, peer=None):
        """0 when granted, else the code of the refusal. The answer's attributes stand in `found`."""
        transaction = os.urandom(12)
        body = b"".join(attributes)
        if peer:
            body += attribute(PEER, xor_address(*peer, transaction))
        self.socket.send(self._signed(method, body, transaction))
        answer = self._answer(transaction)
        self.found, at = {}, 20
        while at < len(answer):
            kind, length = struct.unpack_from(">HH", answer, at)
            self.found[kind] = answer[at + 4 : at + 4 + length]
            at += 4 + length + -length % 4
        if NONCE in self.found:
            self._remember()
        if RELAYED in self.found:
            self.relayed = read_address(self.found[RELAYED], transaction)
        return self.found[ERROR][2] * 100 + self.found[ERROR][3] if ERROR in self.found else 0

    def _answer(self, transaction):
        while True:
            answer = self.socket.recv(2048)
            if answer[8:20] == transaction:
                return answer

    def _signed(self, method, body, transaction):
        if self.key:
            for kind, value in ((USERNAME, self.username.encode()), (REALM, self.realm), (NONCE, self.nonce)):
                body += attribute(kind, value)
            head = struct.pack(">HH", method, len(body) + 24) + MAGIC + transaction
            body += attribute(INTEGRITY, hmac.digest(self.key, head + body, "sha1"))
        return struct.pack(">HH", method, len(body)) + MAGIC + transaction + body

    def _remember(self):
        self.nonce = self.found[NONCE]
        self.realm = self.found.get(REALM, self.realm)
        words = b":".join((self.username.encode(), self.realm, self.password.encode()))
        self.key = hashlib.md5(words).digest()

    def allocate(self, *more, transport=UDP):
        """Two questions: the first one is always refused, and brings realm and nonce."""
        if not self.key:
            self.ask(ALLOCATE, attribute(TRANSPORT, transport), *more)
        return self.ask(ALLOCATE, attribute(TRANSPORT, transport), *more)

    def permit(self, address, port=4000):
        return self.ask(PERMIT, peer=(address, port))

    def bind(self, address, port=4000, channel=0x4001):
        return self.ask(BIND, attribute(CHANNEL, struct.pack(">HH", channel, 0)), peer=(address, port))

    def connect(self, address, port):
        return self.ask(CONNECT, peer=(address, port))

    def refresh(self, lifetime_s=600):
        return self.ask(REFRESH, attribute(LIFETIME, struct.pack(">I", lifetime_s)))

    def send(self, address, port, data):
        """A Send indication: no answer, whatever becomes of it."""
        transaction = os.urandom(12)
        body = attribute(PEER, xor_address(address, port, transaction)) + attribute(DATA, data)
        self.socket.send(struct.pack(">HH", SEND, len(body)) + MAGIC + transaction + body)

    def close(self):
        if self.relayed:
            with contextlib.suppress(OSError):
                self.refresh(0)
        self.socket.close()
