"""Password hashes: Argon2id with the OWASP profile, two at a time, so that a flood of sign-ins starves nobody (A63)."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html: 19 MiB, t=2, p=1."""

_POOL = ThreadPoolExecutor(2, thread_name_prefix="argon2")
_NOBODY = HASHER.hash("nobody has this password")


def hash_password(password: str) -> str:
    return HASHER.hash(password)


async def is_right(password: str, password_hash: str | None) -> bool:
    """Whether the password fits. Takes as long when there is no account (A4: None)."""
    return await asyncio.get_running_loop().run_in_executor(_POOL, _verify, password, password_hash)


def _verify(password: str, password_hash: str | None) -> bool:
    try:
        HASHER.verify(password_hash or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None
