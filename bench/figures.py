"""What every bench says alike: medians, the machine, tables, the JSON, the page docs/performance.md."""

import datetime as dt
import json
import os
import platform
import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "results"
PAGE = ROOT / "docs" / "performance.md"
LONGEST_LINED_UP = 60


@dataclass
class Verdict:
    """One budget, what was got, and whether it holds. `got` None: could not be measured."""

    what: str
    budget: str
    got: str
    holds: bool | None

    @property
    def word(self) -> str:
        return {True: "pass", False: "FAIL", None: "not measured"}[self.holds]


def median(values: Sequence[float]) -> float | None:
    return statistics.median(values) if values else None


def spread(values: Sequence[float], unit: str = "") -> str:
    """`median (min-max, n)`, or a dash."""
    if not values:
        return "-"
    return f"{statistics.median(values):.0f}{unit} ({min(values):.0f}-{max(values):.0f}, {len(values)})"


def ratio(ours: float | None, floor: float | None) -> str:
    return f"{ours / floor:.2f}" if ours is not None and floor else "-"


def machine() -> dict[str, Any]:
    """On what the figures were taken."""
    return {
        "cores": os.cpu_count(),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "processor": _processor(),
        "load_1min": round(os.getloadavg()[0], 2),
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", cpuinfo.read_text()) if cpuinfo.exists() else None
    return found[1] if found else platform.machine()


def now() -> str:
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M UTC")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table with its columns lined up; those that hold whole sentences are not."""
    lines = [list(head), *[list(row) for row in rows]]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    widths = [width if width <= LONGEST_LINED_UP else 3 for width in widths]
    drawn = [
        "| " + " | ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) + " |" for line in lines
    ]
    return "\n".join([drawn[0], "|" + "|".join("-" * (w + 2) for w in widths) + "|", *drawn[1:]])


def verdicts(rows: Sequence[Verdict]) -> str:
    return table(("budget", "at most", "got", ""), [(v.what, v.budget, v.got, v.word) for v in rows])


def keep(name: str, outcome: dict[str, Any]) -> Path:
    """Write `bench/results/NAME.json`, and print it for whoever pipes us."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps({"at": now(), "machine": machine(), **outcome}, indent=1, default=asdict))
    return path


def renew(section: str, text: str, path: Path = PAGE) -> None:
    """Put `text` between the two marks of `section` in docs/performance.md, or in another page."""
    opening, closing = f"<!-- {section}: begin -->", f"<!-- {section}: end -->"
    page = path.read_text("utf-8")
    before, _, rest = page.partition(opening)
    _, _, after = rest.partition(closing)
    path.write_text(f"{before}{opening}\n{text.strip()}\n{closing}{after}", "utf-8")


def signature() -> str:
    """The line above a table: when and on what."""
    m = machine()
    return f"{now()}; {m['cores']} cores, {m['processor']}, {m['system']}."
