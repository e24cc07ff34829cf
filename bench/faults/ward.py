"""Where faults are provoked: the field with a product, two coturns and the browsers, and the calls between them."""

import contextlib
import ctypes
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from playwright.sync_api import Browser, Page, sync_playwright

from bench.faults.registry import Run
from bench.places import GENEROUS
from chevet.adapters.turn import turn_credential
from chevet.config import IceSettings
from tests.e2e import browsers, people
from tests.e2e.installation import ROOT, Certificate, Installation
from tests.e2e.stage import DESK, PHONE, SPY
from tests.network.field import ADDRESSES, ADDRESSES_6, SECOND_TURN, SITE, TURN, Field
from tests.network.impairer import CLONE_NEWNET
from tests.network.lab import GOOD_4G, enter
from tests.network.lab import why_not as lab_lacks
from tests.network.relay import SECRET, Relay

HERE = Path(__file__).parent
EYES = (HERE / "eyes.js").read_text()
NO_HINTS = (HERE / "no_hints.js").read_text()
STEADY = 3
"""This many new images, and the picture is said to be there: one alone may have been on its way already."""
LOCAL_NAMES = "--enable-features=WebRtcHideLocalIpsWithMdns"
"""Off in a browser without a window; people's browsers hide the addresses of who opened no camera (F17)."""
URL = f"https://{SITE}"


