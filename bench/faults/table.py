"""The results as JSON and as the table of docs/resilience.md: at least one row for each of F1 to F43."""

import json
import math
import statistics
from collections.abc import Iterable
from typing import Any

from bench import figures
from bench.faults import elsewhere
from bench.faults.catalogue import FAULTS
from bench.faults.registry import Fault, Run
from tests.contract.requirements import PAGE as REQUIREMENTS
from tests.contract.requirements import rows

NUMBERS = [f"F{number}" for number in range(1, 44)]
PAGE = figures.ROOT / "docs" / "resilience.md"
NAME = "resilience"
NOT_RUN = "not run yet"
HEAD = ("fault", "injected how", "criterion", "runs", "result", "time")

Row = dict[str, Any]


def keep(done: list[Row]) -> list[Row]:
    """Write the JSON: rows that were not run now stay as their last run left them."""
    path = figures.RESULTS / f"{NAME}.json"
    before = json.loads(path.read_text())["rows"] if path.exists() else []
    known = {key(row): row for row in (*before, *plain(done))}
    kept = sorted((known[k] for k in all_keys() if k in known), key=lambda row: int(row["fault"][1:]))
    figures.keep(NAME, {"rows": kept})
    return kept


def all_keys() -> list[tuple[str, str]]:
    return [(fault.number, fault.case) for fault in FAULTS] + [(number, "") for number in elsewhere.ROWS]


def key(row: Row) -> tuple[str, str]:
    return row["fault"], row["case"]


def plain(done: list[Row]) -> list[Row]:
    """Without objects, as the JSON has it."""
    return [
        {**row, "runs": [vars(run) if isinstance(run, Run) else run for run in row["runs"]]} for row in done
    ]


def drawn(done: list[Row]) -> str:
    return figures.table(HEAD, [line(row) for row in plain(done)])


def line(row: Row) -> tuple[str, ...]:
    wording = rows(REQUIREMENTS.read_text())[row["fault"]].wording
    name = f"**{row['fault']}**" + (f", {row['case']}" if row["case"] else f" {wording}")
    return (name, injected(row), row["criterion"], tries(row), result(row), times(row["runs"]))


def injected(row: Row) -> str:
    parts = [row["how"]]
    if row.get("by_hand"):
        parts.append(f"*by hand:* {row['by_hand']}")
    return "<br>".join(filter(None, parts))


def tries(row: Row) -> str:
    if "tests" in row:
        return "<br>".join(f"`{test}`" for test in row["tests"]) or "-"
    return f"{len(row['runs'])} of {row['planned']}"


def result(row: Row) -> str:
    return row["result"] if row["judged"] or "tests" in row else f"{row['result']} (beside)"


def times(runs: Iterable[Row]) -> str:
    """Median, 95th percentile (nearest rank) and the worst, in seconds; what did not come is counted."""
    seconds = sorted(run["seconds"] for run in runs if run["seconds"] is not None)
    never = sum(1 for run in runs if run["seconds"] is None)
    told = [f"{never} never"] if never else []
    if len(seconds) >= 20:
        told.insert(0, f"p95 {percentile(seconds, 0.95):.1f} s")
    if seconds:
        told.insert(
            0, f"{statistics.median(seconds):.1f} s" + (f" (worst {seconds[-1]:.1f})" if seconds[1:] else "")
        )
    return ", ".join(told) or "-"


def percentile(ordered: list[float], share: float) -> float:
    return ordered[math.ceil(share * len(ordered)) - 1]


def write(done: list[Row]) -> None:
    """Renew the table of the page; a row that was never run says so."""
    known = {key(row): row for row in done}
    complete = [known.get(k) or unrun(*k) for k in all_keys()]
    complete.sort(key=lambda row: int(row["fault"][1:]))
    text = f"{figures.signature()} Each row bears the result of its last run.\n\n{drawn(complete)}"
    figures.renew(NAME, text, PAGE)


def unrun(number: str, case: str) -> Row:
    """A row as the code promises it, without a result."""
    fault = next((fault for fault in FAULTS if (fault.number, fault.case) == (number, case)), None)
    if fault is None:
        row = elsewhere.row(number, elsewhere.Outcomes())
        return row if row["result"] == elsewhere.MANUAL else {**row, "result": NOT_RUN}
    return {
        "fault": number, "case": case, "how": fault.how, "criterion": fault.criterion, "planned": fault.runs,
        "result": NOT_RUN, "judged": fault.judged, "runs": [],
    }  # fmt: skip


def promised(fault: Fault) -> tuple[str, str]:
    """What the page must say of a row: its name and its criterion, which are the code's."""
    return (f"**{fault.number}**" + (f", {fault.case}" if fault.case else " "), fault.criterion)
