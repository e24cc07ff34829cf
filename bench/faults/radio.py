"""F21 to F23: little bandwidth, much loss, small packets."""

import time
from collections.abc import Iterator

from bench.faults.firewalls import one_join
from bench.faults.registry import Run, fault
from bench.faults.ward import Ward
from tests.network.lab import Profile

POOR = Profile("poor 3G", round_trip_ms=400, down_kbit=300, up_kbit=300, loss=0.05, jitter_ms=50)
HOSTILE = Profile("hostile", round_trip_ms=800, loss=0.15, jitter_ms=100)
WATCHED_S = 60


@fault(
    "F21", how="in mid-call 300 kbit/s, 5 % loss each way, round trip 400 ms ± 50, for 60 s",
    measured="longest time without a new image", criterion_s=3, runs=1, quick=1,
)  # fmt: skip
def poor_3g(ward: Ward, runs: int) -> Iterator[Run]:
    for number in range(runs):
        with ward.live() as call:
            ward.field.link.shape(POOR, seed=number + 1)
            start = time.time()
            call.wait(WATCHED_S)
            images, stills = call.count(start, "video"), call.count(start, "socket")
            note = f"{images / WATCHED_S:.1f} images/s" + (f", {stills} over the socket" if stills else "")
            yield Run(call.longest(start), images + stills > 0, note)


@fault(
    "F22", how="round trip 800 ms ± 100, 15 % loss each way, from the tap on",
    measured="tap to picture", criterion_s=12, runs=20, share=0.95,
)  # fmt: skip
def hostile(ward: Ward, runs: int) -> Iterator[Run]:
    for number in range(runs):
        with ward.ringing() as call:
            ward.field.link.shape(HOSTILE, seed=number + 1)
            yield one_join(call)
            ward.restore_network()


@fault(
    "F23", how="packets over 1,280 bytes do not pass, and ICMP that says so is dropped",
    measured="tap to picture", criterion_s=5, quick=1,
)  # fmt: skip
def small_packets(ward: Ward, runs: int) -> Iterator[Run]:
    ward.field.set_mtu(1280)
    ward.field.forbid(ward.field.router, "icmp type destination-unreachable drop")
    ward.field.forbid(ward.field.gateway, "icmp type destination-unreachable drop")
    for _ in range(runs):
        with ward.ringing() as call:
            yield one_join(call)
