"""`just bench echo`: twenty people test their equipment at once. How late signaling gets, how soon the rest is refused.

Pairs of bare WebSocket clients exchange messages at a fixed rate in a real server process, first alone, then while
twenty ask for the echo test in the same instant. Who gets a place sends the picture that pages send (480x360, 15 images
a second) and a voice, and counts what comes back. These twenty are a process of their own, of low priority: elsewhere
they would be on other machines.
"""

import argparse
import asyncio
import contextlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import psutil
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaBlackhole

from bench import figures, relay, seats
from bench.places import GENEROUS
from chevet.actions.try_equipment import FRAMES_PER_S, HEIGHT, WIDTH
from chevet.config import master_key
from chevet.echo.fiction import LoopTrack, picture, voice
from chevet.model.keys import Keys
from chevet.store.engines import open_store
from tests.e2e.installation import Installation
from tests.network.lab import LoadWatch
from tests.server.fictional_visit import visit

PEOPLE = 20
PAIRS = 20
RATE = 200
"""Messages a second: 400 calls that start in one minute."""
SECONDS = 20
"""As long as a test lasts."""
P99_RISE_MS = 20
REFUSED_MS = 500
"""F43."""


@dataclass
class Outcome:
    alone_p50_ms: float = 0
    alone_p99_ms: float = 0
    with_p50_ms: float = 0
    with_p99_ms: float = 0
    refused_ms: list[float] = field(default_factory=list)
    tests: list[dict] = field(default_factory=list)
    echo_cores: float = 0
    echo_rss_mb: float = 0
    busy: float = 0


async def put_visits(data: Path) -> list[str]:
    """Before the server starts: one link a person."""
    keys = Keys(master_key(data))
    store = open_store("sqlite", data)
    await store.open()
    made = [visit(keys, time.time(), 3600) for _ in range(PEOPLE)]

    def write(tx) -> None:
        for _, _, records in made:
            for record in records:
                tx.insert(record)

    await store.run(write)
    await store.close()
    return [token for token, _, _ in made]


@contextlib.contextmanager
def product() -> Iterator[tuple[relay.Target, Installation, list[str]]]:
    with tempfile.TemporaryDirectory(prefix="chevet-bench-") as folder:
        installation = Installation(Path(folder), settings=GENEROUS)
        seats.prepare(installation.data, PAIRS)
        tokens = asyncio.run(put_visits(installation.data))
        with installation:
            assert installation.process
            pairs = asyncio.run(seats.invite_everybody(installation.url, PAIRS))
            yield relay.Target("Chevet", installation.process, installation.url, pairs), installation, tokens


async def measure(
    target: relay.Target, installation: Installation, tokens: list[str], seconds: float
) -> Outcome:
    outcome = Outcome()
    async with target.couples(PAIRS) as couples, browser(installation.url) as http:
        outcome.alone_p50_ms, outcome.alone_p99_ms = await lateness(couples, seconds)
        crowd = await start_crowd(installation.url, seconds)
        places, refused = await ask_at_once(http, tokens, outcome)
        assert crowd.stdin
        crowd.stdin.write(json.dumps(places).encode() + b"\n")
        with LoadWatch() as watch:
            watching = [asyncio.create_task(watch_echo(installation, outcome))]
            watching += [asyncio.create_task(ask_again(http, refused, outcome))]
            outcome.with_p50_ms, outcome.with_p99_ms = await lateness(couples, seconds)
            for task in watching:
                task.cancel()
        outcome.busy = watch.mean
        outcome.tests = json.loads((await crowd.communicate())[0])
    return outcome


def browser(url: str) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(url, headers={"Origin": url})


async def ask_at_once(
    http: aiohttp.ClientSession, tokens: list[str], outcome: Outcome
) -> tuple[list[dict], list[str]]:
    """All in the same instant; the places of those who got one, the tokens of the others."""

    async def ask(token: str) -> dict | None:
        begun = time.monotonic()
        async with http.post("/api/join/echo", json={"token": token}) as answer:
            place = await answer.json(content_type=None)
        if answer.status != 503:
            return place
        outcome.refused_ms.append((time.monotonic() - begun) * 1000)
        return None

    answers = await asyncio.gather(*(ask(token) for token in tokens))
    refused = [token for token, place in zip(tokens, answers, strict=True) if place is None]
    return [place for place in answers if place], refused


async def ask_again(http: aiohttp.ClientSession, tokens: list[str], outcome: Outcome) -> None:
    """Those who were refused try again, one each second, while the others test."""
    for token in tokens:
        await asyncio.sleep(1)
        await ask_at_once(http, [token], outcome)


