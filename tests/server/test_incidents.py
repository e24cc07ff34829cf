"""« Signaler un incident »: to the referents, without what names a person."""

import pytest

REPORT = {
    "remark": "L'image était figée.",
    "page": "dispatch",
    "browser": "Firefox 153",
    "viewport": "1440x900",
    "events": [
        "12:01:02 link-opened",
        "call +33 6 39 98 12 34",
        "mail temoin@example.org",
        "https://x.example/j#abc",
    ],
    "figures": {"fps": 12.5, "rtt_ms": 210},
}


@pytest.mark.proves("S60", "S61", "S62")
async def test_the_referent_gets_the_remark_and_an_anonymous_capsule(product):
    browser = await product.dispatcher()
    assert (await browser.post("/api/incidents", REPORT))[0] == 204
    mail = await product.message(1)
    assert (mail.channel, mail.to) == ("email", "referent@samu44.example")
    assert "L'image était figée." in mail.text
    assert "Firefox 153" in mail.text
    assert "link-opened" in mail.text
    for telling in ("39 98 12 34", "temoin@", "#abc", "Camille", "regulateur"):
        assert telling not in mail.text


@pytest.mark.proves("S61")
async def test_an_empty_report_is_refused_with_a_reason(product):
    browser = await product.dispatcher()
    status, body = await browser.post("/api/incidents", {"page": "dispatch", "browser": "x"})
    assert (status, body["code"]) == (400, "incident-empty")


async def test_only_somebody_signed_in_may_report(product):
    assert (await product.browser().post("/api/incidents", REPORT))[0] == 401


@pytest.mark.proves("A21")
async def test_an_unknown_field_is_refused_by_name(product):
    browser = await product.dispatcher()
    status, body = await browser.post("/api/incidents", {**REPORT, "patient": "Durand"})
    assert (status, body["code"]) == (400, "bad-request")
    assert "patient" in body["detail"]
    assert "Durand" not in body["detail"]
