"""What a story needs: browsers, a dispatcher who is signed in, callers; and what is checked after every story."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tests.e2e import browsers
from tests.e2e.installation import ROOT, Installation
from tests.e2e.people import Caller, Dispatcher

HERE = Path(__file__).parent
SPY = (HERE / "spy.js").read_text()
TWO_LENSES = (HERE / "two_lenses.js").read_text()
SMALL_CAMERA = (HERE / "small_camera.js").read_text()
BRITTLE = (HERE / "brittle_camera.js").read_text()
ARTIFACTS = ROOT / "tests" / "artifacts"
NO_FAULTS_OF_A_PAGE = ("establish a connection", "connection to ws", "ICE failed")
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
DESK = {"viewport": {"width": 1440, "height": 900}}


class Browsers:
    """One process of each kind, started when first asked for."""

    def __init__(self, playwright: Playwright) -> None:
        self._playwright = playwright
        self._running: dict[str, Browser] = {}

    def get(self, kind: str) -> Browser:
        if kind not in self._running:
            self._running[kind] = self._launch(kind)
        return self._running[kind]

    def _launch(self, kind: str) -> Browser:
        if kind == "firefox":
            return browsers.firefox(self._playwright)
        if kind == "asking":  # a Chromium that really asks, so that the answer can be given later
            return browsers.chromium(self._playwright, arguments=())
        return browsers.chromium(self._playwright)

    def close(self) -> None:
        for browser in self._running.values():
            browser.close()


class Stage:
    """The pages of one story."""

    def __init__(self, running: Browsers, installation: Installation, state: dict[str, Any]) -> None:
        self.running = running
        self.installation = installation
        self._state = state
        self._contexts: list[BrowserContext] = []
        self._pages: list[Page] = []
        self.errors: list[str] = []

    def context(
        self, kind: str = "chromium", *, scripts: tuple[str, ...] = (), **options: Any
    ) -> BrowserContext:
        context = self.running.get(kind).new_context(locale="fr-FR", **options)
        for script in (*scripts, SPY):
            context.add_init_script(script)
        self._contexts.append(context)
        return context

    def page(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: self._note(page, str(error)))
        self._pages.append(page)
        return page

    def _note(self, page: Page, error: str) -> None:
        """Firefox also calls a socket that does not open, and a path that is not found, an error of the page."""
        if not any(words in error for words in NO_FAULTS_OF_A_PAGE):
            self.errors.append(f"{page.url}: {error}")

    def visitor(self, kind: str = "chromium", **options: Any) -> Page:
        """Somebody at a desk who is not signed in."""
        return self.page(self.context(kind, **{**DESK, **options}))

    def dispatcher(self, kind: str = "chromium", **options: Any) -> Dispatcher:
        """Signed in, on page B."""
        page = self.visitor(kind, storage_state=self._state, **options)
        return Dispatcher(page, self.installation.url).open()

    def caller(self, kind: str = "chromium", *, scripts: tuple[str, ...] = (), **options: Any) -> Caller:
        """Somebody with a phone in the hand."""
        phone = {name: value for name, value in PHONE.items() if kind != "firefox" or name != "has_touch"}
        return Caller(self.page(self.context(kind, scripts=scripts, **{**phone, **options})))

    def finish_encounter(self) -> None:
        """Whatever the story left open is hung up, so that the next one finds an empty page B."""
        asking = self.running.get("chromium").new_context(storage_state=self._state)
        base = self.installation.url
        answer = asking.request.get(f"{base}/api/invitations/current")
        current = answer.json()["invitation"] if answer.ok else None
        if current:
            address = f"{base}/api/encounters/{current['encounterId']}/finish"
            asking.request.post(address, headers={"Origin": base})
        asking.close()

    def photograph(self, name: str) -> None:
        """Pictures of every page, for whoever reads a failure."""
        ARTIFACTS.mkdir(parents=True, exist_ok=True)
        for number, page in enumerate(self._pages):
            if not page.is_closed():
                page.screenshot(path=ARTIFACTS / f"{tidy(name)}-{number}.png", caret="initial")

    def close(self) -> None:
        for context in self._contexts:
            context.close()


def tidy(name: str) -> str:
    return re.sub(r"[^a-zA-Z0-9_-]+", "-", name).strip("-")
