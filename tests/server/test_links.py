"""The link: inert to look at, a gesture to enter, the newest device has the seat."""

import pytest

from tests.server.product import token_of


@pytest.mark.proves("A15", "C5", "A16")
async def test_looking_never_uses_the_link(product):
    """Twenty scanners fetch the page, and some run its script as far as `peek`: the caller still gets in."""
    browser = await product.dispatcher()
    invitation = await browser.invite()
    robot = product.browser()
    for _ in range(20):
        async with robot.http.get("/j") as page:
            assert page.status == 200
        assert (await robot.post("/api/join/peek", {"token": token_of(invitation)}))[0] == 200
    view = (await browser.get("/api/invitations/current"))[1]["invitation"]
    assert view["status"] == "sent"
    assert [step["step"] for step in view["timeline"]] == ["invitation-created", "link-opened"]
    assert await robot.enter(invitation)


@pytest.mark.proves("A15")
async def test_a_robot_that_clicks_does_not_shut_the_caller_out(product):
    browser = await product.dispatcher()
    invitation = await browser.invite()
    robot = await product.seat(await product.browser().enter(invitation))
    caller = await product.seat(await product.browser().enter(invitation))
    assert await robot.close_code() == 4001
    assert caller.welcome["role"] == "caller"


@pytest.mark.proves("A18", "C6")
async def test_a_second_phone_takes_the_seat_and_the_dispatcher_is_told(product):
    browser = await product.dispatcher()
    invitation = await browser.invite()
    dispatcher = await product.seat(invitation["seatToken"])
    first_token = await product.browser().enter(invitation)
    first = await product.seat(first_token)
    second_token = await product.browser().enter(invitation)
    assert await first.close_code() == 4001
    entered = [await dispatcher.until("peer-entered"), await dispatcher.until("peer-entered")]
    assert [message["replaced"] for message in entered] == [False, True]
    assert (await product.seat(second_token)).welcome["role"] == "caller"
    late = await product.open_socket()
    await late.send("hello", token=first_token)
    assert await late.close_code() == 4001


@pytest.mark.proves("A17", "F24")
async def test_an_unused_link_ends_with_its_time_by_the_servers_clock(product):
    browser = await product.dispatcher()
    invitation = await browser.invite()
    life = product.parts.config.invitations.expires_after_s
    product.clock.now += life - 1
    assert (await browser.post("/api/join/peek", {"token": token_of(invitation)}))[0] == 200
    product.clock.now += 1
    for path, body in (("peek", {}), ("enter", {})):
        status, problem = await browser.post(f"/api/join/{path}", {"token": token_of(invitation), **body})
        assert (status, problem["code"]) == (410, "link-expired")


@pytest.mark.proves("A17")
async def test_a_call_under_way_outlives_the_time_of_its_link(product):
    browser = await product.dispatcher()
    invitation = await browser.invite()
    await browser.enter(invitation)
    product.clock.now += product.parts.config.invitations.expires_after_s + 60
    assert (await browser.post("/api/join/enter", {"token": token_of(invitation)}))[0] == 200


@pytest.mark.proves("A17")
async def test_a_cancelled_and_a_finished_link_say_so(product):
    browser = await product.dispatcher()
    cancelled = await browser.invite()
    await browser.post(f"/api/invitations/{cancelled['id']}/cancel")
    finished = await browser.invite()
    await browser.post(f"/api/encounters/{finished['encounterId']}/finish")
    for invitation, code in ((cancelled, "link-cancelled"), (finished, "link-finished")):
        status, problem = await browser.post("/api/join/peek", {"token": token_of(invitation)})
        assert (status, problem["code"]) == (410, code)


@pytest.mark.proves("A14")
async def test_guessing_codes_is_slow_and_tells_nothing(product):
    robot = product.browser()
    answers = [
        await robot.post("/api/join/peek", {"code": f"ABC{n:03}".replace("0", "2").replace("1", "3")})
        for n in range(60)
    ]
    assert {body["code"] for _, body in answers} == {"code-unknown", "too-many-codes"}
    assert answers[-1][0] == 429


@pytest.mark.proves("A14")
async def test_a_typed_code_forgives_case_and_spaces(product):
    browser = await product.dispatcher()
    code = (await browser.invite())["code"]
    typed = f" {code[:3].lower()} {code[3:].lower()} "
    status, view = await browser.post("/api/join/peek", {"code": typed})
    assert status == 200
    assert view["callerName"] == "Le SAMU 44"
    assert (await browser.post("/api/join/peek", {"code": "AB"}))[1]["code"] == "code-length"


@pytest.mark.proves("S53")
async def test_the_offer_in_waiting_reaches_one_device_once(product):
    browser = await product.dispatcher()
    invitation = await browser.invite()
    dispatcher = await product.seat(invitation["seatToken"])
    await dispatcher.send("put-offer", id="1", offerId="offer-1", sdp="v=0 offer")
    await dispatcher.until("confirmed")
    view = (await browser.post("/api/join/peek", {"token": token_of(invitation)}))[1]
    assert view["offer"] == {"id": "offer-1", "sdp": "v=0 offer"}
    token = token_of(invitation)
    answer = {"token": token, "offerId": "offer-1", "answerSdp": "v=0 answer"}
    assert (await browser.post("/api/join/enter", answer))[1]["answered"] is True
    entered = await dispatcher.until("peer-entered")
    assert (entered["offerId"], entered["answerSdp"]) == ("offer-1", "v=0 answer")
    assert (await browser.post("/api/join/enter", answer))[1]["answered"] is False
    assert (await dispatcher.until("peer-entered"))["answerSdp"] is None
