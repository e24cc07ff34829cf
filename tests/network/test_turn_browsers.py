"""Long relayed calls in real browsers: what expires on the way does not stop the picture."""

import contextlib
import re

import pytest
from playwright.sync_api import sync_playwright

from tests.e2e import browsers, people
from tests.e2e.installation import Certificate, Installation
from tests.e2e.stage import DESK, PHONE
from tests.network import coturn
from tests.network import lab as network
from tests.network.lab import GOOD_4G, SITE_ADDRESS, TURN_ADDRESS, Lab
from tests.network.pages import new_page

pytestmark = pytest.mark.browser

NONCE_S, ALLOCATION_S = 10, 60
"""The product's: 600, and coturn's 3600. Chromium refreshes a relay of 60 s after 30, when its nonce is too old."""
CALL_S = 38
LONGEST_FREEZE_MS = 2000


@pytest.fixture(scope="module")
def lab():
    if reason := network.why_not() or coturn.why_not():
        pytest.skip(reason)
    if absent := browsers.missing(browsers.CHROMIUM, "certutil"):
        pytest.skip(f"network stories need the Debian packages chromium and libnss3-tools; missing: {absent}")
    with Lab() as made:
        yield made


@pytest.mark.proves("F19")
def test_a_relayed_call_goes_on_when_its_nonce_is_renewed(lab):
    certificate = Certificate(lab.folder / "tls", SITE_ADDRESS, TURN_ADDRESS)
    changes = {"stale_nonce": str(NONCE_S), "max_allocate_lifetime": str(ALLOCATION_S), "verbose": "true"}
    coturn.start(lab.site, lab.folder, certificate.chain, certificate.key, **changes)
    lab.link.shape(GOOD_4G)
    lab.caller.only_tcp_443_out()
    with relayed_call(lab, certificate) as dispatcher:
        dispatcher.frames_rise()
        dispatcher.page.evaluate("window.__picture.restart()")
        dispatcher.page.wait_for_timeout(CALL_S * 1000)
        assert dispatcher.page.evaluate("window.__picture.longest()") < LONGEST_FREEZE_MS
        dispatcher.frames_rise()
    log = (lab.folder / "turnserver.log").read_text()
    assert re.search(r"-caller>: .*error 438", log), "the nonce of the relay was renewed during the call"


@contextlib.contextmanager
def relayed_call(lab, certificate):
    """A product at the site, its dispatcher there, a caller behind the firewall; yields the dispatcher, who sees."""
    url = f"https://{SITE_ADDRESS}"
    settings = {"CHEVET_ICE__TURN_HOST": TURN_ADDRESS, "CHEVET_ICE__TURN_SECRET": coturn.SECRET}
    product = Installation(
        lab.folder / "product", host=lab.site, address=SITE_ADDRESS, name=SITE_ADDRESS, port=443,
        public_url=url, certificate=certificate, settings=settings,
    )  # fmt: skip
    home = browsers.trust(lab.folder / "home", certificate.authority)
    with product, sync_playwright() as playwright:
        desk, phone = (
            browsers.chromium(playwright, executable=host.browser(browsers.CHROMIUM), home=home)
            for host in (lab.site, lab.caller)
        )
        page = new_page(desk, DESK)
        people.sign_in(page, url)
        dispatcher = people.Dispatcher(page, url).open()
        link = dispatcher.invite_by_qr()["link"]
        people.Caller(new_page(phone, PHONE)).open(link).show_camera()
        dispatcher.wait_for_picture(30_000)
        yield dispatcher
        dispatcher.hang_up()
        desk.close()
        phone.close()
