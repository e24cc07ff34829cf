"""What a busy machine cannot blur: weight of the caller's page, requests, gestures, memory. Times: `just bench`."""

import asyncio

import pytest

from bench import relay, weight
from tests.e2e import browsers
from tests.e2e.installation import ROOT


@pytest.fixture(scope="module")
def seen():
    if absent := browsers.missing(browsers.CHROMIUM, "certutil"):
        pytest.skip(f"weighing needs the Debian packages chromium and libnss3-tools; missing: {absent}")
    if not (ROOT / "static" / "build" / "pro" / "index.html").is_file():
        pytest.skip("weighing needs the built pages (`just build`)")
    return weight.visit()


@pytest.mark.browser
@pytest.mark.proves("C40")
def test_budgets_of_weight_and_gestures_hold(seen):
    broken = [verdict for verdict in weight.judge(seen) if not verdict.holds]
    assert broken == []


@pytest.mark.browser
@pytest.mark.proves("R29")
def test_the_callers_page_speaks_to_nobody_else(seen):
    assert weight.strangers(seen) == set()


def test_every_message_of_a_busy_relay_arrives_and_a_socket_stays_small():
    """A message that did not arrive would stop its pair, and end the run with a timeout."""
    with relay.product(30) as target:
        outcome = asyncio.run(relay.measure(target, 30, 2))
    assert outcome.saturated_per_s > 0
    assert outcome.socket_rss_kb <= 60
