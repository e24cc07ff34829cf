"""What a fault is, and how its runs are judged."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.faults.ward import Ward

PASS, FAIL, INCONCLUSIVE, MANUAL = "pass", "FAIL", "inconclusive", "by hand"
OVERLOADED = 0.92
"""Share of all cores in use, mean over a run, from which a late picture proves nothing."""


@dataclass
class Run:
    """One try. `seconds` is what the criterion bounds; None: it never came. `note` says what else was seen."""

    seconds: float | None
    held: bool = True
    note: str = ""
    load: float = 0.0
    packets_late_ms: float = 0.0

    @property
    def is_overloaded(self) -> bool:
        return self.load > OVERLOADED or self.packets_late_ms > 20


Provoke = Callable[["Ward", int], Iterator[Run]]


@dataclass(frozen=True)
class Fault:
    """A row that is provoked in the lab. Its runs may share one call."""

    number: str
    case: str
    how: str
    measured: str
    criterion_s: float
    runs: int
    quick: int
    share: float
    judged: bool
    provoke: Provoke

    @property
    def name(self) -> str:
        return f"{self.number} {self.case}".strip()

    @property
    def criterion(self) -> str:
        share = "" if self.share == 1 else f", {self.share:.0%} of the runs"
        return f"{self.measured} ≤ {self.criterion_s:g} s{share}"

    def holds(self, run: Run) -> bool:
        return run.held and run.seconds is not None and run.seconds <= self.criterion_s

    def verdict(self, runs: list[Run], planned: int) -> str:
        """Runs that failed on an overloaded machine are neither: they prove nothing."""
        enough = math.ceil(planned * self.share - 1e-9)
        if sum(map(self.holds, runs)) >= enough:
            return PASS
        doubtful = sum(1 for run in runs if not self.holds(run) and run.is_overloaded)
        return INCONCLUSIVE if sum(map(self.holds, runs)) + doubtful >= enough else FAIL


FAULTS: list[Fault] = []


def fault(
    number: str,
    case: str = "",
    *,
    how: str,
    criterion_s: float,
    measured: str = "picture again",
    runs: int = 3,
    quick: int = 0,
    share: float = 1.0,
    judged: bool = True,
) -> Callable[[Provoke], Provoke]:
    """Add a row. `quick` runs are part of the short version; `judged=False`: figures beside."""

    def add(provoke: Provoke) -> Provoke:
        FAULTS.append(Fault(number, case, how, measured, criterion_s, runs, quick, share, judged, provoke))
        return provoke

    return add
