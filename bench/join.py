"""`just bench join`: from the tap on the link to the first frame at the dispatcher, beside the floor.

Each round measures the naive floor page, the fast floor page and Chevet in turn, each from an empty cache and
new connections over TLS 1.3. Two cases: a robot that taps and grants at once, and a person who takes 2 s to
answer the browser's question. In the lab also the relayed case: no UDP, nothing but port 443.
"""

import argparse
import contextlib
import itertools
import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench import figures, places
from bench.cells import AT_ONCE, LATER, RELAYED, Cell, Sample
from bench.join_budgets import judge
from bench.places import LOOPBACK, Place
from tests.e2e import browsers, people
from tests.e2e.stage import DESK, PHONE
from tests.network import lab as network
from tests.network.lab import BAD_4G, GOOD_4G, THREE_G, LoadWatch, Profile, wait_until_quiet

PROBE = (Path(__file__).parent / "probe.js").read_text()
PROMPT_MS = 2000
WAIT_MS = 90_000
RUNS = {"loopback": 7, "good 4G": 7, "bad 4G": 7, "3G": 10}
CHANCY = ("3G", AT_ONCE, "Chevet")
"""A run without loss takes nearly as long as the budget allows: ten runs would leave the median to chance."""


class Variant(Protocol):
    """Something that can be joined."""

    name: str

    def prepare(self) -> str:
        """Get the host's page ready; the address to open at the caller's."""
        ...

    @property
    def host(self) -> Page: ...

    def end(self) -> None: ...


class Floor:
    """A floor page: its host is a fresh page each time."""

    def __init__(self, kind: str, place: Place, context: BrowserContext) -> None:
        self.name = f"floor, {kind}"
        self._kind = kind
        self._url = place.floor_url
        self._context = context
        self._rooms = itertools.count()

    def prepare(self) -> str:
        room = f"{self._kind}-{next(self._rooms)}"
        self.host = self._context.new_page()
        self.host.goto(f"{self._url}/{self._kind}-host?room={room}")
        self.host.wait_for_function("() => document.title === 'ready'", timeout=WAIT_MS)
        return f"{self._url}/{self._kind}?room={room}"

    def end(self) -> None:
        self.host.close()


class Chevet:
    """The product: a dispatcher signed in on page B, who invites, waits, sees, hangs up."""

    name = "Chevet"

    def __init__(self, place: Place, context: BrowserContext) -> None:
        self.host = context.new_page()
        self._offer_waits = False
        self.host.on("websocket", self._watch)
        people.sign_in(self.host, place.product.url)
        self._dispatcher = people.Dispatcher(self.host, place.product.url).open()

    def _watch(self, socket: Any) -> None:
        """The server confirms `put-offer`: from then on an answer can be given at once."""
        offers: set[str] = set()

        def sent(frame: str | bytes) -> None:
            message = spoken(frame)
            if message.get("t") == "put-offer":
                offers.add(message["id"])

        def received(frame: str | bytes) -> None:
            message = spoken(frame)
            if message.get("t") == "confirmed" and message["id"] in offers:
                self._offer_waits = True

        socket.on("framesent", sent)
        socket.on("framereceived", received)

    def prepare(self) -> str:
        self._offer_waits = False
        link = self._dispatcher.invite_by_qr()["link"]
        for _ in range(WAIT_MS // 20):
            if self._offer_waits:
                break
            self.host.wait_for_timeout(20)
        self.host.evaluate("delete window.__marks.frame")
        return link

    def end(self) -> None:
        self._dispatcher.hang_up()


def spoken(frame: str | bytes) -> dict[str, Any]:
    """A message; nothing of a picture that goes over the socket."""
    return json.loads(frame) if isinstance(frame, str) else {}


def probe(prompt_ms: int) -> str:
    options = {"promptMs": prompt_ms, "tap": people.SHOW_CAMERA}
    return f"window.__probeOptions = {json.dumps(options)};\n{PROBE}"


def new_context(browser: Browser, prompt_ms: int, size: dict[str, Any]) -> BrowserContext:
    context = browser.new_context(ignore_https_errors=True, locale="fr-FR", **size)
    context.add_init_script(probe(prompt_ms))
    return context


def join(variant: Variant, browser: Browser, prompt_ms: int) -> Sample:
    """One join from nothing: a new context at the caller's, until the host's first frame."""
    address = variant.prepare()
    context = new_context(browser, prompt_ms, PHONE)
    page = context.new_page()
    try:
        before = wait_until_quiet()
        with LoadWatch() as watch:
            page.goto(address, wait_until="commit", timeout=WAIT_MS)
            variant.host.wait_for_function("() => window.__marks.frame", timeout=WAIT_MS)
        frame = variant.host.evaluate("window.__marks.frame")
        marks = page.evaluate("window.__marks")
    finally:
        context.close()
        variant.end()
    start = marks.pop("navigation")
    return Sample(frame - start, {name: at - start for name, at in marks.items()}, watch.mean, before)


def rounds(
    cells: list[Cell], variants: dict[str, Variant], browser: Browser, prompt_ms: int, place: Place
) -> None:
    """The variants in turn, the order turning too, so that a busy moment touches them all."""
    for number in range(max(map(planned, cells))):
        for turn in range(len(cells)):
            cell = cells[(number + turn) % len(cells)]
            if len(cell.samples) + len(cell.failures) >= planned(cell):
                continue
            place.shape(cell.profile, seed=number + 1)
            try:
                cell.samples.append(join(variants[cell.variant], browser, prompt_ms))
            except Exception as failure:
                cell.failures.append(str(failure).splitlines()[0])
            progress(cell)


def planned(cell: Cell) -> int:
    """How many runs: twice as many where the budget is near."""
    runs = RUNS[cell.profile.name]
    return 2 * runs if (cell.profile.name, cell.case, cell.variant) == CHANCY else runs


def progress(cell: Cell) -> None:
    last = f"{cell.samples[-1].frame:.0f} ms" if cell.samples else "-"
    print(f"  {cell.profile.name}, {cell.case}, {cell.variant}: {last}", file=sys.stderr)


@contextlib.contextmanager
def host_context(place: Place) -> Iterator[tuple[BrowserContext, Any]]:
    with sync_playwright() as playwright:
        site = browsers.chromium(playwright, executable=place.site_chromium, home=place.home)
        caller = browsers.chromium(playwright, executable=place.caller_chromium, home=place.home)
        yield new_context(site, 0, DESK), caller
        site.close()
        caller.close()


@contextlib.contextmanager
def firewall(place: Place) -> Iterator[None]:
    """While it stands, nothing leaves the caller's network but TCP to port 443."""
    if not place.lab:
        raise ValueError("a firewall needs the lab")
    place.lab.caller.only_tcp_443_out()
    yield
    place.lab.caller.no_firewall()


def measure(place: Place, plan: list[tuple[Profile, str, int]], only: set[str], done: list[Cell]) -> None:
    """Every case of `plan` (link, name, milliseconds to answer the prompt) for every variant, into `done`."""
    with host_context(place) as (context, caller):
        variants: dict[str, Variant] = {}
        for kind in ("naive", "fast"):
            floor = Floor(kind, place, context)
            variants[floor.name] = floor
        if not only or "Chevet" in only:
            variants["Chevet"] = Chevet(place, context)
        for profile, case, prompt_ms in plan:
            compared = ["Chevet"] if case == RELAYED and "Chevet" in variants else list(variants)
            cells = [Cell(profile, case, name) for name in compared]
            done += cells
            with firewall(place) if case == RELAYED else contextlib.nullcontext():
                rounds(cells, variants, caller, prompt_ms, place)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="2 runs on loopback and good 4G")
    parser.add_argument("--floor-only", action="store_true", help="without the product")
    parser.add_argument("--profiles", nargs="*", help="loopback, 'good 4G', 'bad 4G', 3G")
    parser.add_argument("--cases", nargs="*", help=f"'{AT_ONCE}', '{LATER}', '{RELAYED}'")
    parser.add_argument("--runs", type=int, help="as many on every link")
    parser.add_argument("--write", action="store_true", help="renew the table in docs/performance.md")
    chosen = parser.parse_args()
    if chosen.quick:
        RUNS.update(dict.fromkeys(RUNS, 2))
    if chosen.runs:
        RUNS.update(dict.fromkeys(RUNS, chosen.runs))
    names = chosen.profiles or (["loopback", "good 4G"] if chosen.quick else list(RUNS))
    return run(names, chosen)


