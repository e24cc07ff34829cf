"""`just bench resilience`: every fault of the catalogue, provoked in the network lab, against its criterion.

`--quick` is the short version that the tests run. `--only F12 F15` runs some rows; the others keep what their last
run said. `--write` renews the table of docs/resilience.md.
"""

import argparse
import contextlib
import sys
import time
import traceback
from collections.abc import Iterator
from typing import Any

from bench import figures
from bench.faults import elsewhere, table
from bench.faults.catalogue import FAULTS
from bench.faults.registry import Fault, Run
from bench.faults.ward import Ward, why_not
from tests.network.lab import LoadWatch


def provoke(ward: Ward, fault: Fault, planned: int) -> list[Run]:
    """Its runs. One that breaks off counts as one that never came; what was left of the row is not run."""
    runs: list[Run] = []
    ward.begin()
    going = fault.provoke(ward, planned)
    with contextlib.closing(going):
        while (run := measured(ward, going)) is not None:
            runs.append(run)
            print(f"  {fault.name}: {told(run)}", file=sys.stderr, flush=True)
    return runs


def measured(ward: Ward, going: Iterator[Run]) -> Run | None:
    """The next run, with how busy the machine was meanwhile."""
    with LoadWatch() as watch:
        try:
            run = next(going, None)
        except Exception as failure:
            traceback.print_exc(limit=-6)
            run = Run(None, held=False, note=str(failure).splitlines()[0])
    if run:
        run.seconds = None if run.seconds is None else round(run.seconds, 2)
        run.load = round(watch.mean, 2)
        run.packets_late_ms = max(path["late_p90_ms"] for path in ward.field.link.report().values())
    return run


def told(run: Run) -> str:
    seconds = "never" if run.seconds is None else f"{run.seconds:.1f} s"
    return f"{seconds}{'' if run.held else ', not held'} ({run.note}; {run.load:.0%} busy)"


def outcome(fault: Fault, runs: list[Run], planned: int) -> dict[str, Any]:
    return {
        "fault": fault.number,
        "case": fault.case,
        "how": fault.how,
        "criterion": fault.criterion,
        "planned": planned,
        "result": fault.verdict(runs, planned),
        "judged": fault.judged,
        "runs": runs,
        "at": figures.now(),
    }


def measure(
    chosen: list[Fault], *, quick: bool, done: list[dict[str, Any]], aside: elsewhere.Aside | None
) -> None:
    with Ward() as ward:
        if aside:
            ward.during_silence = aside.start
        for fault in chosen:
            planned = fault.quick if quick else fault.runs
            started = time.monotonic()
            done.append(outcome(fault, provoke(ward, fault, planned), planned))
            done[-1]["took_s"] = round(time.monotonic() - started)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the short version, without Firefox")
    parser.add_argument("--only", nargs="*", default=[], help="F12, or a word of a case")
    parser.add_argument(
        "--without-tests", action="store_true", help="do not run the tests that other rows name"
    )
    parser.add_argument(
        "--redraw", action="store_true", help="measure nothing: the table from the last results"
    )
    parser.add_argument("--write", action="store_true", help="renew the table in docs/resilience.md")
    chosen = parser.parse_args()
    if chosen.redraw:
        table.write(table.keep([]))
        return 0
    if reason := why_not():
        print(f"left out: {reason}", file=sys.stderr)
        return 0
    return run(chosen)


def run(chosen: argparse.Namespace) -> int:
    wanted = [f for f in FAULTS if is_wanted(f, chosen.only) and (f.quick or not chosen.quick)]
    done: list[dict[str, Any]] = []
    with contextlib.suppress(KeyboardInterrupt):
        aside = None if chosen.quick or chosen.without_tests else elsewhere.Aside(chosen.only)
        measure(wanted, quick=chosen.quick, done=done, aside=aside)
        done += aside.finish() if aside else []
    text = table.drawn(done)
    print(text)
    if not chosen.quick:
        kept = table.keep(done)
        if chosen.write:
            table.write(kept)
    return int(any(row["result"] == "FAIL" and row["judged"] for row in done))


def is_wanted(fault: Fault, only: list[str]) -> bool:
    return not only or any(word == fault.number or word in fault.case.split() for word in only)


if __name__ == "__main__":
    sys.exit(main())
