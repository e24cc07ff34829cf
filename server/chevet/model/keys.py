"""Secrets derived from the one master key, and the random names of things."""

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""No 0/o, 1/i/l: read aloud, typed on a phone, and safe where letter case is lost (A14)."""

CODE_LENGTH = 6
TOKEN_LENGTH = 27
"""27 letters of 31 are 133 bits: above the 128 that A14 asks for."""

NONCE_BYTES = 12


def new_id() -> str:
    """A record's name: 128 random bits."""
    return secrets.token_hex(16)


def named_id(name: str) -> str:
    """A record's name made from what it is for: the same each time."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def new_key() -> bytes:
    """A key for AES-256-GCM."""
    return secrets.token_bytes(32)


def seal_bytes(key: bytes, data: bytes, name: str) -> bytes:
    """A random nonce of 12 bytes, then `data` encrypted with AES-256-GCM. `name` is authenticated too (A58)."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, data, name.encode())


def open_bytes(key: bytes, sealed: bytes, name: str) -> bytes:
    """What `seal_bytes` was given. Raises ValueError when data, key or name are not those."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], name.encode())
    except InvalidTag as error:
        raise ValueError("changed, moved, or sealed with another key") from error


def spell(digest: bytes, length: int) -> str:
    """The first `length` letters of `digest` read as one number in base 31."""
    number = int.from_bytes(digest, "big")
    letters = []
    for _ in range(length):
        number, index = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[index])
    return "".join(letters)


class Keys:
    """What the master key (32 bytes) is used for, one derived key a purpose (RFC 5869 expand step)."""

    def __init__(self, master: bytes) -> None:
        self._master = master

    def mac(self, purpose: str, *parts: str) -> bytes:
        """A 32-byte keyed digest of `parts`, of use for `purpose` only."""
        key = hmac.digest(self._master, f"chevet/{purpose}\x01".encode(), hashlib.sha256)
        return hmac.digest(key, "\x00".join(parts).encode(), hashlib.sha256)

    def join_token(self, invitation_id: str) -> str:
        """The secret of a link. Derived, so that the store keeps only its hash and « Renvoyer » still works."""
        return spell(self.mac("join-token", invitation_id), TOKEN_LENGTH)

    def join_code(self, invitation_id: str) -> str:
        """The six-character code, upper case as it is read aloud."""
        return spell(self.mac("join-code", invitation_id), CODE_LENGTH).upper()

    def wrap(self, key: bytes, name: str) -> bytes:
        """`key` as it is kept at rest; it comes back under the same `name` only."""
        return seal_bytes(self.mac("wrap"), key, name)

    def unwrap(self, wrapped: bytes, name: str) -> bytes:
        """Raises ValueError when it was changed, moved, or wrapped by another master key."""
        return open_bytes(self.mac("wrap"), wrapped, name)

    def hash(self, purpose: str, secret: str) -> str:
        """How a secret is kept at rest: useless without the master key."""
        return self.mac(f"hash-{purpose}", secret).hex()
