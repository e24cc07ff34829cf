"""Signaling: seats, sequence, acknowledgement, resume, eviction, and what hostile pages try."""

import asyncio
import sqlite3
from contextlib import closing

import pytest
from websockets.exceptions import InvalidStatus

from chevet.protocol import MAX_MESSAGE_BYTES
from tests.server.product import running


async def both(product):
    browser = await product.dispatcher()
    invitation = await browser.invite()
    dispatcher = await product.seat(invitation["seatToken"])
    caller_token = await browser.enter(invitation)
    caller = await product.seat(caller_token)
    return dispatcher, caller, invitation, caller_token


@pytest.mark.proves("F7")
async def test_each_side_hears_the_other_in_order(product):
    dispatcher, caller, *_ = await both(product)
    for n in range(20):
        await caller.send("candidate", id=f"c{n}", connectionId="x", candidate=f"candidate:{n}")
    heard = [await dispatcher.until("peer-candidate") for _ in range(20)]
    assert [message["candidate"] for message in heard] == [f"candidate:{n}" for n in range(20)]
    numbers = [message["seq"] for message in heard]
    assert numbers == sorted(numbers)
    await dispatcher.send("description", id="d", connectionId="x", type="answer", sdp="v=0")
    assert (await caller.until("peer-description"))["sdp"] == "v=0"


@pytest.mark.proves("F8")
async def test_after_a_drop_the_unread_rest_follows(product):
    """The page comes back with its epoch and the last number it handled."""
    dispatcher, caller, invitation, _ = await both(product)
    await caller.send("candidate", id="1", connectionId="x", candidate="one")
    seen = (await dispatcher.until("peer-candidate"))["seq"]
    await dispatcher.socket.close()
    await caller.send("candidate", id="2", connectionId="x", candidate="two")
    await caller.until("peer-presence")
    again = await product.seat(invitation["seatToken"], dispatcher.welcome["epoch"], seen)
    assert again.welcome["resumed"] is True
    assert (await again.until("peer-candidate"))["candidate"] == "two"


@pytest.mark.proves("F8")
async def test_a_message_sent_again_counts_once(product):
    dispatcher, caller, *_ = await both(product)
    for _ in range(3):
        await caller.send("candidate", id="same", connectionId="x", candidate="one")
        await caller.until("confirmed")
    await caller.send("candidate", id="next", connectionId="x", candidate="two")
    assert (await dispatcher.until("peer-candidate"))["candidate"] == "one"
    assert (await dispatcher.until("peer-candidate"))["candidate"] == "two"