async def lateness(couples: list[relay.Couple], seconds: float) -> tuple[float, float]:
    """p50 and p99 in ms, `RATE` messages a second over all pairs."""
    relay.clear(couples)
    start = time.monotonic()
    for number in range(int(RATE * seconds)):
        await asyncio.sleep(max(0.0, start + number / RATE - time.monotonic()))
        await couples[number % len(couples)][number // len(couples) % 2].send()
    await asyncio.sleep(0.5)
    late = sorted(ms for couple in couples for client in couple for ms in client.arrived_ms)
    return late[len(late) // 2], late[int(len(late) * 0.99)]


async def start_crowd(url: str, seconds: float) -> asyncio.subprocess.Process:
    """Its pictures are drawn when this returns; then it waits for its places."""
    words = ("nice", "-n", "15", sys.executable, "-m", "bench.echo", "--crowd", url, str(seconds))
    crowd = await asyncio.create_subprocess_exec(
        *words, stdout=subprocess.PIPE, stdin=subprocess.PIPE, limit=1 << 20
    )
    assert crowd.stdout
    await crowd.stdout.readline()
    return crowd


async def watch_echo(installation: Installation, outcome: Outcome) -> None:
    """What the echo's process takes, from its fifth second on."""
    assert installation.process
    await asyncio.sleep(5)
    children = psutil.Process(installation.process.pid).children()
    if not children:
        return
    echo, begun = children[0], time.monotonic()
    before = echo.cpu_times()
    while True:
        await asyncio.sleep(1)
        now = echo.cpu_times()
        spent = now.user + now.system - before.user - before.system
        outcome.echo_cores = spent / (time.monotonic() - begun)
        outcome.echo_rss_mb = max(outcome.echo_rss_mb, echo.memory_info().rss / 2**20)


async def be_the_crowd(url: str, seconds: float) -> None:
    loops = [voice(), picture("ECHO", "bench", width=WIDTH, height=HEIGHT, frames_per_s=FRAMES_PER_S)]
    print("ready", flush=True)
    places = json.loads(await asyncio.to_thread(sys.stdin.readline))
    async with browser(url) as http:
        tests = await asyncio.gather(*(test(http, place, loops, seconds) for place in places))
    print(json.dumps(tests), flush=True)


async def test(http: aiohttp.ClientSession, place: dict, loops: list, seconds: float) -> dict:
    begun = time.monotonic()
    pc, sink = RTCPeerConnection(), MediaBlackhole()
    pc.on("track", sink.addTrack)
    for loop in loops:
        pc.addTrack(LoopTrack(loop))
    await pc.setLocalDescription(await pc.createOffer())
    path = f"/api/join/echo/{place['id']}"
    async with http.put(path, json={"sdp": pc.localDescription.sdp}) as answer:
        body = await answer.json(content_type=None)
        if answer.status != 200:
            return {"problem": body}
    await pc.setRemoteDescription(RTCSessionDescription(body["sdp"], "answer"))
    await sink.start()
    await asyncio.sleep(max(0, seconds - (time.monotonic() - begun)))
    async with http.delete(path):
        pass
    await asyncio.sleep(1.5)
    async with http.get(path) as answer:
        view = await answer.json(content_type=None)
    stats = (await pc.getStats()).values()
    view["packetsBack"] = {each.kind: each.packetsReceived for each in stats if each.type == "inbound-rtp"}
    await pc.close()
    return view


def verdicts(outcome: Outcome) -> list[figures.Verdict]:
    rise = outcome.with_p99_ms - outcome.alone_p99_ms
    slowest = max(outcome.refused_ms, default=None)
    good = sum(one.get("verdict") == "ok" for one in outcome.tests)
    return [
        figures.Verdict("p99 of signaling, rise", f"{P99_RISE_MS} ms", f"{rise:.1f} ms", rise <= P99_RISE_MS),
        figures.Verdict(
            "refusal, the slowest of all",
            f"{REFUSED_MS} ms",
            "-" if slowest is None else f"{slowest:.0f} ms ({len(outcome.refused_ms)})",
            None if slowest is None else slowest <= REFUSED_MS,
        ),
        figures.Verdict(
            "tests whose verdict is good, on a perfect network", f"all {len(outcome.tests)}", str(good),
            good == len(outcome.tests) > 0,
        ),
    ]  # fmt: skip


def drawn(outcome: Outcome) -> str:
    frames = [one["figures"]["framesPerS"] for one in outcome.tests if "figures" in one]
    return figures.table(
        ("", "alone", f"while {PEOPLE} test"),
        [
            ("signaling p50, ms", f"{outcome.alone_p50_ms:.2f}", f"{outcome.with_p50_ms:.2f}"),
            ("signaling p99, ms", f"{outcome.alone_p99_ms:.1f}", f"{outcome.with_p99_ms:.1f}"),
            ("tests under way", "-", str(len(outcome.tests))),
            ("images a second that reach the echo", "-", figures.spread(frames)),
            ("echo process, cores", "-", f"{outcome.echo_cores:.2f}"),
            ("echo process, RSS in MB", "-", f"{outcome.echo_rss_mb:.0f}"),
            ("cores in use, all processes", "-", f"{outcome.busy:.0%}"),
        ],
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="8 seconds")
    parser.add_argument("--write", action="store_true", help="renew the table in docs/performance.md")
    parser.add_argument("--crowd", nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.crowd:
        url, seconds = chosen.crowd
        asyncio.run(be_the_crowd(url, float(seconds)))
        return 0
    with product() as (target, installation, tokens):
        outcome = asyncio.run(measure(target, installation, tokens, 8 if chosen.quick else SECONDS))
    judged = verdicts(outcome)
    text = f"{figures.signature()} {RATE} messages/s.\n\n{drawn(outcome)}\n\n{figures.verdicts(judged)}"
    print(text)
    figures.keep("echo", {"outcome": outcome, "budgets": judged})
    if chosen.write:
        figures.renew("echo", text)
    return 0 if all(verdict.holds for verdict in judged) else 1


if __name__ == "__main__":
    sys.exit(main())
