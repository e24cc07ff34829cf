"""Photos made harmless: decoded and encoded again in a child process with limits (A37, A40, A41)."""

import asyncio
import sys
from pathlib import Path

from msgspec import Struct

from chevet.errors import InvalidInput

CHILD = Path(__file__).with_name("image_child.py")
REFUSED = 3
TIMEOUT_S = 20
_AT_ONCE = 2
"""Children at the same time, each below 1 GiB."""

PHOTO_PROBLEMS = ("photo-animated", "photo-damaged", "photo-heic", "photo-too-many-pixels", "photo-type")


class CleanPhoto(Struct, frozen=True, kw_only=True):
    """A JPEG, upright, that holds pixels and nothing else."""

    jpeg: bytes
    width: int
    height: int


class PhotoCleaner:
    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def clean(self, data: bytes) -> CleanPhoto:
        """Raises InvalidInput with one of PHOTO_PROBLEMS."""
        async with self._turns:
            code, out = await _run(data)
        if code == 0:
            return CleanPhoto(
                width=int.from_bytes(out[:4], "big"), height=int.from_bytes(out[4:8], "big"), jpeg=out[8:]
            )
        said = out.decode("ascii", "replace")
        problem = said if code == REFUSED and said in PHOTO_PROBLEMS else "photo-damaged"
        raise InvalidInput(problem, "this photo cannot be used")


async def _run(data: bytes) -> tuple[int, bytes]:
    """The child's exit code and output; it never outlives this."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-B", str(CHILD)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
    )
    try:
        async with asyncio.timeout(TIMEOUT_S):
            out, _ = await child.communicate(data)
    except TimeoutError:
        return -1, b""
    else:
        return child.returncode or 0, out
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
