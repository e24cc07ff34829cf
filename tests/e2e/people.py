"""What a dispatcher and a caller do, in the words of their screens."""

import json
import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

PASSWORD = "chevet-demo"
SHOW_CAMERA = "Montrer ma caméra"
PATIENCE_MS = 20_000


def mailbox(page: Page) -> list[dict[str, Any]]:
    """The demo's messages, oldest first, read through the page's own network."""
    text = page.evaluate("fetch('/demo/messages.json').then(answer => answer.text())")
    return sorted(json.loads(text), key=lambda message: message["at"])


def wait_for_message(page: Page, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The newest message that is `wanted`."""
    end = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < end:
        if found := [message for message in mailbox(page) if wanted(message)]:
            return found[-1]
        page.wait_for_timeout(50)
    raise TimeoutError(f"no such message in the demo mailbox: {mailbox(page)}")


def sign_in(
    page: Page, base: str, username: str = "regulateur", tile: str | None = "Visiorégulation"
) -> None:
    """From the sign-in screen to the kiosk, with the code that the demo mailbox received."""
    page.goto(base + "/")
    known = {message["text"] for message in mailbox(page)}
    page.get_by_label("Identifiant").fill(username)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Recevoir mon code").click()
    expect(page.get_by_label("Code reçu")).to_be_visible(timeout=PATIENCE_MS)
    message = wait_for_message(page, lambda m: m["text"] not in known and re.search(r"\b\d{6}\b", m["text"]))
    page.get_by_label("Code reçu").fill(re.search(r"\b\d{6}\b", message["text"])[0])
    page.get_by_role("button", name="Se connecter", exact=True).click()
    expect(page.get_by_role("heading", name="Bonjour")).to_be_visible(timeout=PATIENCE_MS)
    if tile:
        expect(page.get_by_role("link", name=tile)).to_be_visible()


class Dispatcher:
    """Somebody signed in, on page B."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        self.phone = page.get_by_label("Téléphone mobile")
        self.email = page.get_by_label("Adresse e-mail")
        self.picture = page.locator("video").first

    def open(self) -> "Dispatcher":
        """Page B, by the kiosk's tile."""
        self.page.goto(self.base + "/")
        self.page.get_by_role("link", name="Visiorégulation").click()
        expect(self.phone).to_be_visible(timeout=PATIENCE_MS)
        return self

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def invite(self, phone: str = "", email: str = "", by: str | None = None) -> dict[str, Any]:
        """Fill in, launch, and return what the server answered (link, code, deliveries)."""
        self.phone.fill(phone)
        self.email.fill(email)
        with self.page.expect_response(is_new_invitation, timeout=PATIENCE_MS) as answered:
            self.button(by or "Lancer l'invitation").click()
        return answered.value.json()

    def invite_by_qr(self) -> dict[str, Any]:
        return self.invite(by="Afficher un QR code")

    def step(self, name: str) -> Locator:
        """A step of the join timeline."""
        return self.page.get_by_role("listitem").filter(has_text=name)

    def fact(self, name: str) -> Locator:
        """What the panel of the call says of the caller's device."""
        term = self.page.get_by_role("term").filter(has_text=name)
        return term.locator("xpath=following-sibling::dd[1]")

    def hang_up(self) -> None:
        self.button("Raccrocher").click()
        expect(self.phone).to_be_visible(timeout=PATIENCE_MS)

    def wait_for_picture(self, timeout_ms: int = PATIENCE_MS) -> None:
        """Until frames of the caller's camera are drawn."""
        self.page.wait_for_function(PLAYING, timeout=timeout_ms)

    def frames_rise(self, by: int = 10) -> None:
        """Until `by` more frames have been decoded by the connections of this page."""
        start = self.page.evaluate(DECODED)
        self.page.wait_for_function(f"async () => (await ({DECODED})()) >= {start + by}", timeout=PATIENCE_MS)


def is_new_invitation(response: Any) -> bool:
    return (
        response.request.method == "POST"
        and re.search(r"/api/invitations$", response.url) is not None
        and response.ok
    )


PLAYING = """() => [...document.querySelectorAll("video")].some(
  (video) => video.videoWidth > 0 && !video.paused && video.currentTime > 0)"""
DECODED = """async () => {
  let frames = 0;
  for (const pc of window.__connections ?? []) {
    if (pc.connectionState === "closed") continue;
    for (const row of (await pc.getStats()).values()) {
      if (row.type === "inbound-rtp" && row.kind === "video") frames += row.framesDecoded ?? 0;
    }
  }
  return frames;
}"""


class Caller:
    """Somebody with a phone and a link."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def open(self, link: str) -> "Caller":
        self.page.goto(link)
        return self

    def show_camera(self) -> "Caller":
        self.button(SHOW_CAMERA).click()
        return self
