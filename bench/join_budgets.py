"""The budgets of the join path, and what the runs say of each."""

from collections.abc import Iterator

from bench.cells import AT_ONCE, LATER, RELAYED, Cell
from bench.figures import Verdict, ratio

NAIVE, FAST, CHEVET = "floor, naive", "floor, fast", "Chevet"
SLOW_LINKS = {"bad 4G", "3G"}


def judge(cells: list[Cell]) -> list[Verdict]:
    """Every budget on every link that was run."""
    links = dict.fromkeys(cell.profile.name for cell in cells)
    return [verdict for link in links for verdict in _judge_link(Table(cells, link))]


class Table:
    """The cells of one link."""

    def __init__(self, cells: list[Cell], link: str) -> None:
        self.link = link
        self._cells = {(c.case, c.variant): c for c in cells if c.profile.name == link}
        self.round_trip = next(c.profile.round_trip_ms for c in cells if c.profile.name == link)

    def has(self, case: str) -> bool:
        return (case, CHEVET) in self._cells

    def median(self, case: str, variant: str, what: str) -> float | None:
        cell = self._cells.get((case, variant))
        return cell.median(what) if cell else None


def _judge_link(table: Table) -> Iterator[Verdict]:
    if not table.has(AT_ONCE):
        return
    trip, link = table.round_trip, table.link
    yield _within(
        f"{link}: navigation → button usable", 4 * trip + 250, table.median(AT_ONCE, CHEVET, "usable")
    )
    frame = table.median(AT_ONCE, CHEVET, "frame")
    yield _within(f"{link}: navigation → first frame", 9 * trip + 400, frame)
    most = 0.9 if link in SLOW_LINKS else 1.15
    naive = table.median(AT_ONCE, NAIVE, "frame")
    yield _times(f"{link}: the same, against the naive floor", most, frame, naive)
    grant = table.median(LATER, CHEVET, "after_grant")
    yield _within(f"{link}: grant → first frame, prompt answered after 2 s", trip + 200, grant)
    if link in SLOW_LINKS:
        naive = table.median(LATER, NAIVE, "after_grant")
        yield _times(f"{link}: the same, against the naive floor", 0.4, grant, naive)
    else:  # here the browser's own 0.15 s outweighs every round trip: only the fast floor compares
        fast = table.median(LATER, FAST, "after_grant")
        yield _times(f"{link}: the same, against the fast floor", 1.15, grant, fast)
    if table.has(RELAYED):
        relayed = table.median(RELAYED, CHEVET, "after_grant")
        yield _within(f"{link}: grant → first frame, TURN/TLS on 443 only", 2 * trip + 400, relayed)


def _within(what: str, most_ms: float, got: float | None) -> Verdict:
    if got is None:
        return Verdict(what, f"{most_ms:.0f} ms", "-", None)
    return Verdict(what, f"{most_ms:.0f} ms", f"{got:.0f} ms", got <= most_ms)


def _times(what: str, most: float, ours: float | None, floor: float | None) -> Verdict:
    if ours is None or floor is None:
        return Verdict(what, f"x {most}", "-", None)
    return Verdict(what, f"x {most}", f"x {ratio(ours, floor)}", ours <= most * floor)
