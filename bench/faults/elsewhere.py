"""Faults that a network does not provoke: tests provoke them, in browsers or in a DOM; the bench runs those tests.

Which tests prove a number is read from the tests themselves (docs/requirements.md).
"""

import json
import re
import subprocess
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import figures
from bench.faults.registry import FAIL, MANUAL, PASS
from tests.contract.requirements import proofs

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Elsewhere:
    """A row without a lab. `by_hand`: what a person must look at, and why no program can."""

    how: str
    criterion: str
    by_hand: str = ""


ROWS: dict[str, Elsewhere] = {
    "F5": Elsewhere(
        "signaling cut between offer and answer, at 60 moments and under 1,000 seeds",
        "connected ≤ 10 s after it returns",
    ),
    "F8": Elsewhere(
        "a line that drops, doubles, swaps and delays messages, 1,000 seeds",
        "converge or say so ≤ 15 s, 1,000 of 1,000",
    ),
    "F9": Elsewhere("offers from both sides at once, 200 times", "none stuck, no error"),
    "F10": Elsewhere("candidates before their description, twice, of another connection", "connected"),
    "F24": Elsewhere("clocks of the page and of the server apart", "the server's clock decides"),
    "F25": Elsewhere(
        "permission refused, then granted, in a browser that asks",
        "right words ≤ 1 s, back ≤ 2 s",
        "the drawings of the settings look like those of an iPhone and of a Samsung telephone",
    ),
    "F26": Elsewhere(
        "two cameras of which only one opens at a time; one that never opens", "≤ 2 s, the former one back"
    ),
    "F27": Elsewhere("stubs of cameras that meet no constraint", "a picture in three tries"),
    "F28": Elsewhere("a stub ends the camera's track", "told ≤ 1 s, back ≤ 3 s"),
    "F29": Elsewhere(
        "a stub freezes the camera's images, with and without « mute »",
        "noticed ≤ 5 s, back ≤ 3 s after return",
        "iOS: a telephone call arrives in mid-call; no simulator rings",
    ),
    "F30": Elsewhere(
        "descriptions and getUserMedia of a whole call are read",
        "no audio line, audio never asked",
        "iOS and Android: the call to 15 goes on while the picture is sent",
    ),
    "F32": Elsewhere(
        "the page is hidden, the camera muted",
        "told ≤ 2 s, back ≤ 3 s",
        "iOS, Android: another application for 30 s, and back",
    ),
    "F33": Elsewhere(
        "calls of the wake lock are counted",
        "asked again each time that the page is seen",
        "a telephone set to lock after 15 s stays lit; older iPhones without wake lock say what to do",
    ),
    "F36": Elsewhere(
        "browser names and missing camera of in-app browsers",
        "guidance ≤ 1 s; the same link works elsewhere",
        "the link opened inside WhatsApp, Messenger and a mail application",
    ),
    "F37": Elsewhere(
        "",
        "",
        "not provoked: callers install nothing and have no account, and no page of a professional is opened by a "
        "notification yet. To look at when it is: an installed application on iOS that is not signed in",
    ),
    "F38": Elsewhere(
        "a stub of a browser that refuses to play",
        "a button ≤ 1 s",
        "iPhone in low-power mode: the dispatcher's picture plays, or its button shows",
    ),
    "F39": Elsewhere(
        "Chromium and Firefox against each other; descriptions are read",
        "VP8 first, every pair connects",
        "Safari on both sides",
    ),
    "F41": Elsewhere("headers of every document", "camera allowed to ourselves only, framing refused"),
    "F42": Elsewhere(
        "",
        "",
        "not provoked here: it belongs to the test of the equipment before a téléconsultation, whose tests do it",
    ),
    "F43": Elsewhere(
        "",
        "",
        "not provoked here: `just bench echo` asks for twenty tests at once and measures the signaling beside them",
    ),
}


def tests_of(number: str) -> list[str]:
    """As `pwa/call/peer.test.ts::title` or `e2e/test_call.py::test_name`."""
    return proofs().get(number, [])


@dataclass
class Outcomes:
    """What became of tests: by name, whether each of its cases passed; and how long they took."""

    passed: dict[str, list[bool]] = field(default_factory=dict)
    seconds: float = 0.0

    def add(self, name: str, *, passed: bool) -> None:
        self.passed.setdefault(name, []).append(passed)

    def of(self, test: str) -> list[bool]:
        """Titles of tables stand for many: `%s` may be anything."""
        if test in self.passed:
            return self.passed[test]
        pattern = re.compile(".*".join(re.escape(part) for part in re.split(r"%\w|\$\{.*?\}|\$\w+", test)))
        return [ok for name, all_ok in self.passed.items() if pattern.fullmatch(name) for ok in all_ok]


class Aside:
    """The rows of this file, run once: while the longest tunnel lasts, for nothing is measured inside it."""

    def __init__(self, only: Iterable[str] = ()) -> None:
        self._only = list(only)
        self._rows: list[dict[str, Any]] = []
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        self._rows = run(self._only)

    def start(self) -> None:
        if self._thread.ident is None:
            self._thread.start()

    def finish(self) -> list[dict[str, Any]]:
        self.start()
        self._thread.join()
        return self._rows


def run(only: Iterable[str] = ()) -> list[dict[str, Any]]:
    """The rows of `ROWS`, with the result of their tests run now."""
    numbers = [number for number in ROWS if not only or number in only]
    tests = [test for number in numbers for test in tests_of(number)]
    outcomes = Outcomes()
    started = time.monotonic()
    if python := sorted({test for test in tests if ".py::" in test}):
        _pytest(python, outcomes)
    if files := sorted({test.partition("::")[0] for test in tests if ".py::" not in test}):
        _vitest(files, outcomes)
    outcomes.seconds = time.monotonic() - started
    return [row(number, outcomes) for number in numbers]


def row(number: str, outcomes: Outcomes) -> dict[str, Any]:
    """One row for the table."""
    told = ROWS[number]
    cases = {test: outcomes.of(test) for test in tests_of(number)} if told.how else {}
    held = [test for test, passed in cases.items() if passed and all(passed)]
    result = (PASS if cases and len(held) == len(cases) else FAIL) if told.how else MANUAL
    return {
        "fault": number, "case": "", "how": told.how, "criterion": told.criterion, "by_hand": told.by_hand,
        "result": result, "judged": bool(told.how), "tests": list(cases), "runs": [],
        "planned": sum(map(len, cases.values())), "failed": [t for t in cases if t not in held],
        "at": figures.now(),
    }  # fmt: skip


def _pytest(tests: list[str], outcomes: Outcomes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        words = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *(f"tests/{t}" for t in tests)]
        subprocess.run(words, cwd=ROOT, check=False, stdout=sys.stderr)
        for case in ET.parse(report).iter("testcase"):
            file = case.get("classname", "").removeprefix("tests.").replace(".", "/")
            name = case.get("name", "").partition("[")[0]
            passed = not any(case.find(kind) is not None for kind in ("failure", "error", "skipped"))
            outcomes.add(f"{file}.py::{name}", passed=passed)


def _vitest(files: list[str], outcomes: Outcomes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        words = ["vitest", "run", "--reporter=json", f"--outputFile={report}", *(f"tests/{f}" for f in files)]
        subprocess.run(words, cwd=ROOT, check=False, stdout=sys.stderr)
        for file in json.loads(report.read_text())["testResults"]:
            path = Path(file["name"]).relative_to(ROOT / "tests")
            for case in file["assertionResults"]:
                title = case["title"].partition(" [")[0].replace("|", "/")
                outcomes.add(f"{path}::{title}", passed=case["status"] == "passed")
