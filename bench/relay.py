"""`just bench relay`: how much the signaling socket carries, how late, and what an idle page costs in memory.

Pairs of bare WebSocket clients in seats of real encounters, against a real server process; beside it, in the same
run, the floor: a socket application of forty lines under the same uvicorn that hands text on and knows nothing.
"""

import argparse
import asyncio
import contextlib
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from websockets.asyncio.client import ClientConnection, connect

from bench import figures, seats
from bench.places import GENEROUS, start_plain_floor
from tests.e2e.installation import Installation, ThisMachine, free_port
from tests.network.lab import LoadWatch

PAIRS = 150
FIXED_RATE = 500
SECONDS = 8
GAP_S = 0.021
"""A seat may send 50 messages a second: with two seats a pair, 150 pairs can offer 14 000."""
ACK_EVERY = 32
BODY = "v=0 " + "x" * 3000
"""As long as an offer."""


@dataclass
class Outcome:
    """What one server did."""

    name: str
    idle_rss_mb: float = 0
    socket_rss_kb: float = 0
    socket_uss_kb: float = 0
    p50_ms: float = 0
    p99_ms: float = 0
    cpu_us: float = 0
    """Of the server, for each message relayed at the fixed rate."""
    saturated_per_s: float = 0
    saturated_per_cpu_s: float = 0
    busy: float = 0
    """Share of all cores in use during the saturated part; the clients share the machine."""


@dataclass
class Client:
    """One seat. It notes when each message arrives, and acknowledges like a page."""

    socket: ClientConnection
    framed: bool
    arrived_ms: list[float] = field(default_factory=list)
    got: asyncio.Event = field(default_factory=asyncio.Event)
    sent: int = 0

    async def send(self) -> None:
        self.sent += 1
        stamp = f"{time.monotonic_ns()} {BODY}"
        text = stamp
        if self.framed:
            message = {"t": "description", "id": f"m{self.sent}", "connectionId": "c", "type": "offer"}
            text = json.dumps({**message, "sdp": stamp})
        await self.socket.send(text)

    async def listen(self) -> None:
        async for text in self.socket:
            if self.framed:
                await self._read(json.loads(text))
            else:
                self._note(str(text))

    async def _read(self, message: dict) -> None:
        if message["t"] == "peer-description":
            self._note(message["sdp"])
        if message.get("seq", 0) % ACK_EVERY == 1:
            await self.socket.send(json.dumps({"t": "ack", "seq": message["seq"]}))

    def _note(self, stamp: str) -> None:
        self.arrived_ms.append((time.monotonic_ns() - int(stamp.split(" ", 1)[0])) / 1e6)
        self.got.set()


Couple = tuple[Client, Client]


class Target:
    """A server process and how its clients sit down."""

    def __init__(
        self, name: str, process: subprocess.Popen, url: str, pairs: list[seats.Pair] | None
    ) -> None:
        self.name = name
        self.process = psutil.Process(process.pid)
        self._url = url
        self._pairs = pairs

    async def seat(self, number: int, role: str) -> Client:
        path = "/api/socket" if self._pairs else f"/ws?room={number}&side={role}"
        address = self._url.replace("http", "ws") + path
        socket = await connect(address, compression=None, origin=self._url, ping_interval=None)  # type: ignore[arg-type]
        if self._pairs:
            pair = self._pairs[number]
            token = pair.dispatcher if role == "host" else pair.caller
            await socket.send(json.dumps({"t": "hello", "token": token}))
            await socket.recv()
        return Client(socket, framed=self._pairs is not None)

    @contextlib.asynccontextmanager
    async def couples(self, count: int) -> AsyncIterator[list[Couple]]:
        made = [(await self.seat(n, "host"), await self.seat(n, "guest")) for n in range(count)]
        listeners = [asyncio.create_task(client.listen()) for couple in made for client in couple]
        yield made
        for couple in made:
            for client in couple:
                await client.socket.close()
        await asyncio.gather(*listeners, return_exceptions=True)

    def cpu_s(self) -> float:
        times = self.process.cpu_times()
        return times.user + times.system

    def memory_kb(self) -> tuple[float, float]:
        full = self.process.memory_full_info()
        return full.rss / 1024, full.uss / 1024


async def measure(target: Target, pairs: int, seconds: float) -> Outcome:
    outcome = Outcome(target.name)
    async with target.couples(2):
        await asyncio.sleep(0.5)
    before = target.memory_kb()
    outcome.idle_rss_mb = before[0] / 1024
    async with target.couples(pairs) as couples:
        await asyncio.sleep(1)
        after = target.memory_kb()
        outcome.socket_rss_kb = (after[0] - before[0]) / (2 * pairs)
        outcome.socket_uss_kb = (after[1] - before[1]) / (2 * pairs)
        await at_fixed_rate(target, couples, outcome, seconds)
        await saturated(target, couples, outcome, seconds)
    return outcome


