"""A program that forks and kills its children: `crash.py migrate|write ENGINE FOLDER [ROUNDS]`."""

import asyncio
import json
import os
import random
import signal
import sqlite3
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2] / "server"), str(Path(__file__).parents[2])]

from chevet.model.keys import Keys  # noqa: E402
from chevet.store import audit  # noqa: E402
from chevet.store.engines import open_store  # noqa: E402
from chevet.store.sqlite import SqliteTx  # noqa: E402
from tests.store.people import organization  # noqa: E402

WRITERS = 20


def migrate(url, folder):
    """Kill a child at its first statement, the next one at its second… until one gets through."""
    killed = 0
    while fork(open_until, url, folder, killed) == -signal.SIGKILL:
        killed += 1
    with sqlite3.connect(folder / "chevet.db") as connection:
        print(killed, *connection.execute("select version from schema_version").fetchone())


def fork(child, *values):
    """Run `child` in a process of its own; its exit status, as subprocess tells it."""
    pid = os.fork()
    if not pid:
        child(*values)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def open_until(url, folder, statement):
    execute, left = SqliteTx.execute, [statement]

    def counting(self, sql, values):
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
        return execute(self, sql, values)

    SqliteTx.execute = counting
    asyncio.run(open_store(url, folder).open())


def write(url, folder, rounds):
    """Kill writers at random; print what they were told is kept."""
    kept = []
    for _ in range(rounds):
        kept += write_until_killed(url, folder)
    print(json.dumps(kept))


def write_until_killed(url, folder):
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        asyncio.run(keep_writing(url, folder, writing))
    os.close(writing)
    told = os.read(reading, 65536)
    deadline = time.monotonic() + random.uniform(0.01, 0.12)
    while time.monotonic() < deadline:
        told += os.read(reading, 65536)
    os.kill(pid, signal.SIGKILL)
    while chunk := os.read(reading, 65536):
        told += chunk
    os.close(reading)
    os.waitpid(pid, 0)
    return told.decode().split()


async def keep_writing(url, folder, pipe):
    store = open_store(url, folder)
    await store.open()
    keys = Keys(b"k" * 32)

    async def writer():
        while True:
            one = organization()

            def insert(tx, one=one):
                tx.insert(one)
                audit.append(tx, keys, at=time.time(), actor="a", action="b", object=one.id)

            await store.run(insert)
            os.write(pipe, f"{one.id}\n".encode())

    await asyncio.gather(*(writer() for _ in range(WRITERS)))


if __name__ == "__main__":
    what, url, folder, *rounds = sys.argv[1:]
    if what == "migrate":
        migrate(url, Path(folder))
    else:
        write(url, Path(folder), int(rounds[0]))
