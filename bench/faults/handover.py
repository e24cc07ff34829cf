"""F1 to F4: the telephone changes network, or has none for a while."""

from collections.abc import Iterator, Sequence

from playwright.sync_api import Browser

from bench.faults.registry import Run, fault
from bench.faults.ward import NO_HINTS, Call, Ward

PATIENCE_S = 30
LONGEST_S = 240
BETWEEN_S = 3.5
"""Between two changes of network: the page heeds one hint of the system in 3 s."""
SWAP = "the Wi-Fi address is removed, the mobile network comes up 1 s later; and back"


def handovers(
    ward: Ward, runs: int, phone: Browser | None = None, scripts: Sequence[str] = (), gap_s: float = 1
) -> Iterator[Run]:
    """Change network `runs` times in one call; in another call when the picture did not come back."""
    done = 0
    while done < runs:
        with ward.live(phone, scripts) as call:
            while done < runs:
                run = one_handover(ward, call, gap_s)
                done += 1
                yield run
                if run.seconds is None:
                    break
                call.settle(BETWEEN_S)


def one_handover(ward: Ward, call: Call, gap_s: float) -> Run:
    _, back = ward.field.hand_over(gap_s)
    run = call.seen_after(back, PATIENCE_S)
    run.note = ", ".join(path["type"] for path in call.paths())
    return run


@fault("F1", "NAT on both sides", how=SWAP, criterion_s=4, runs=20, quick=2, share=0.95)
def behind_nats(ward: Ward, runs: int) -> Iterator[Run]:
    yield from handovers(ward, runs)


@fault(
    "F1",
    "through a relay",
    how=f"symmetric NAT on both sides; {SWAP}",
    criterion_s=4,
    runs=20,
    quick=1,
    share=0.95,
)
def through_a_relay(ward: Ward, runs: int) -> Iterator[Run]:
    ward.field.translate(symmetric=True)
    yield from handovers(ward, runs)


@fault(
    "F1",
    "Firefox at the caller's",
    how=f"NAT on both sides; {SWAP}",
    criterion_s=4,
    runs=10,
    share=0.95,
    judged=False,
)
def firefox(ward: Ward, runs: int) -> Iterator[Run]:
    yield from handovers(ward, runs, ward.firefox())


@fault(
    "F2", how=f"{SWAP}; the browser's events « online » and NetworkInformation are taken away", criterion_s=12
)
def without_hints(ward: Ward, runs: int) -> Iterator[Run]:
    yield from handovers(ward, runs, scripts=[NO_HINTS])


def tunnel(call: Call, seconds: float) -> tuple[float, Run]:
    """Nothing passes for `seconds`; the moment when it did again, and how the picture came back."""
    field = call.ward.field
    field.link.cut()
    call.wait(seconds)
    back = call.ward.restore_network()
    return back, call.seen_after(back, PATIENCE_S)


@fault(
    "F3", how="all packets dropped for 3, 5 and 8 s", measured="picture again, same connection, no new permission",
    criterion_s=3, quick=1,
)  # fmt: skip
def blips(ward: Ward, runs: int) -> Iterator[Run]:
    with ward.live() as call:
        for seconds in (3, 5, 8)[:runs]:
            before = call.made()
            _, run = tunnel(call, seconds)
            run.note, run.held = f"{seconds} s", call.made() == before
            yield run
            call.settle()


@fault(
    "F4", how=f"all packets dropped for 25, 60 and {LONGEST_S} s", measured="picture again, no reload, same seat",
    criterion_s=8,
)  # fmt: skip
def tunnels(ward: Ward, runs: int) -> Iterator[Run]:
    with ward.live() as call:
        call.page.evaluate("window.__sameDocument = true")
        for seconds in (25, 60, LONGEST_S)[:runs]:
            if seconds == LONGEST_S:
                ward.during_silence()
            _, run = tunnel(call, seconds)
            run.note = f"{seconds} s"
            run.held = call.page.evaluate("window.__sameDocument === true")
            yield run
            call.settle()
