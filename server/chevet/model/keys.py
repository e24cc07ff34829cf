"""Secrets derived from the one master key, and the random names of things."""

import hashlib
import hmac
import secrets

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""No 0/o, 1/i/l: read aloud, typed on a phone, and safe where letter case is lost (A14)."""

CODE_LENGTH = 6
TOKEN_LENGTH = 27
"""27 letters of 31 are 133 bits: above the 128 that A14 asks for."""


def new_id() -> str:
    """A record's name: 128 random bits."""
    return secrets.token_hex(16)


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

    def hash(self, purpose: str, secret: str) -> str:
        """How a secret is kept at rest: useless without the master key."""
        return self.mac(f"hash-{purpose}", secret).hex()