@pytest.mark.proves("F8")
async def test_a_message_cut_short_by_a_newer_socket_is_told_once(product, tmp_path):
    """The page opens another socket while its last step is being written, and says it again there."""
    dispatcher, caller, _, caller_token = await both(product)
    with closing(sqlite3.connect(tmp_path / "chevet.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # nothing is written until it is let go of
        await caller.send("report-step", id="s1", step="caller-resumed")
        await begun(product)
        again = await product.seat(caller_token, caller.welcome["epoch"])
        await again.send("report-step", id="s1", step="caller-resumed")
        assert await caller.close_code() == 4001
    assert (await again.until("confirmed"))["id"] == "s1"
    await again.send("report-step", id="s2", step="camera-back")
    assert await steps_until(dispatcher, "camera-back") == ["caller-entered", "caller-resumed", "camera-back"]


async def begun(product):
    """A message of some seat is being dealt with."""
    (encounter_id,) = product.parts.rooms._rooms
    async with asyncio.timeout(5):
        while not any(s.turn.locked() for s in product.parts.rooms.find(encounter_id).seats.values()):
            await asyncio.sleep(0)


async def steps_until(dispatcher, last):
    steps = []
    while steps[-1:] != [last]:
        steps.append((await dispatcher.until("timeline"))["entry"]["step"])
    return steps


@pytest.mark.proves("F35")
async def test_fifty_reloads_leave_two_seats(product):
    dispatcher, caller, _, caller_token = await both(product)
    for _ in range(50):
        older, caller = caller, await product.seat(caller_token)
        assert await older.close_code() == 4001
    room = product.parts.rooms.find(next(iter(product.parts.rooms._rooms)))
    assert len(room.seats) == 2
    await caller.send("candidate", id="1", connectionId="x", candidate="one")
    assert (await dispatcher.until("peer-candidate"))["candidate"] == "one"


@pytest.mark.proves("F7", "S46")
async def test_a_restarted_server_takes_both_back(tmp_path):
    """Seat tokens and confirmed steps outlive the process; the stream starts anew."""
    async with running(tmp_path) as product:
        browser = await product.dispatcher()
        invitation = await browser.invite()
        caller_token = await browser.enter(invitation)
        caller = await product.seat(caller_token)
        await caller.send("report-step", id="1", step="camera-granted")
        await caller.until("confirmed")
        cookies = list(browser.http.cookie_jar)
        epoch = caller.welcome["epoch"]
    async with running(tmp_path) as product:
        caller = await product.seat(caller_token, epoch, 3)
        assert caller.welcome["resumed"] is False
        dispatcher = await product.seat(invitation["seatToken"])
        assert dispatcher.welcome["peerPresent"] is True
        browser = product.browser()
        browser.http.cookie_jar.update_cookies({cookie.key: cookie.value for cookie in cookies})
        steps = (await browser.get("/api/invitations/current"))[1]["invitation"]["timeline"]
        assert "camera-granted" in [step["step"] for step in steps]


@pytest.mark.proves("F7", "F8")
async def test_what_is_said_before_the_other_page_is_back_waits_for_it(tmp_path):
    """After a restart the dispatcher is back first and asks for the other camera: the caller hears it."""
    async with running(tmp_path) as product:
        browser = await product.dispatcher()
        invitation = await browser.invite()
        caller_token = await browser.enter(invitation)
        epoch = (await product.seat(caller_token)).welcome["epoch"]
    async with running(tmp_path) as product:
        dispatcher = await product.seat(invitation["seatToken"])
        await dispatcher.send("switch-camera", id="1")
        await dispatcher.until("confirmed")
        caller = await product.seat(caller_token, epoch, 9)
        assert caller.welcome["resumed"] is False
        heard = [await caller.receive()]
        while heard[-1]["t"] != "camera-switch-asked":
            heard.append(await caller.receive())
        numbers = [message["seq"] for message in heard]
        assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.proves("S65")
async def test_steps_reach_the_dispatcher_live_and_once(product):
    dispatcher, caller, *_ = await both(product)
    for _ in range(2):
        await caller.send("report-step", id="s1", step="camera-refused", detail="dismissed")
        await caller.until("confirmed")
    await caller.send("report-step", id="s2", step="camera-granted")
    entries = [(await dispatcher.until("timeline"))["entry"] for _ in range(3)]
    assert [entry["step"] for entry in entries] == ["caller-entered", "camera-refused", "camera-granted"]
    assert entries[1]["detail"] == "dismissed"


@pytest.mark.proves("S52")
async def test_the_dispatcher_asks_for_the_other_camera(product):
    dispatcher, caller, *_ = await both(product)
    await dispatcher.send("switch-camera", id="1")
    await caller.until("camera-switch-asked")
    await caller.send("camera-state", id="2", facing="user", cameras=2)
    assert (await dispatcher.until("peer-camera"))["facing"] == "user"


@pytest.mark.proves("A20")
@pytest.mark.parametrize(
    ("side", "message"),
    [
        ("caller", {"t": "put-offer", "id": "1", "offerId": "o", "sdp": "v=0"}),
        ("caller", {"t": "switch-camera", "id": "1"}),
        ("caller", {"t": "report-step", "id": "1", "step": "first-frame"}),
        ("caller", {"t": "report-step", "id": "1", "step": "invitation-sent"}),
        ("dispatcher", {"t": "camera-state", "id": "1", "facing": None, "cameras": 1}),
        ("dispatcher", {"t": "device-facts", "id": "1", "browser": "x", "system": "y"}),
        ("dispatcher", {"t": "report-step", "id": "1", "step": "camera-granted"}),
    ],
)
async def test_a_message_of_the_other_role_closes_the_socket(product, side, message):
    dispatcher, caller, *_ = await both(product)
    page = caller if side == "caller" else dispatcher
    await page.send(message.pop("t"), **message)
    assert await page.close_code() == 4403


@pytest.mark.proves("A23")
@pytest.mark.parametrize(
    "origin", [None, "null", "https://evil.example", "http://127.0.0.1", "http://localhost:1"]
)
async def test_a_socket_from_elsewhere_is_refused_before_it_opens(product, origin):
    with pytest.raises(InvalidStatus) as refused:
        await product.open_socket(origin=origin)
    assert refused.value.response.status_code == 403


@pytest.mark.proves("A21", "A24")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"t":"hello"}',
        '{"t":"nothing"}',
        '{"t":"ping"}',
        "[" * 10_000,
        '{"t":"hello","token":"x","y":1}',
    ],
)
async def test_a_first_message_that_is_no_hello_closes_the_socket(product, text):
    page = await product.open_socket()
    await page.socket.send(text)
    assert await page.close_code() in {4400, 4401}


