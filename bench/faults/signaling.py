"""F6, F7, F31, F34, F35: the socket, the server and the page go away while the picture should stay or come back."""

import signal
import time
from collections.abc import Iterator

from playwright.sync_api import Page

from bench.faults.registry import Run, fault
from bench.faults.ward import Call, Ward
from tests.network.field import ADDRESSES, SITE

FREEZE_S = 1.0
"""Media must not depend on signaling: the picture may not stand still for longer than this."""
SETTLED = 2.0
LAST_IMAGES_S = 0.3
"""Images on their way when a page ends still arrive for so long."""


def half_open(ward: Ward) -> None:
    """The connections that the caller's page has with the server pass no more packets; nobody is told."""
    ports = ", ".join(map(str, ward.field.flows(ward.field.caller, 443)))
    site = ADDRESSES[SITE]
    ward.field.forbid(
        ward.field.router,
        f"ip daddr {site} tcp sport {{ {ports} }} drop",
        f"ip saddr {site} tcp dport {{ {ports} }} drop",
    )


def silenced(ward: Ward, call: Call, *, hint: bool) -> Run:
    """From the silence of the socket to the welcome on another one; and how long the picture stood still."""
    before = call.welcomes(call.page)
    start = time.time()
    half_open(ward)
    if hint:
        call.page.evaluate("dispatchEvent(new Event('online'))")
    back = call.until(call.page, WELCOMED, before, within_s=25)
    call.wait(SETTLED)
    frozen = call.longest(start)
    return Run(back and back - start, frozen <= FREEZE_S, f"longest freeze {frozen:.1f} s")


WELCOMED = """(before) => window.__seen.frames
  .filter((text) => text.includes('"t":"welcome"')).length > before"""


@fault(
    "F6", how="the firewall drops the packets of the caller's socket, and tells nobody",
    measured="another socket, picture untouched", criterion_s=15, runs=2,
)  # fmt: skip
def half_open_unhinted(ward: Ward, runs: int) -> Iterator[Run]:
    with ward.live() as call:
        for _ in range(runs):
            yield silenced(ward, call, hint=False)


@fault(
    "F6", "with a hint", how="the same, and the browser says « online »",
    measured="another socket, picture untouched", criterion_s=2, quick=1,
)  # fmt: skip
def half_open_hinted(ward: Ward, runs: int) -> Iterator[Run]:
    with ward.live() as call:
        for _ in range(runs):
            yield silenced(ward, call, hint=True)
            call.wait(SETTLED)  # hints closer than 3 s count as one


@fault(
    "F7", how="the server is killed (SIGKILL; every fifth time SIGTERM) in mid-call and started again",
    measured="both sides resumed, from the server's return; no freeze over 1 s",
    criterion_s=10, runs=20, quick=2,
)  # fmt: skip
def killed_server(ward: Ward, runs: int) -> Iterator[Run]:
    with ward.live() as call:
        for number in range(1, runs + 1):
            how = signal.SIGKILL if number % 5 else signal.SIGTERM
            yield killed_once(ward, call, how)


def killed_once(ward: Ward, call: Call, how: signal.Signals) -> Run:
    pages = (call.desk, call.page)
    before = [call.welcomes(page) for page in pages]
    start = time.time()
    ward.product.stop(how)
    ward.product.start()
    ready = time.time()
    back = [call.until(page, WELCOMED, count) for page, count in zip(pages, before, strict=True)]
    call.wait(FREEZE_S)
    frozen = call.longest(start)
    note = f"longest freeze {frozen:.1f} s"
    return Run(None if None in back else max(0.0, max(back) - ready), frozen <= FREEZE_S, note)  # type: ignore[type-var]


@fault(
    "F31", how="20 s after the page was loaded all packets are dropped, for 20 s",
    measured="the dispatcher reads that the link is cut", criterion_s=3, runs=1,
)  # fmt: skip
def mobile_data_vanish(ward: Ward, runs: int) -> Iterator[Run]:
    for _ in range(runs):
        with ward.live() as call:
            call.wait(10)
            cut = time.time()
            ward.field.link.cut()
            told = call.until(call.desk, "() => document.body.innerText.includes('coupée')", within_s=15)
            call.wait(20 - (time.time() - cut))
            back = ward.restore_network()
            again = call.seen_after(back, 25)
            run = Run(told and told - cut, again.seconds is not None and again.seconds <= 8)
            run.note = (
                "picture never again"
                if again.seconds is None
                else f"picture again {again.seconds:.1f} s after"
            )
            yield run


@fault(
    "F34", "frozen", how="the browser freezes the caller's page (CDP) for 60 s, then wakes it",
    measured="picture again", criterion_s=8, runs=1,
)  # fmt: skip
def frozen_page(ward: Ward, runs: int) -> Iterator[Run]:
    with ward.live() as call:
        browser = call.page.context.new_cdp_session(call.page)
        for _ in range(runs):
            browser.send("Page.setWebLifecycleState", {"state": "frozen"})
            call.wait(60)
            browser.send("Page.setWebLifecycleState", {"state": "active"})
            yield call.seen_after(time.time(), 25)


@fault(
    "F34", "crashed", how="the renderer of the caller's page is killed (CDP); the tab is loaded again",
    measured="picture again", criterion_s=8, runs=3, quick=1,
)  # fmt: skip
def crashed_page(ward: Ward, runs: int) -> Iterator[Run]:
    for _ in range(runs):
        with ward.live() as call:
            reload_crashed(call.page)
            yield call.seen_after(time.time(), 25)


def reload_crashed(page: Page) -> None:
    """Kill the renderer, then load the same tab again, which Playwright itself refuses to do."""
    target = page.context.new_cdp_session(page).send("Target.getTargetInfo")["targetInfo"]["targetId"]
    browser = page.context.browser.new_browser_cdp_session()  # type: ignore[union-attr]
    session = browser.send("Target.attachToTarget", {"targetId": target})["sessionId"]

    def tell(method: str) -> None:
        message = f'{{"id": 1, "method": "{method}"}}'
        browser.send("Target.sendMessageToTarget", {"sessionId": session, "message": message})

    with page.expect_event("crash"):
        tell("Page.crash")
    tell("Page.reload")


@fault(
    "F35", how="the caller's page is loaded again; every other time on another network, its former socket half-open",
    measured="picture again", criterion_s=3, runs=20, quick=2,
)  # fmt: skip
def reloads(ward: Ward, runs: int) -> Iterator[Run]:
    with ward.live() as call:
        for number in range(runs):
            if number % 2:
                ward.field.hand_over(gap_s=0.1)
            start = time.time()
            call.page.reload(wait_until="commit")
            yield call.seen_after(start + LAST_IMAGES_S, 25)
            call.wait(0.5)
