"""When a slot closes: who did not come, who was not let in, and calls that go on."""

import asyncio

import pytest

from tests.server.product import Page, Product, running, token_of
from tests.server.visits import HOUR_S, agenda, booked, pass_time, practitioner, quiet

LOOK_AGAIN_S = 600


async def comes(product: Product, appointment: dict) -> tuple[Page, str]:
    """The patient's page in its waiting room, consent given."""
    browser = product.browser()
    status, seat = await browser.post("/api/join/enter", {"token": token_of(appointment)})
    assert status == 200, seat
    page = await product.seat(seat["seatToken"])
    answer = {"seatToken": seat["seatToken"], "consent": True, "place": "À domicile"}
    assert (await browser.post("/api/join/intake", answer))[0] == 204
    return page, page.welcome["participantId"]


async def goes_in(product: Product, browser, appointment: dict) -> tuple[Page, Page]:
    """A call under way: the practitioner's page and the patient's."""
    patient, patient_id = await comes(product, appointment)
    _, seat = await browser.post(f"/api/appointments/{appointment['id']}/seat")
    doctor = await product.seat(seat["seatToken"])
    await doctor.send("admit", id="1", participantId=patient_id)
    await doctor.until("confirmed")
    return doctor, patient


async def go_away(product: Product, appointment: dict, *pages: Page) -> None:
    """All who are there; the server has noticed."""
    for page in pages:
        await page.socket.close()
    seats = [page.welcome["participantId"] for page in pages]
    async with asyncio.timeout(5):
        while any(product.parts.rooms.is_present(appointment["encounterId"], seat) for seat in seats):
            await asyncio.sleep(0.01)


async def status_is(browser, status: str) -> dict:
    async with asyncio.timeout(5):
        while (line := (await agenda(browser))[0])["status"] != status:
            await asyncio.sleep(0.01)
    return line


def to_the_end(product: Product, appointment: dict) -> float:
    return appointment["closesAt"] / 1000 - product.clock.now


@pytest.mark.proves("S31", "F58")
async def test_a_call_under_way_is_not_cut_and_ends_once_everybody_has_gone(product):
    browser = await practitioner(product)
    appointment = await booked(browser, start_s=0)
    doctor, patient = await goes_in(product, browser, appointment)
    await pass_time(product, to_the_end(product, appointment) + 60)
    await doctor.send("say", id="2", text="Nous continuons.")
    assert (await patient.until("said"))["text"] == "Nous continuons."
    assert (await agenda(browser))[0]["encounterStatus"] == "in-progress"
    await go_away(product, appointment, doctor, patient)
    await pass_time(product, LOOK_AGAIN_S)  # seen empty
    assert (await agenda(browser))[0]["encounterStatus"] == "in-progress"
    await pass_time(product, LOOK_AGAIN_S)
    assert (await status_is(browser, "fulfilled"))["encounterStatus"] == "finished"


@pytest.mark.proves("S31")
async def test_a_server_that_restarts_after_the_slot_does_not_end_the_call(tmp_path):
    """At first nobody is in its rooms: the pages are on their way back."""
    async with running(tmp_path) as product:
        browser = await practitioner(product)
        appointment = await booked(browser, start_s=0)
        await goes_in(product, browser, appointment)
        await quiet(product)
        then = appointment["closesAt"] / 1000 + 1
    async with running(tmp_path) as product:
        product.clock.now = then
        browser = await practitioner(product)
        await quiet(product)
        line = (await agenda(browser))[0]
        assert (line["status"], line["encounterStatus"]) == ("arrived", "in-progress")


@pytest.mark.proves("R8")
async def test_who_came_and_was_not_let_in_is_not_absent(product):
    browser = await practitioner(product)
    appointment = await booked(browser, start_s=0)
    patient, _ = await comes(product, appointment)
    await go_away(product, appointment, patient)
    await pass_time(product, to_the_end(product, appointment))
    line = await status_is(browser, "cancelled")
    assert line["cancelledBecause"] == "Le créneau s’est terminé sans que la consultation commence."
    assert await quiet(product) == []


async def test_who_waits_when_the_slot_closes_is_not_sent_away(product):
    browser = await practitioner(product)
    appointment = await booked(browser, start_s=0)
    await comes(product, appointment)
    await pass_time(product, to_the_end(product, appointment) + 5)
    assert (await agenda(browser))[0]["status"] == "arrived"


async def test_moved_while_somebody_waited_is_booked_again(product):
    browser = await practitioner(product)
    appointment = await booked(browser, start_s=0)
    await comes(product, appointment)
    line = (await agenda(browser))[0]
    assert line["status"] == "arrived"
    same = {name: line[name] for name in ("patient", "version", "phone", "email", "channel")}
    later = {"startAt": line["startAt"] + HOUR_S * 1000, "endAt": line["endAt"] + HOUR_S * 1000}
    async with browser.http.put(f"/api/appointments/{appointment['id']}", json=same | later) as answer:
        moved = await answer.json()
        assert answer.status == 200, moved
    assert (moved["status"], moved["encounterStatus"]) == ("booked", "planned")


@pytest.mark.parametrize("verb", ["cancel", "noshow"])
async def test_a_call_under_way_is_hung_up_and_not_cancelled(product, verb):
    browser = await practitioner(product)
    appointment = await booked(browser, start_s=0)
    await goes_in(product, browser, appointment)
    status, body = await browser.post(f"/api/appointments/{appointment['id']}/{verb}")
    assert (status, body["code"]) == (409, "appointment-started")


async def test_hanging_up_fulfils_it(product):
    browser = await practitioner(product)
    appointment = await booked(browser, start_s=0, phone="0639981234")
    await goes_in(product, browser, appointment)
    assert (await browser.post(f"/api/encounters/{appointment['encounterId']}/finish"))[0] == 204
    line = await status_is(browser, "fulfilled")
    assert (line["phone"], line["encounterStatus"]) == (None, "finished")
