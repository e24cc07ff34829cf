"""Identifier and password, then a one-time code."""

import asyncio
import re

import pytest

from chevet import demo
from chevet.model.records import Session
from chevet.store import sessions
from tests.server.product import DISPATCHER

WRONG = {"username": DISPATCHER, "password": "not the password"}
RIGHT = {"username": DISPATCHER, "password": demo.PASSWORD}


async def challenge(browser) -> tuple[str, str]:
    seen = len(browser.product.mailbox.messages)
    _, body = await browser.post("/api/sign-in", RIGHT)
    text = (await browser.product.message(seen)).text
    return body["challengeId"], re.search(r"\d{6}", text)[0]


@pytest.mark.proves("S5", "S6", "S10")
async def test_password_then_code_opens_the_kiosk(product):
    """The two steps of the leaflet, and the modules of the account."""
    browser = product.browser()
    session = await browser.sign_in()
    assert session["displayName"] == "Camille Le Goff"
    assert session["modules"] == ["dispatch"]
    assert (await browser.get("/api/session"))[0] == 200


@pytest.mark.proves("S6")
async def test_code_goes_to_the_masked_mobile_of_the_account(product):
    """The screen says where to look, not the whole number."""
    status, body = await product.browser().post("/api/sign-in", RIGHT)
    assert status == 200
    assert body["channel"] == "sms"
    assert body["sentTo"].endswith("01")
    assert "39980001" not in body["sentTo"].replace(" ", "")


@pytest.mark.proves("A4")
async def test_unknown_name_and_wrong_password_get_the_same_answer(product):
    browser = product.browser()
    known = await browser.post("/api/sign-in", WRONG)
    unknown = await browser.post("/api/sign-in", {**WRONG, "username": "nobody"})
    assert known == unknown
    assert known[0] == 401


@pytest.mark.proves("A2")
async def test_sixth_try_of_a_code_is_refused_even_when_right(product):
    browser = product.browser()
    challenge_id, code = await challenge(browser)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for _ in range(5):
        status, body = await browser.post("/api/sign-in/code", {"challengeId": challenge_id, "code": wrong})
        assert (status, body["code"]) == (401, "code-wrong")
    status, body = await browser.post("/api/sign-in/code", {"challengeId": challenge_id, "code": code})
    assert (status, body["code"]) == (429, "code-tries")


@pytest.mark.proves("A2")
async def test_fifty_right_codes_at_once_open_one_session(product):
    browser = product.browser()
    challenge_id, code = await challenge(browser)
    request = {"challengeId": challenge_id, "code": code}
    answers = await asyncio.gather(*(product.browser().post("/api/sign-in/code", request) for _ in range(50)))
    assert [status for status, _ in answers].count(200) == 1
    sessions = await product.parts.store.read(lambda tx: tx.find(Session))
    assert len(sessions) == 1


@pytest.mark.proves("A2")
async def test_code_is_too_old_after_ten_minutes(product):
    browser = product.browser()
    challenge_id, code = await challenge(browser)
    product.clock.now += 601
    status, body = await browser.post("/api/sign-in/code", {"challengeId": challenge_id, "code": code})
    assert (status, body["code"]) == (409, "code-expired")


@pytest.mark.proves("A1")
async def test_forged_forwarding_headers_do_not_evade_the_limit(product):
    """Two hundred tries, each from another pretended address."""
    browser = product.browser()
    statuses = []
    for n in range(200):
        headers = {"X-Forwarded-For": f"198.51.100.{n}", "Forwarded": f"for=198.51.100.{n}"}
        status, _ = await browser.post("/api/sign-in", {**WRONG, "username": f"name{n}"}, headers=headers)
        statuses.append(status)
    assert statuses.count(401) <= product.parts.config.sessions.attempts_per_address
    assert statuses[-1] == 429


@pytest.mark.proves("A1")
async def test_guessing_one_password_must_wait(product):
    browser = product.browser()
    for _ in range(product.parts.config.sessions.attempts_per_account):
        assert (await browser.post("/api/sign-in", WRONG))[0] == 401
    status, body = await browser.post("/api/sign-in", RIGHT)
    assert status == 429
    assert body["retryAfterS"] > 0
    product.clock.now += 900
    assert (await browser.post("/api/sign-in", RIGHT))[0] == 200


@pytest.mark.proves("S46")
async def test_session_survives_a_shift_of_idling(product):
    """Page B untouched for twelve hours is still signed in; after a day it is not."""
    browser = await product.dispatcher()
    product.clock.now += 12 * 3600
    assert (await browser.get("/api/session"))[0] == 200
    product.clock.now += 12 * 3600
    assert (await browser.get("/api/session"))[1]["code"] == "session-over"


@pytest.mark.proves("A5")
async def test_signing_in_gives_a_new_token_and_a_chosen_one_is_worth_nothing(product):
    browser = product.browser()
    browser.http.cookie_jar.update_cookies({"chevet": "chosen-by-an-attacker"})
    await browser.sign_in()
    cookies = {cookie.key: cookie.value for cookie in browser.http.cookie_jar}
    assert cookies["chevet"] != "chosen-by-an-attacker"
    thief = product.browser()
    thief.http.cookie_jar.update_cookies({"chevet": "chosen-by-an-attacker"})
    assert (await thief.get("/api/session"))[0] == 401


@pytest.mark.proves("A5")
async def test_signing_out_ends_the_session_and_its_sockets(product):
    browser = await product.dispatcher()
    invitation = await browser.invite()
    page = await product.seat(invitation["seatToken"])
    assert (await browser.post("/api/sign-out"))[0] == 204
    assert await page.close_code() == 4401
    assert (await browser.get("/api/session"))[0] == 401
    again = await product.open_socket()
    await again.send("hello", token=invitation["seatToken"])
    assert await again.close_code() == 4401


@pytest.mark.proves("A5")
async def test_sessions_revoked_by_an_administrator_lose_their_sockets(product):
    """Within the round of housekeeping that follows."""
    browser = await product.dispatcher()
    page = await product.seat((await browser.invite())["seatToken"])
    await product.parts.store.run(lambda tx: sessions.revoke_all(tx, "demo-regulateur"))
    assert await page.close_code() == 4401
    assert (await browser.get("/api/session"))[0] == 401


@pytest.mark.proves("S10")
async def test_a_module_of_another_role_stays_shut(product):
    browser = product.browser()
    session = await browser.sign_in("medecin")
    assert session["modules"] == ["teleconsultation"]
    status, body = await browser.post("/api/invitations", {})
    assert (status, body["code"]) == (403, "module-not-yours")


@pytest.mark.proves("A49", "A23")
async def test_a_foreign_page_cannot_act_with_our_cookie(product):
    browser = await product.dispatcher()
    for origin in ("https://evil.example", "null", product.url + ".evil.example", product.url.upper()):
        status, body = await browser.post("/api/invitations", {}, headers={"Origin": origin})
        assert (status, body["code"]) == (403, "origin")
