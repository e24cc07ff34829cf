"""Behind the deployed front the page asks who is calling while it is still on its way; elsewhere, once it is there."""

import pytest
from playwright.sync_api import expect

from tests.e2e import people
from tests.e2e.installation import Certificate, Installation, free_port
from tests.front import Front, is_installed

TIMES = """() => ({
  asked: performance.getEntriesByType("resource").filter(({ name }) => name.endsWith("/peek"))
    .map(({ startTime, nextHopProtocol }) => [startTime, nextHopProtocol]),
  parsed: performance.getEntriesByType("navigation")[0].domInteractive,
})"""


@pytest.fixture
def deployed(tmp_path):
    """The server behind nginx as deploy/ has it."""
    if not is_installed():
        pytest.skip("needs the Debian package nginx-light")
    certificate = Certificate(tmp_path / "tls", "localhost")
    port = free_port()
    product = Installation(
        tmp_path / "product",
        public_url=f"https://localhost:{port}",
        settings={"CHEVET_LISTEN__TRUSTED_PROXIES": '["127.0.0.1"]'},
    )
    front = Front(
        tmp_path / "front", port=port, plain_port=free_port(), server_port=product.port,
        chain=certificate.chain, key=certificate.key,
    )  # fmt: skip
    with product, front:
        yield product


def opened(browser, installation):
    """The caller's page with its button, and when it asked who is calling."""
    context = browser.new_context(ignore_https_errors=True, locale="fr-FR")
    desk = context.new_page()
    people.sign_in(desk, installation.url)
    link = people.Dispatcher(desk, installation.url).open().invite_by_qr()["link"]
    phone = browser.new_context(ignore_https_errors=True, locale="fr-FR").new_page()
    phone.goto(link)
    expect(people.Caller(phone).button(people.SHOW_CAMERA)).to_be_visible()
    return phone.evaluate(TIMES)


def test_the_door_is_knocked_at_while_the_page_comes(running, deployed):
    times = opened(running.get("chromium"), deployed)
    [[asked, protocol]] = times["asked"]
    assert protocol == "h2"
    assert asked < times["parsed"]


def test_without_http_2_it_is_knocked_at_once_and_on_the_same_connection(running, tmp_path):
    with Installation(tmp_path / "product") as installation:
        times = opened(running.get("chromium"), installation)
    [[_, protocol]] = times["asked"]
    assert protocol == "http/1.1"