async def at_fixed_rate(target: Target, couples: list[Couple], outcome: Outcome, seconds: float) -> None:
    """`FIXED_RATE` messages a second, spread over all pairs."""
    clear(couples)
    start, cpu = time.monotonic(), target.cpu_s()
    for number in range(int(FIXED_RATE * seconds)):
        delay = start + number / FIXED_RATE - time.monotonic()
        if delay > 0:
            await asyncio.sleep(delay)
        await couples[number % len(couples)][number // len(couples) % 2].send()
    await asyncio.sleep(0.5)
    late = sorted(ms for couple in couples for client in couple for ms in client.arrived_ms)
    outcome.p50_ms, outcome.p99_ms = late[len(late) // 2], late[int(len(late) * 0.99)]
    outcome.cpu_us = (target.cpu_s() - cpu) / len(late) * 1e6


async def saturated(target: Target, couples: list[Couple], outcome: Outcome, seconds: float) -> None:
    """Each side sends its next message once the one before has arrived, as fast as a seat is allowed to."""
    clear(couples)
    end, cpu = time.monotonic() + seconds, target.cpu_s()
    with LoadWatch() as watch:
        async with asyncio.timeout(seconds + 20):  # a message that never arrives would wait for ever
            await asyncio.gather(
                *[push(a, b, end) for a, b in couples], *[push(b, a, end) for a, b in couples]
            )
    spent = target.cpu_s() - cpu
    relayed = sum(len(client.arrived_ms) for couple in couples for client in couple)
    outcome.saturated_per_s = relayed / seconds
    outcome.saturated_per_cpu_s = relayed / spent
    outcome.busy = watch.mean


async def push(sender: Client, receiver: Client, end: float) -> None:
    while (now := time.monotonic()) < end:
        receiver.got.clear()
        await sender.send()
        await receiver.got.wait()
        await asyncio.sleep(max(0.0, now + GAP_S - time.monotonic()))


def clear(couples: list[Couple]) -> None:
    for couple in couples:
        for client in couple:
            client.arrived_ms.clear()


@contextlib.contextmanager
def floor() -> Iterator[Target]:
    port = free_port()
    process = start_plain_floor(ThisMachine(), port)
    try:
        yield Target("floor: bare relay", process, f"http://localhost:{port}", None)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


@contextlib.contextmanager
def product(pairs: int) -> Iterator[Target]:
    with tempfile.TemporaryDirectory(prefix="chevet-bench-") as folder:
        installation = Installation(Path(folder), settings=GENEROUS)
        seats.prepare(installation.data, pairs)
        with installation:
            assert installation.process
            made = asyncio.run(seats.invite_everybody(installation.url, pairs))
            yield Target("Chevet", installation.process, installation.url, made)


def verdicts(ours: Outcome) -> list[figures.Verdict]:
    return [
        figures.Verdict("p99 at 500 messages/s", "10 ms", f"{ours.p99_ms:.1f} ms", ours.p99_ms <= 10),
        figures.Verdict(
            "memory of an idle socket", "30 kB", f"{ours.socket_rss_kb:.0f} kB", ours.socket_rss_kb <= 30
        ),
        figures.Verdict(
            "saturated (1000 calls starting a minute are 500/s)",
            "at least 1000/s", f"{ours.saturated_per_s:.0f}/s", ours.saturated_per_s >= 1000,
        ),
    ]  # fmt: skip


def drawn(outcomes: list[Outcome]) -> str:
    head = (
        "server", "RSS idle, MB", "kB a socket, RSS (USS)", "p50 / p99 at 500/s, ms", "CPU a message, us",
        "saturated, messages/s", "messages a CPU second",
    )  # fmt: skip
    rows = [
        (
            o.name, f"{o.idle_rss_mb:.0f}", f"{o.socket_rss_kb:.0f} ({o.socket_uss_kb:.0f})",
            f"{o.p50_ms:.2f} / {o.p99_ms:.1f}", f"{o.cpu_us:.0f}", f"{o.saturated_per_s:.0f}",
            f"{o.saturated_per_cpu_s:.0f}",
        )
        for o in outcomes
    ]  # fmt: skip
    return figures.table(head, rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="30 pairs, 2 seconds")
    parser.add_argument("--write", action="store_true", help="renew the table in docs/performance.md")
    chosen = parser.parse_args()
    pairs, seconds = (30, 2) if chosen.quick else (PAIRS, SECONDS)
    outcomes = []
    for target in (floor(), product(pairs)):
        with target as running:
            outcomes.append(asyncio.run(measure(running, pairs, seconds)))
    judged = verdicts(outcomes[-1])
    text = f"{figures.signature()} {pairs} pairs, offers of 3 kB, no TLS.\n\n{drawn(outcomes)}\n\n"
    text += figures.verdicts(judged)
    print(text)
    figures.keep("relay", {"pairs": pairs, "outcomes": outcomes, "budgets": judged})
    if chosen.write:
        figures.renew("relay", text)
    return 0 if all(verdict.holds for verdict in judged) else 1


if __name__ == "__main__":
    sys.exit(main())