class Ward:
    """One dispatcher, signed in for the whole bench; a caller with a fresh page for each call."""

    def __init__(self) -> None:
        self._undo = contextlib.ExitStack()
        self._firefox: Browser | None = None
        self.during_silence: Callable[[], None] = lambda: None
        """What may be done while nothing is measured for minutes."""

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as undo:
            self.field = undo.enter_context(Field())
            folder = self.field.folder
            self.certificate = Certificate(folder / "tls", *ADDRESSES, *ADDRESSES.values())
            self.stranger = Certificate(folder / "stranger", *ADDRESSES)
            self.relays = {
                name: Relay(self.field.site, folder / name, name, self.certificate).start()
                for name in (TURN, SECOND_TURN)
            }
            self.product = undo.enter_context(self._product())
            self.home = browsers.trust(folder / "home", self.certificate.authority)
            self.playwright = undo.enter_context(driver_inside(self.field.caller.name))
            self.desk = self._chromium(self.field.hospital, arguments=[LOCAL_NAMES])
            undo.callback(self.desk.close)
            self.phone = self._chromium(self.field.caller)
            undo.callback(self.phone.close)
            self._sign_in()
            self._undo = undo.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        if self._firefox:
            self._firefox.close()
        self._undo.close()

    def _product(self) -> Installation:
        self.field.site.hosts({name: [ADDRESSES[name], ADDRESSES_6[name]] for name in ADDRESSES})
        settings = GENEROUS | {
            "CHEVET_LISTEN__HOST": SITE,
            "CHEVET_ICE__TURN_HOST": TURN,
            "CHEVET_ICE__TURN_SECRET": SECRET,
            "CHEVET_ICE__CA_FILE": str(self.certificate.authority),
        }
        return Installation(
            self.field.folder / "product", host=self.field.site, address=ADDRESSES[SITE], port=443,
            public_url=URL, certificate=self.certificate, settings=settings,
        )  # fmt: skip

    def _chromium(self, host: Any, arguments: Sequence[str] = (browsers.GRANT_AT_ONCE,)) -> Browser:
        executable = host.browser(browsers.CHROMIUM, niceness=0)
        return browsers.chromium(self.playwright, executable=executable, home=self.home, arguments=arguments)

    def firefox(self) -> Browser:
        """A Firefox at the caller's, started when it is first asked for."""
        if not self._firefox:
            executable = self.field.caller.browser(browsers.FIREFOX, niceness=0)
            self._firefox = browsers.firefox(self.playwright, executable=executable)
        return self._firefox

    @contextlib.contextmanager
    def another_phone(self) -> Iterator[Browser]:
        """A browser that has known no other network than the present one."""
        browser = self._chromium(self.field.caller)
        yield browser
        browser.close()

    def _sign_in(self) -> None:
        context = self.desk.new_context(locale="fr-FR", ignore_https_errors=True, **DESK)
        context.add_init_script(SPY)
        context.add_init_script(EYES)
        self.page = context.new_page()
        people.sign_in(self.page, URL)
        self.dispatcher = people.Dispatcher(self.page, URL)

    # --- from one fault to the next ---------------------------------------------------------------------

    def begin(self) -> None:
        """As at first: NATs that let calls through, good 4G, both relays, no encounter, page B."""
        self.field.reset()
        self.field.translate(symmetric=False)
        self.field.link.shape(GOOD_4G)
        for relay in self.relays.values():
            if relay.process is None:
                relay.start()
        if not self.product.process:
            self.product.start()
        self._hang_up()
        self.dispatcher.open()

    def _hang_up(self) -> None:
        """Whatever a fault left open is finished, by the dispatcher's own session."""
        self.page.evaluate(HANG_UP)

    @contextlib.contextmanager
    def settings(self, changed: Mapping[str, str]) -> Iterator[None]:
        """The product, restarted with these settings; and as before afterwards."""
        with self.product.changed(changed):
            self.dispatcher.open()
            yield

    @contextlib.contextmanager
    def other_relays(self, **options: Any) -> Iterator[None]:
        """Both relays started again with `options` of `Relay.start`; and as before afterwards."""
        self._restart_relays(**options)
        try:
            yield
        finally:
            self._restart_relays()

    def _restart_relays(self, **options: Any) -> None:
        for relay in self.relays.values():
            relay.kill()
            relay.start(**options)

    def restore_network(self) -> float:
        """Let packets pass again as at first; when that was."""
        self.field.link.shape(GOOD_4G)
        return time.time()

    def two_relays(self) -> dict[str, str]:
        """The setting by which a second coturn is listed, with a credential of an hour."""
        ice = IceSettings(turn_host=SECOND_TURN, turn_secret=SECRET)
        username, credential = turn_credential(ice, name="second", now=time.time())
        urls = [f"turn:{SECOND_TURN}:3478?transport=udp", f"turns:{SECOND_TURN}:443?transport=tcp"]
        listed = [{"urls": urls, "username": username, "credential": credential}]
        return {"CHEVET_ICE__SERVERS": json.dumps(listed)}

    # --- calls ------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def ringing(self, phone: Browser | None = None, scripts: Sequence[str] = ()) -> Iterator["Call"]:
        """A link that the caller has opened, up to its button."""
        link = self.dispatcher.invite_by_qr()["link"]
        options = {
            k: v for k, v in PHONE.items() if phone is None or phone is not self._firefox or k != "has_touch"
        }
        context = (phone or self.phone).new_context(locale="fr-FR", ignore_https_errors=True, **options)
        for script in (*scripts, SPY):
            context.add_init_script(script)
        try:
            page = context.new_page()
            page.goto(link, timeout=60_000)
            caller = people.Caller(page)
            caller.button(people.SHOW_CAMERA).wait_for(timeout=30_000)
            yield Call(self, caller)
        finally:
            context.close()
            self._after_call()

    def _after_call(self) -> None:
        with contextlib.suppress(Exception):
            self._hang_up()
        self.dispatcher.open()

    @contextlib.contextmanager
    def live(
        self, phone: Browser | None = None, scripts: Sequence[str] = (), within_s: float = 30
    ) -> Iterator["Call"]:
        """A call with a picture that moves."""
        with self.ringing(phone, scripts) as call:
            if call.show().seconds is None:
                raise RuntimeError(f"no picture within {within_s:g} s")
            call.settle()
            yield call


