"""What a busy machine cannot blur: weight of the caller's page, requests, gestures; and that the relay keeps up.

Times are measured by `just bench`; here the ceilings are wide.
"""

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


@pytest.mark.proves("A63")
def test_the_relay_keeps_up_with_a_thousand_calls_a_minute():
    with relay.product(30) as target:
        outcome = asyncio.run(relay.measure(target, 30, 2))
    assert outcome.p99_ms <= 250
    assert outcome.saturated_per_s >= 1000
    assert outcome.socket_rss_kb <= 60