@pytest.mark.proves("A21")
async def test_an_unknown_field_is_refused(product):
    _, caller, *_ = await both(product)
    await caller.send("candidate", id="1", connectionId="x", candidate="one", admin=True)
    assert (await caller.until("refused"))["code"] == "message-unreadable"
    assert await caller.close_code() == 4400


@pytest.mark.proves("A24")
async def test_a_message_over_the_limit_closes_the_socket(product):
    _, caller, *_ = await both(product)
    await caller.socket.send("x" * (MAX_MESSAGE_BYTES + 1))
    assert await caller.close_code() == 1009


@pytest.mark.proves("A24")
async def test_broken_text_closes_the_socket(product):
    _, caller, *_ = await both(product)
    await caller.socket.send(b"\xff\xfe\x00", text=True)
    assert await caller.close_code() in {1007, 4400}


@pytest.mark.proves("A26")
async def test_a_silent_socket_is_closed_after_five_seconds(product):
    page = await product.open_socket()
    assert await page.close_code() == 4408


@pytest.mark.proves("A25")
async def test_a_flood_is_cut_and_the_others_do_not_feel_it(product):
    dispatcher, caller, *_ = await both(product)
    for n in range(400):
        await caller.send("candidate", id=f"{n}", connectionId="x", candidate="flood")
    assert await caller.close_code() == 4429
    await dispatcher.send("ping")
    await dispatcher.until("pong")


@pytest.mark.proves("F48")
async def test_a_reader_that_never_acknowledges_is_not_fed_without_end(product):
    dispatcher, caller, *_ = await both(product)
    for n in range(300):
        await caller.send("candidate", id=f"{n}", connectionId="x", candidate="c" * 100)
        await caller.until("confirmed")
        if n % 50 == 49:
            product.clock.now += 5
    assert await dispatcher.close_code() == 4409


@pytest.mark.proves("A14")
async def test_a_forged_seat_token_opens_nothing(product):
    browser = await product.dispatcher()
    token = (await browser.invite())["seatToken"]
    body, _, mac = token.partition(".")
    for forged in (f"{body}x.{mac}", f"{body}.{mac[:-1]}", body, "", f"{body}.{'A' * 43}"):
        page = await product.open_socket()
        await page.send("hello", token=forged)
        assert await page.close_code() in {4400, 4401}


@pytest.mark.proves("F6")
async def test_a_half_open_socket_is_let_go_of_and_the_other_side_told(product):
    dispatcher, caller, *_ = await both(product)
    assert (await dispatcher.until("peer-presence"))["present"]
    caller.socket.transport.pause_reading()  # nothing arrives there any more, so no ping is answered
    assert not (await dispatcher.until("peer-presence", within_s=15))["present"]


@pytest.mark.proves("F4")
async def test_the_seat_is_kept_five_minutes(product):
    dispatcher, caller, *_ = await both(product)
    await caller.socket.close()
    await dispatcher.until("peer-presence")
    product.parts.rooms.sweep()
    assert len(product.parts.rooms._rooms) == 1
    await dispatcher.socket.close()
    await asyncio.sleep(0.05)
    product.clock.now += 299
    product.parts.rooms.sweep()
    assert len(product.parts.rooms._rooms) == 1
    product.clock.now += 2
    product.parts.rooms.sweep()
    assert not product.parts.rooms._rooms
