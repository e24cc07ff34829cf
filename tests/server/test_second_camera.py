"""« Ajouter une caméra »: who is beside the patient gives a second telephone a place in the same call."""

import pytest

from chevet.model.appointments import ParticipantRole
from tests.server.visit import booked, seen


async def ask(product, token):
    return await product.browser().post("/api/join/camera", {"seatToken": token})


async def test_who_is_beside_the_patient_adds_a_camera_that_waits_like_anybody(product):
    visit = await booked(product)
    doctor, _ = await visit.under_way()
    nurse = await visit.come(helper := await visit.add_guest(ParticipantRole.TELEPRESENTER, "Yann Kerbrat"))
    await doctor.send("admit", id="nurse", participantId=helper)
    await seen(nurse, helper, status="admitted")
    status, camera = await ask(product, nurse.token)
    assert status == 201, camera
    assert (camera["qrSvg"][:4], len(camera["code"])) == ("<svg", 6)
    await seen(doctor, camera["participantId"], role="camera", status="invited", name="Yann Kerbrat")
    visit.link[camera["participantId"]] = camera["link"].partition("#")[2]
    phone = await visit.come(camera["participantId"])
    await seen(phone, camera["participantId"], status="waiting")


async def test_nobody_adds_a_camera_from_the_waiting_room(product):
    visit = await booked(product)
    patient = await visit.come()
    status, problem = await ask(product, patient.token)
    assert (status, problem["code"]) == (403, "message-not-yours")


@pytest.mark.proves("A20")
async def test_neither_an_interpreter_nor_the_practitioners_seat_adds_one(product):
    visit = await booked(product)
    doctor, _ = await visit.under_way()
    marta = await visit.come(interpreter := await visit.add_guest(ParticipantRole.INTERPRETER, "Marta"))
    await doctor.send("admit", id="marta", participantId=interpreter)
    await seen(marta, interpreter, status="admitted")
    for page in (marta, doctor):
        assert (await ask(product, page.token))[0] == 403


async def test_the_guests_of_a_consultation_are_bounded(product):
    visit = await booked(product)
    _, patient = await visit.under_way()
    for _ in range(10):
        assert (await ask(product, patient.token))[0] == 201
    status, problem = await ask(product, patient.token)
    assert (status, problem["code"]) == (409, "too-many-guests")