def run(names: list[str], chosen: argparse.Namespace) -> int:
    """All the links, or those that were done when the bench was told to end."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    cells: list[Cell] = []
    with contextlib.suppress(KeyboardInterrupt):
        measure_all(names, {"floor"} if chosen.floor_only else set(), cells, chosen.cases)
    return tell([cell for cell in cells if cell.samples], chosen)


def measure_all(names: list[str], only: set[str], cells: list[Cell], wanted: list[str] | None) -> None:
    def cases(profile: Profile) -> list[tuple[Profile, str, int]]:
        return [case for case in all_cases(profile) if not wanted or case[1] in wanted]

    if "loopback" in names:
        with places.on_loopback(with_product=not only) as place:
            measure(place, cases(LOOPBACK), only, cells)
    shaped = [p for p in (GOOD_4G, BAD_4G, THREE_G) if p.name in names]
    if shaped and (reason := network.why_not()):
        print(f"left out: {reason}", file=sys.stderr)
    elif shaped:
        with places.in_the_lab(with_product=not only) as place:
            measure(place, [case for p in shaped for case in cases(p)], only, cells)


def all_cases(profile: Profile) -> list[tuple[Profile, str, int]]:
    plan = [(profile, AT_ONCE, 0), (profile, LATER, PROMPT_MS)]
    return [*plan, (profile, RELAYED, PROMPT_MS)] if profile in {GOOD_4G, BAD_4G} else plan


def tell(cells: list[Cell], chosen: argparse.Namespace) -> int:
    """Print the tables, keep the JSON; the exit code says whether every budget holds."""
    judged = judge(cells)
    text = f"{figures.signature()} Milliseconds: median (least-most, runs).\n\n{timings(cells)}\n\n"
    text += figures.verdicts(judged)
    print(text)
    path = figures.keep("join", {"cells": cells, "budgets": judged})
    print(f"\n{path.relative_to(figures.ROOT)}", file=sys.stderr)
    if chosen.write:
        figures.renew("join", text)
    return 0 if all(verdict.holds for verdict in judged) else 1


def timings(cells: list[Cell]) -> str:
    head = ("link", "case", "page", "button usable", "first frame", "after the grant", "busy", "failed")
    return figures.table(head, [row(cell) for cell in cells])


def row(cell: Cell) -> tuple[str, ...]:
    busy = figures.median([100 * s.load for s in cell.samples]) or 0
    what = [figures.spread(cell.values(name)) for name in ("usable", "frame", "after_grant")]
    return (cell.profile.name, cell.case, cell.variant, *what, f"{busy:.0f} %", str(len(cell.failures)))


if __name__ == "__main__":
    sys.exit(main())
