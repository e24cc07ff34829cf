"""Calls over real bad links: a lift of twenty seconds, and a network where only port 443 leaves."""

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.e2e import browsers, people
from tests.e2e.installation import Certificate, Installation
from tests.e2e.stage import DESK, PHONE
from tests.network import coturn
from tests.network import lab as network
from tests.network.lab import GOOD_4G, SITE_ADDRESS, TURN_ADDRESS, Lab
from tests.network.pages import new_page

pytestmark = pytest.mark.browser

BACK_S = 8


@pytest.fixture(scope="module")
def site():
    """A product and a coturn at the site, and a signed-in dispatcher's page; both browsers in their namespaces."""
    if reason := network.why_not() or coturn.why_not():
        pytest.skip(reason)
    if absent := browsers.missing(browsers.CHROMIUM, "certutil"):
        pytest.skip(f"network stories need the Debian packages chromium and libnss3-tools; missing: {absent}")
    with Lab() as lab:
        certificate = Certificate(lab.folder / "tls", SITE_ADDRESS, TURN_ADDRESS)
        coturn.start(lab.site, lab.folder, certificate.chain, certificate.key)
        ice = {"CHEVET_ICE__TURN_HOST": TURN_ADDRESS, "CHEVET_ICE__TURN_SECRET": coturn.SECRET}
        place = {"host": lab.site, "address": SITE_ADDRESS, "name": SITE_ADDRESS, "port": 443}
        url = f"https://{SITE_ADDRESS}"
        product = Installation(
            lab.folder / "product", **place, public_url=url, certificate=certificate, settings=ice
        )
        home = browsers.trust(lab.folder / "home", certificate.authority)
        with product, sync_playwright() as playwright:
            desk = browsers.chromium(playwright, executable=lab.site.browser(browsers.CHROMIUM), home=home)
            phone = browsers.chromium(playwright, executable=lab.caller.browser(browsers.CHROMIUM), home=home)
            page = new_page(desk, DESK)
            people.sign_in(page, url)
            yield Site(lab, people.Dispatcher(page, url).open(), phone)
            desk.close()
            phone.close()


class Site:
    def __init__(self, lab, dispatcher, phone):
        self.lab = lab
        self.dispatcher = dispatcher
        self.phone = phone

    def call(self):
        """A live call; returns the caller."""
        link = self.dispatcher.invite_by_qr()["link"]
        caller = people.Caller(new_page(self.phone, PHONE)).open(link).show_camera()
        self.dispatcher.wait_for_picture(30_000)
        self.dispatcher.frames_rise()
        return caller


@pytest.mark.proves("F4")
def test_twenty_seconds_without_network_and_back(site):
    site.lab.link.shape(GOOD_4G)
    caller = site.call()
    caller.page.evaluate("window.__sameDocument = true")
    site.lab.link.cut()
    expect(site.dispatcher.page.get_by_text("La liaison est coupée")).to_be_visible(timeout=15_000)
    site.dispatcher.page.wait_for_function("() => window.__picture.longest() > 20_000", timeout=30_000)
    expect(site.dispatcher.fact("Page")).to_have_text("sans contact avec le serveur", timeout=30_000)
    site.lab.link.shape(GOOD_4G)
    site.dispatcher.page.evaluate("window.__picture.restart()")
    site.dispatcher.page.wait_for_function("() => window.__picture.frames() > 5", timeout=BACK_S * 1000)
    expect(caller.page.get_by_text("Le SAMU 44 vous voit")).to_be_visible(timeout=15_000)
    expect(site.dispatcher.step("Liaison rétablie").first).to_be_visible(timeout=15_000)
    expect(site.dispatcher.fact("Page")).to_have_text("ouverte, reliée au serveur", timeout=15_000)
    assert caller.page.evaluate("window.__sameDocument")
    site.dispatcher.hang_up()
    caller.page.context.close()


@pytest.mark.proves("F12")
def test_only_port_443_leaves_and_the_picture_comes_through_turn_over_tls(site):
    site.lab.link.shape(GOOD_4G)
    site.lab.caller.only_tcp_443_out()
    caller = site.call()
    pairs = caller.page.evaluate(CHOSEN)
    assert [pair for pair in pairs if pair == {"type": "relay", "protocol": "tls"}]
    site.dispatcher.hang_up()
    caller.page.context.close()
    site.lab.caller.no_firewall()


CHOSEN = """async () => {
  const found = [];
  for (const pc of window.__connections) {
    if (pc.connectionState !== "connected") continue;
    const rows = await pc.getStats();
    for (const row of rows.values()) {
      if (row.type !== "candidate-pair" || !row.nominated || row.state !== "succeeded") continue;
      const local = rows.get(row.localCandidateId);
      found.push({ type: local.candidateType, protocol: local.relayProtocol });
    }
  }
  return found;
}"""
