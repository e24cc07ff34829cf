"""What a caller's page sends over a link that is good, then poor, then good again."""

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.e2e import browsers, people
from tests.e2e.installation import Certificate, Installation
from tests.e2e.stage import DESK, PHONE
from tests.network import lab as network
from tests.network.lab import GOOD_4G, SITE_ADDRESS, Lab, Profile
from tests.network.pages import new_page

pytestmark = pytest.mark.browser

POOR = Profile("poor 3G", round_trip_ms=200, down_kbit=300, up_kbit=300, loss=0.05, jitter_ms=50)
CLIMB_MS = 60_000
FALL_MS = 20_000
WATCHED_MS = 20_000
LONGEST_MS = 3_000

BOUND = """() => {
  for (const connection of window.__connections) {
    if (connection.connectionState !== "connected") continue;
    for (const sender of connection.getSenders()) {
      const [encoding] = sender.track ? (sender.getParameters().encodings ?? []) : [];
      if (encoding) return encoding.maxBitrate / 1000;
    }
  }
  return 0;
}"""


@pytest.fixture(scope="module")
def call():
    """A lab with a product at the site, and a live call over it."""
    if reason := network.why_not():
        pytest.skip(reason)
    if absent := browsers.missing(browsers.CHROMIUM, "certutil"):
        pytest.skip(f"network stories need the Debian packages chromium and libnss3-tools; missing: {absent}")
    with Lab() as lab:
        certificate = Certificate(lab.folder / "tls", SITE_ADDRESS)
        place = {"host": lab.site, "address": SITE_ADDRESS, "name": SITE_ADDRESS, "port": 443}
        url = f"https://{SITE_ADDRESS}"
        product = Installation(lab.folder / "product", **place, public_url=url, certificate=certificate)
        home = browsers.trust(lab.folder / "home", certificate.authority)
        with product, sync_playwright() as playwright:
            desk = browsers.chromium(playwright, executable=lab.site.browser(browsers.CHROMIUM), home=home)
            phone = browsers.chromium(playwright, executable=lab.caller.browser(browsers.CHROMIUM), home=home)
            lab.link.shape(GOOD_4G)
            page = new_page(desk, DESK)
            people.sign_in(page, url)
            dispatcher = people.Dispatcher(page, url).open()
            caller = people.Caller(new_page(phone, PHONE)).open(dispatcher.invite_by_qr()["link"])
            caller.show_camera()
            dispatcher.wait_for_picture(30_000)
            yield lab, dispatcher, caller
            desk.close()
            phone.close()


@pytest.mark.proves("F21")
def test_the_picture_grows_shrinks_and_grows_with_the_link(call):
    lab, dispatcher, caller = call
    caller.page.wait_for_function(f"() => ({BOUND})() >= 1200", timeout=CLIMB_MS)

    lab.link.shape(POOR, seed=1)
    caller.page.wait_for_function(f"() => ({BOUND})() <= 200", timeout=FALL_MS)
    dispatcher.page.evaluate("window.__picture.restart()")
    expect(dispatcher.page.get_by_text("Image faible").first).to_be_visible(timeout=WATCHED_MS)
    dispatcher.page.wait_for_timeout(WATCHED_MS)  # the measure itself
    assert dispatcher.page.evaluate("window.__picture.longest()") <= LONGEST_MS
    assert dispatcher.page.evaluate("window.__picture.frames()") >= WATCHED_MS / 1000

    lab.link.shape(GOOD_4G)
    caller.page.wait_for_function(f"() => ({BOUND})() >= 800", timeout=CLIMB_MS)
    expect(dispatcher.page.get_by_text("Image bonne").first).to_be_visible(timeout=CLIMB_MS)
