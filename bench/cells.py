"""One join, and all the joins of one page in one case on one link."""

from dataclasses import dataclass, field

from bench import figures
from tests.network.lab import Profile

AT_ONCE, LATER, RELAYED = "at once", "after 2 s", "relayed only"


@dataclass
class Sample:
    """One join. Milliseconds since the caller's navigation, by mark; `frame` is the dispatcher's."""

    frame: float
    marks: dict[str, float]
    load: float
    """Share of all cores in use while it ran."""
    load_before: float
    """The same just before: what others took."""

    @property
    def after_grant(self) -> float:
        return self.frame - self.marks["camera"]


@dataclass
class Cell:
    """All the runs of one variant in one case on one link."""

    profile: Profile
    case: str
    variant: str
    samples: list[Sample] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def values(self, what: str) -> list[float]:
        if what == "after_grant":
            return [s.after_grant for s in self.samples]
        if what == "frame":
            return [s.frame for s in self.samples]
        return [s.marks[what] for s in self.samples if what in s.marks]

    def median(self, what: str) -> float | None:
        return figures.median(self.values(what))
