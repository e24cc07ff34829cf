"""« S'entraîner avec un patient fictif »: a real process comes to a real waiting room."""

import asyncio

import psutil
import pytest

from chevet.actions.enter_meeting import take_own_seat
from chevet.model.appointments import Appointment
from chevet.model.people import Account
from chevet.model.records import Session
from chevet.model.visits import Encounter, EncounterStatus
from tests.server.product import running


async def training(browser):
    status, made = await browser.post("/api/training")
    assert status == 201, made
    return made


def virtual_patients():
    return [each for each in psutil.Process().children() if "chevet.echo.patient" in each.cmdline()]


async def seated(product, appointment_id):
    """The practitioner's own page, in her seat."""

    def look(tx):
        return tx.get(Account, "demo-medecin"), tx.find(Session, limit=1)[0]

    account, session = await product.parts.store.read(look)
    seat_token, _ = await take_own_seat(product.parts, account, session, appointment_id)
    return await product.seat(seat_token)


async def test_the_virtual_patient_comes_to_the_waiting_room_and_goes_with_the_server(tmp_path):
    async with running(tmp_path) as product:
        browser = product.browser()
        await browser.sign_in("medecin")
        made = await training(browser)
        page = await seated(product, made["appointmentId"])
        while True:
            roster = (await page.until("roster", within_s=30))["participants"]
            if any(each["status"] == "waiting" for each in roster):
                break
        (patient,) = (each for each in roster if each["role"] == "patient")
        assert patient["name"] == "Patient fictif"
        patients = virtual_patients()
        assert patients
    assert not any(child.is_running() for child in patients)


async def test_a_second_training_ends_the_first_and_each_says_what_it_is(product):
    browser = product.browser()
    await browser.sign_in("medecin")
    first = await training(browser)
    (first_patient,) = virtual_patients()
    second = await training(browser)

    def look(tx):
        return (
            tx.get(Encounter, first["encounterId"]).status,
            tx.get(Encounter, second["encounterId"]).status,
            tx.get(Appointment, second["appointmentId"]).is_training,
        )

    before, after, is_training = await product.parts.store.read(look)
    assert before in {EncounterStatus.CANCELLED, EncounterStatus.FINISHED}
    assert (after, is_training) == (EncounterStatus.PLANNED, True)
    async with asyncio.timeout(30):
        while first_patient.is_running():
            await asyncio.sleep(0.05)
    assert len(virtual_patients()) == 1


@pytest.mark.parametrize("username", ["regulateur", "soignant"])
async def test_only_who_consults_trains(product, username):
    browser = product.browser()
    await browser.sign_in(username)
    status, body = await browser.post("/api/training")
    assert (status, body["code"]) == (403, "module-not-yours")