class Call:
    """One call. Its times come from the images that the dispatcher saw."""

    def __init__(self, ward: Ward, caller: people.Caller) -> None:
        self.ward = ward
        self.caller = caller
        self.page = caller.page
        self.desk = ward.page
        self.tapped = 0.0

    def show(self, within_s: float = 30, way: str | None = None) -> Run:
        """Tap « Montrer ma caméra »: seconds until the dispatcher sees images."""
        self.tapped = time.time()
        self.caller.button(people.SHOW_CAMERA).click()
        return self.seen_after(self.tapped, within_s, way)

    def seen_after(self, moment: float, within_s: float, way: str | None = None) -> Run:
        """How long after `moment` (seconds since the epoch) there were new images."""
        at = self.image(moment, STEADY, within_s, way)
        return Run(None if at is None else at - moment)

    def image(self, moment: float, number: int, within_s: float, way: str | None = None) -> float | None:
        """When the dispatcher saw the `number`-th image after `moment`."""
        end = moment + within_s
        while True:
            found = self.desk.evaluate(
                "([at, n, way]) => window.__eyes.nth(at, n, way)", [moment * 1000, number, way]
            )
            if found is not None:
                return found / 1000
            if time.time() > end:
                return None
            self.wait(0.1)

    def wait(self, seconds: float) -> None:
        """Let the browsers go on for a while."""
        self.desk.wait_for_timeout(seconds * 1000)

    def until(self, page: Page, function: str, argument: object = None, within_s: float = 20) -> float | None:
        """Wait for `function` to be true in `page`: when it was, or None."""
        end = time.time() + within_s
        while time.time() < end:
            if page.evaluate(function, argument):
                return time.time()
            self.wait(0.05)
        return None

    def settle(self, seconds: float = 2) -> None:
        """Until images have come without a gap for a while: the path is chosen, the encoder warm."""
        end = time.time() + 25
        while time.time() < end:
            start = time.time()
            self.wait(seconds)
            if self.longest(start) < 0.7:
                return
        raise RuntimeError("the picture does not become steady")

    def longest(self, since: float, until: float | None = None) -> float:
        """The longest time without a new image, in seconds."""
        span = [since * 1000, (until or time.time()) * 1000]
        return self.desk.evaluate("([a, b]) => window.__eyes.longest(a, b)", span) / 1000

    def count(self, since: float, way: str) -> int:
        return self.desk.evaluate("([at, way]) => window.__eyes.count(at, way)", [since * 1000, way])

    def made(self) -> tuple[int, int]:
        """Connections that the caller's page made, and how often it asked for the camera."""
        return tuple(self.page.evaluate("[window.__connections.length, window.__seen.asked.length]"))

    def paths(self, page: Page | None = None) -> list[dict[str, str]]:
        """The pair of addresses that each connection uses now, as the browser names them."""
        return (page or self.page).evaluate(CHOSEN)

    def welcomes(self, page: Page) -> int:
        """How often the server has welcomed this page's socket."""
        return page.evaluate(WELCOMES)


CHOSEN = """async () => {
  const found = [];
  for (const pc of window.__connections) {
    if (pc.connectionState !== "connected") continue;
    const rows = [...(await pc.getStats()).values()];
    const byId = new Map(rows.map((row) => [row.id, row]));
    const chosen = rows.find((row) => row.type === "transport")?.selectedCandidatePairId;
    const pair = byId.get(chosen) ?? rows.find((row) => row.type === "candidate-pair" && row.selected);
    const [local, remote] = [byId.get(pair?.localCandidateId), byId.get(pair?.remoteCandidateId)];
    if (!local || !remote) continue;
    const { candidateType: type, relayProtocol: protocol = "", url = "" } = local;
    found.push({ type, protocol, url, remote: remote.candidateType });
  }
  return found;
}"""
HANG_UP = """async () => {
  const { invitation } = await (await fetch("/api/invitations/current")).json();
  if (invitation) await fetch(`/api/encounters/${invitation.encounterId}/finish`, { method: "POST" });
}"""
WELCOMES = """() => window.__seen.frames.filter((text) => text.includes('"t":"welcome"')).length"""


@contextlib.contextmanager
def driver_inside(namespace: str) -> Iterator[Any]:
    """Playwright's driver in the caller's namespace: it speaks to Firefox by a port, to Chromium by a pipe."""
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    enter(namespace)
    try:
        manager = sync_playwright()
        playwright = manager.__enter__()
    finally:
        ctypes.CDLL(None).setns(home, CLONE_NEWNET)
        os.close(home)
    try:
        yield playwright
    finally:
        manager.__exit__(None, None, None)


def why_not() -> str | None:
    """What this machine lacks for the bench, or None."""
    if absent := browsers.missing(browsers.CHROMIUM, "certutil", "turnserver", "ss"):
        return f"resilience bench: needs the programs {', '.join(absent)}"
    if not (ROOT / "static" / "build" / "pro" / "index.html").is_file():
        return "resilience bench: needs the built pages (`just build`)"
    return lab_lacks()
