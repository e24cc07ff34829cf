"""Starts a program of our own beside the server: with little of its environment, and deaf to Ctrl+C in a terminal."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

PACKAGE = Path(__file__).parents[1]


async def start_child(module: str, *, stdout: int = PIPE, limit: int = 64 * 1024) -> Process:
    """`python -m chevet.<module>`, whose standard input ends with this process. Raises OSError.

    `limit` is in bytes, of a line that it may say.
    """
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", f"{PACKAGE.name}.{module}"),
        stdin=PIPE,
        stdout=stdout,
        env={
            "PYTHONPATH": str(PACKAGE.parent),
            "PATH": os.environ.get("PATH", ""),
            "MALLOC_ARENA_MAX": "2",  # many threads, little memory (mallopt(3))
        },
        limit=limit,
        start_new_session=True,
    )
