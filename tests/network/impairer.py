"""A bad network in user space: forwards packets between two namespaces, late, lossy and slow as asked.

Kernels without `netem` still have TUN devices. This process opens one in each of two network namespaces
and carries packets from one to the other, each direction with its own delay, jitter, loss, rate and queue.

    python3 -m tests.network.impairer NAMESPACE_A NAMESPACE_B

It reads one JSON command a line from its input and answers each with one line of JSON; end of input ends it.
`{"shape": {"a_to_b": {...}, "b_to_a": {...}, "seed": 1}}` and `{"report": true}`. Linux, root.
"""

import ctypes
import fcntl
import heapq
import json
import os
import random
import select
import struct
import sys
import time
from dataclasses import asdict, dataclass, field

CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454CA
IFF_TUN_NO_PI = 0x0001 | 0x1000
DEVICE = "lab0"
MTU = 1500
PACKETS_A_TURN = 64
"""A direction may not keep the other waiting for longer than this many packets."""


@dataclass(frozen=True)
class Path:
    """One direction of a link. `loss` is a share (0.02 = 2 %); `rate_kbit` 0 means no limit."""

    delay_ms: float = 0
    jitter_ms: float = 0
    loss: float = 0
    rate_kbit: float = 0
    queue_ms: float = 400
    """What the queue in front of the slow link holds, in milliseconds of its rate; the rest is dropped."""


@dataclass
class Figures:
    """What one direction really did, so that a test can compare it with what was asked."""

    arrived: int = 0
    delivered: int = 0
    lost: int = 0
    overflowed: int = 0
    payload_bytes: int = 0
    late_ms: list[float] = field(default_factory=list)
    """How late each delivered packet left, against its due time (the last 20 000)."""


class Direction:
    """Packets on their way from one device to the other."""

    def __init__(self, source: int, target: int) -> None:
        self._source = source
        self._target = target
        self._line: list[tuple[float, int, bytes]] = []
        self._count = 0
        self.shape(Path(), seed=0)

    def shape(self, path: Path, seed: int) -> None:
        self._path = path
        self._random = random.Random(seed)
        self._free_at = 0.0
        self._last_due = 0.0
        self.figures = Figures()

    def next_due(self) -> float | None:
        return self._line[0][0] if self._line else None

    def take(self) -> None:
        """Read what the source namespace sent, and give each packet its due time."""
        for _ in range(PACKETS_A_TURN):
            try:
                packet = os.read(self._source, MTU + 100)
            except BlockingIOError:
                return
            self._admit(packet, time.monotonic())

    def _admit(self, packet: bytes, now: float) -> None:
        self.figures.arrived += 1
        if self._random.random() < self._path.loss:
            self.figures.lost += 1
            return
        if (self._free_at - now) * 1000 > self._path.queue_ms:
            self.figures.overflowed += 1
            return
        self._count += 1
        heapq.heappush(self._line, (self._due(len(packet), now), self._count, packet))

    def _due(self, size: int, now: float) -> float:
        """When a packet of `size` bytes comes out: queue, rate, delay, jitter; order is kept."""
        spent = size * 8 / (self._path.rate_kbit * 1000) if self._path.rate_kbit else 0.0
        self._free_at = max(now, self._free_at) + spent
        jitter = self._random.uniform(-1, 1) * self._path.jitter_ms
        due = self._free_at + max(0.0, self._path.delay_ms + jitter) / 1000
        self._last_due = max(due, self._last_due)
        return self._last_due

    def deliver(self) -> None:
        """Write every packet whose time has come."""
        while self._line and self._line[0][0] <= time.monotonic():
            due, _, packet = heapq.heappop(self._line)
            try:
                os.write(self._target, packet)
            except OSError:  # the interface is down, as in an outage
                continue
            self._note(due, len(packet))

    def _note(self, due: float, size: int) -> None:
        figures = self.figures
        figures.delivered += 1
        figures.payload_bytes += size
        if len(figures.late_ms) < 20_000:
            figures.late_ms.append((time.monotonic() - due) * 1000)


def open_tun(namespace: str) -> int:
    """A TUN device named `DEVICE` inside `namespace`, as a non-blocking file descriptor."""
    libc = ctypes.CDLL(None, use_errno=True)
    entry = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    if libc.setns(entry, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), f"cannot enter namespace {namespace}")
    os.close(entry)
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", DEVICE.encode(), IFF_TUN_NO_PI))
    return tun


def be_first() -> None:
    """A packet that leaves late is a wrong measurement: ask for real-time priority, or a nice one."""
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(20))
    except OSError:
        os.setpriority(os.PRIO_PROCESS, 0, -15)


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 3) if ordered else 0.0


def report(direction: Direction) -> dict[str, float]:
    figures = asdict(direction.figures)
    late = figures.pop("late_ms")
    return figures | {"late_p50_ms": percentile(late, 0.5), "late_p90_ms": percentile(late, 0.9)}


class Impairer:
    """The two directions and the loop that serves them."""

    def __init__(self, namespace_a: str, namespace_b: str) -> None:
        a, b = open_tun(namespace_a), open_tun(namespace_b)
        self.a_to_b = Direction(a, b)
        self.b_to_a = Direction(b, a)
        self._sources = {a: self.a_to_b, b: self.b_to_a}

    def obey(self, line: str) -> dict:
        command = json.loads(line)
        if "shape" in command:
            shape = command["shape"]
            self.a_to_b.shape(Path(**shape["a_to_b"]), shape["seed"] * 2)
            self.b_to_a.shape(Path(**shape["b_to_a"]), shape["seed"] * 2 + 1)
            return {"shaped": True}
        return {"a_to_b": report(self.a_to_b), "b_to_a": report(self.b_to_a)}

    def timeout(self) -> float:
        dues = [due for d in self._sources.values() if (due := d.next_due()) is not None]
        return max(0.0, min(dues) - time.monotonic()) if dues else 5.0

    def run(self) -> None:
        watched = [*self._sources, sys.stdin]
        while True:
            for ready in select.select(watched, [], [], self.timeout())[0]:
                if ready is not sys.stdin:
                    self._sources[ready].take()
                elif line := sys.stdin.readline():
                    print(json.dumps(self.obey(line)), flush=True)
                else:
                    return
            for direction in self._sources.values():
                direction.deliver()


if __name__ == "__main__":
    be_first()
    impairer = Impairer(sys.argv[1], sys.argv[2])
    print(json.dumps({"ready": True}), flush=True)
    impairer.run()
