"""A verdict: enough runs within the criterion, or doubt when the machine was too busy."""

import pytest

from bench.faults import table
from bench.faults.registry import FAIL, INCONCLUSIVE, PASS, Fault, Run


def fault(share=1.0):
    return Fault(
        "F1", "", "how", "picture again", 4, 20, 1, share, judged=True, provoke=lambda ward, runs: iter(())
    )


GOOD, LATE = Run(3.9), Run(4.1)
BUSY = Run(4.1, load=0.99)
DELAYED = Run(None, packets_late_ms=30)


@pytest.mark.parametrize(
    ("runs", "share", "word"),
    [
        ([GOOD] * 20, 1, PASS),
        ([GOOD] * 19 + [LATE], 0.95, PASS),
        ([GOOD] * 19 + [LATE], 1, FAIL),
        ([GOOD] * 18 + [LATE] * 2, 0.95, FAIL),
        ([GOOD] * 19, 1, FAIL),
        ([GOOD] * 18 + [BUSY, DELAYED], 1, INCONCLUSIVE),
        ([GOOD] * 18 + [BUSY, LATE], 1, FAIL),
        ([GOOD] * 19 + [Run(1, held=False)], 1, FAIL),
        ([Run(3.9, load=0.99)] * 20, 1, PASS),
    ],
)
def test_a_verdict(runs, share, word):
    assert fault(share).verdict(runs, 20) == word


def test_times_are_the_median_the_95th_percentile_and_the_worst():
    runs = [{"seconds": float(number)} for number in range(1, 21)]
    assert table.times(runs) == "10.5 s (worst 20.0), p95 19.0 s"
    assert table.times([{"seconds": None}, {"seconds": 2.0}]) == "2.0 s, 1 never"
    assert table.times([]) == "-"
