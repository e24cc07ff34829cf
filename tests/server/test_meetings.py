"""A téléconsultation: waiting room, admission, who hears whom, guests, consent, leaving, a restart."""

import pytest

from chevet.config import Config, IceSettings
from chevet.model.appointments import Appointment, Intake, Participant, ParticipantRole
from chevet.model.timeline import TimelineEntry
from chevet.model.visits import Encounter
from tests.server.product import running
from tests.server.visit import answer_to, booked, doctors_browser, roster, seen

COMPANION = ParticipantRole.COMPANION
INTERPRETER = ParticipantRole.INTERPRETER
ICE = Config(ice=IceSettings(turn_host="turn.example", turn_secret="s" * 32))


@pytest.fixture
async def with_turn(tmp_path):
    async with running(tmp_path, ICE) as product:
        yield product


async def steps_of(visit) -> list[tuple[str, str | None]]:
    entries = await visit.product.parts.store.read(
        lambda tx: tx.find(TimelineEntry, encounter_id=visit.encounter_id, order="at", limit=1000)
    )
    return [(entry.step, entry.participant_id) for entry in entries]


@pytest.mark.proves("S31", "C11")
async def test_the_desk_hears_of_who_waits_and_the_states_follow(product):
    visit = await booked(product)
    desk, other_desk = await visit.desk(), await visit.desk()
    patient = await visit.come()
    for page in (desk, other_desk):
        news = await page.until("agenda-changed")
        assert (news["appointmentId"], news["waiting"]) == (visit.appointment.id, False)  # at the questions
        while not news["waiting"]:
            news = await page.until("agenda-changed")
        assert news["patientName"] == "Louise Martin"
    assert (await visit.record(Appointment, visit.appointment.id)).status == "arrived"
    assert (await visit.record(Encounter, visit.encounter_id)).status == "arrived"
    mine = await roster(patient)
    assert set(mine) == {visit.doctor_id, visit.patient_id}
    assert (mine[visit.patient_id]["status"], mine[visit.patient_id]["place"]) == ("waiting", 1)
    assert mine[visit.doctor_id]["name"] == "Dr Anaïs Morel"
    assert patient.welcome["participantId"] == visit.patient_id


@pytest.mark.proves("C11")
async def test_a_reload_in_the_waiting_room_keeps_the_place_and_rings_once(product):
    visit = await booked(product)
    desk = await visit.desk()
    first = await visit.come()
    since = (await roster(first))[visit.patient_id]["waitingSince"]
    product.clock.now += 30
    again = await visit.come()
    assert await first.close_code() == 4001
    assert (await roster(again))[visit.patient_id]["waitingSince"] == since
    rings = []
    while len(rings) < 3:
        rings.append((await desk.until("agenda-changed"))["waiting"])
    assert rings.count(True) == 1


@pytest.mark.proves("C6", "F35")
async def test_a_second_device_takes_the_seat_and_the_first_cannot_have_it_back(product):
    visit = await booked(product)
    doctor, first = await visit.under_way()
    second = await visit.come()
    assert await first.close_code() == 4001
    page = await product.open_socket()
    await page.send("hello", token=first.token)
    assert await page.close_code() == 4001
    everybody = await seen(doctor, visit.patient_id, present=True)
    assert everybody[visit.patient_id]["status"] == "admitted"
    assert ("participant-replaced", visit.patient_id) in await steps_of(visit)
    await second.send("candidate", id="1", connectionId="x", candidate="c", to=visit.doctor_id)
    assert (await doctor.until("peer-candidate"))["candidate"] == "c"


@pytest.mark.proves("A66")
async def test_no_media_before_the_admission(with_turn):
    """No ICE servers, no description and no candidate, in either direction."""
    visit = await booked(with_turn)
    doctor, patient = await visit.doctor(), await visit.come()
    assert doctor.welcome["iceServers"]
    assert patient.welcome["iceServers"] == []
    await patient.send("refresh-ice", id="1")
    assert (await answer_to(patient, "1"))["code"] == "not-admitted"
    for page, other in ((patient, visit.doctor_id), (doctor, visit.patient_id)):
        await page.send("description", id="2", connectionId="x", type="offer", sdp="v=0", to=other)
        assert (await answer_to(page, "2"))["code"] == "not-admitted"
        await page.send("candidate", id="3", connectionId="x", candidate="c", to=other)
        assert (await answer_to(page, "3"))["code"] == "not-admitted"
    await patient.send("say", id="4", text="bonjour")
    assert (await answer_to(patient, "4"))["code"] == "not-admitted"


@pytest.mark.proves("R4")
async def test_nobody_on_the_patients_side_is_let_in_without_consent(product):
    visit = await booked(product)
    doctor, patient = await visit.doctor(), await visit.come()
    await doctor.send("admit", id="1", participantId=visit.patient_id)
    assert (await answer_to(doctor, "1"))["code"] == "consent-missing"
    product.clock.now += 7
    assert await visit.consent(patient, consentBy="La fille de Mme Martin") == 204
    told = (await doctor.until("intake"))["intake"]
    while told["consent"] is None:
        told = (await doctor.until("intake"))["intake"]
    assert told["consentAt"] == round(product.clock.now * 1000)
    assert (told["consentBy"], told["place"]) == ("La fille de Mme Martin", "À domicile")
    await doctor.send("admit", id="1", participantId=visit.patient_id)
    assert (await answer_to(doctor, "1"))["t"] == "confirmed"
    await seen(patient, visit.patient_id, status="admitted")


@pytest.mark.proves("A66", "S31")
async def test_once_let_in_both_negotiate_and_the_encounter_is_in_progress(with_turn):
    visit = await booked(with_turn)
    doctor, patient = await visit.doctor(), await visit.come()
    await visit.consent(patient)
    await doctor.send("admit", id="1", participantId=visit.patient_id)
    servers = (await patient.until("ice-servers"))["iceServers"]
    assert servers[-1]["username"].endswith(f":{visit.encounter_id}-{visit.patient_id}")
    await seen(patient, visit.patient_id, status="admitted")
    encounter = await visit.record(Encounter, visit.encounter_id)
    assert (encounter.status, encounter.started_at) == ("in-progress", with_turn.clock.now)
    await patient.send("description", id="2", connectionId="x", type="offer", sdp="v=0", to=visit.doctor_id)
    heard = await doctor.until("peer-description")
    assert (heard["sender"], heard["connectionId"], heard["sdp"]) == (visit.patient_id, "x", "v=0")
    await doctor.send("candidate", id="3", connectionId="x", candidate="c:1", to=visit.patient_id)
    assert (await patient.until("peer-candidate"))["sender"] == visit.doctor_id
    await patient.send("refresh-ice", id="4")
    assert (await patient.until("ice-servers"))["iceServers"]


async def test_words_to_nobody_or_to_oneself_are_refused(product):
    visit = await booked(product)
    _, patient = await visit.under_way()
    for number, to in enumerate((None, visit.patient_id, "nobody")):
        await patient.send("candidate", id=f"{number}", connectionId="x", candidate="c", to=to)
        assert (await answer_to(patient, f"{number}"))["t"] == "refused"


@pytest.mark.proves("A20")
@pytest.mark.parametrize("kind", ["admit", "decline"])
async def test_only_the_practitioner_decides_who_enters(product, kind):
    visit = await booked(product)
    patient = await visit.come()
    await patient.send(kind, id="1", participantId=visit.patient_id)
    assert await patient.close_code() == 4403


@pytest.mark.proves("A20")
@pytest.mark.parametrize(
    ("side", "message"),
    [
        ("patient", {"t": "put-offer", "id": "1", "offerId": "o", "sdp": "v=0"}),
        ("patient", {"t": "report-step", "id": "1", "step": "first-frame"}),
        ("doctor", {"t": "switch-camera", "id": "1"}),
        ("doctor", {"t": "report-step", "id": "1", "step": "participant-admitted"}),
        ("desk", {"t": "say", "id": "1", "text": "x"}),
        ("desk", {"t": "report-step", "id": "1", "step": "connection-lost"}),
    ],
)
async def test_a_message_of_another_kind_of_room_closes_the_socket(product, side, message):
    visit = await booked(product)
    page = await {"patient": visit.come, "doctor": visit.doctor, "desk": visit.desk}[side]()
    await page.send(message.pop("t"), **message)
    assert await page.close_code() == 4403


@pytest.mark.proves("A20")
async def test_a_dispatch_knows_nothing_of_admissions(product):
    browser = await product.dispatcher()
    dispatcher = await product.seat((await browser.invite())["seatToken"])
    await dispatcher.send("admit", id="1", participantId="x")
    assert await dispatcher.close_code() == 4403


@pytest.mark.proves("A19")
async def test_a_participant_of_another_encounter_cannot_be_let_in(product):
    visit, other = await booked(product), await booked(product)
    doctor = await visit.doctor()
    await other.come()
    await doctor.send("admit", id="1", participantId=other.patient_id)
    assert (await answer_to(doctor, "1"))["code"] == "participant-unknown"


async def test_each_sees_whom_it_may_see(product):
    visit = await booked(product)
    doctor, patient = await visit.under_way()
    guest_id = await visit.add_guest(COMPANION, "Paul")
    guest = await visit.come(guest_id)
    assert set(await roster(guest)) == {visit.doctor_id, guest_id}
    assert set(await seen(doctor, guest_id, status="waiting")) == {
        visit.doctor_id,
        visit.patient_id,
        guest_id,
    }
    assert set(await roster(patient)) == {visit.doctor_id, visit.patient_id}
    await doctor.send("admit", id="g", participantId=guest_id)
    for page in (patient, guest):
        everybody = await seen(page, guest_id, status="admitted")
        assert set(everybody) == {visit.doctor_id, visit.patient_id, guest_id}


@pytest.mark.proves("A66")
async def test_two_guests_negotiate_with_each_other(product):
    visit = await booked(product)
    doctor, patient = await visit.under_way()
    guest_id = await visit.add_guest(INTERPRETER, "Marta")
    guest = await visit.come(guest_id)
    await doctor.send("admit", id="g", participantId=guest_id)
    await seen(guest, guest_id, status="admitted")
    await guest.send("description", id="1", connectionId="y", type="offer", sdp="v=1", to=visit.patient_id)
    assert (await patient.until("peer-description"))["sender"] == guest_id


async def test_the_practitioner_looks_closer_and_everybody_in_the_call_knows(product):
    """« Détail » of one camera; a reload of that page keeps it, leaving on purpose does not."""
    visit = await booked(product)
    doctor, patient = await visit.under_way()
    await doctor.send("set-picture-mode", id="1", mode="detail", to=visit.patient_id)
    for page in (doctor, patient):
        everybody = await seen(page, visit.patient_id, pictureMode="detail")
        assert everybody[visit.doctor_id]["pictureMode"] == "motion"
    again = await visit.come()
    await seen(again, visit.patient_id, pictureMode="detail", present=True)
    await doctor.send("set-picture-mode", id="2", mode="motion", to=visit.patient_id)
    await seen(again, visit.patient_id, pictureMode="motion")
    await doctor.send("set-picture-mode", id="3", mode="detail", to=visit.patient_id)
    await seen(doctor, visit.patient_id, pictureMode="detail")
    await again.send("leave-meeting", id="bye")
    await seen(doctor, visit.patient_id, status="left", pictureMode="motion")


@pytest.mark.proves("A20")
async def test_nobody_but_the_practitioner_asks_for_another_picture_nor_of_a_stranger(product):
    visit = await booked(product)
    doctor, patient = await visit.under_way()
    await patient.send("set-picture-mode", id="1", mode="detail", to=visit.doctor_id)
    assert await patient.close_code() == 4403
    for number, to in enumerate((None, "somebody")):
        await doctor.send("set-picture-mode", id=f"d{number}", mode="detail", to=to)
        assert (await answer_to(doctor, f"d{number}"))["code"] == "participant-unknown"


async def test_four_are_in_and_the_fifth_waits_for_a_place(product):
    visit = await booked(product)
    doctor, _ = await visit.under_way()
    guests = [await visit.add_guest(COMPANION, f"Invité {number}") for number in range(3)]
    pages = [await visit.come(guest) for guest in guests]
    for number, guest in enumerate(guests[:2]):
        await doctor.send("admit", id=f"{number}", participantId=guest)
        assert (await answer_to(doctor, f"{number}"))["t"] == "confirmed"
    await doctor.send("admit", id="5", participantId=guests[2])
    assert (await answer_to(doctor, "5"))["code"] == "meeting-full"
    await pages[0].send("leave-meeting", id="bye")
    await seen(doctor, guests[0], status="left")
    await doctor.send("admit", id="5", participantId=guests[2])
    assert (await answer_to(doctor, "5"))["t"] == "confirmed"
    everybody = await seen(pages[2], guests[2], status="admitted")
    assert set(everybody) == {visit.doctor_id, visit.patient_id, guests[1], guests[2]}
    back = await visit.come(guests[0])
    assert (await roster(back))[guests[0]]["status"] == "waiting"


async def test_one_who_is_sent_out_hears_why_and_is_heard_no_more(product):
    visit = await booked(product)
    doctor, patient = await visit.under_way()
    reason = "Je vous rappelle."
    await doctor.send("decline", id="1", participantId=visit.patient_id, reason=reason)
    everybody = await seen(patient, visit.patient_id, status="declined")
    assert everybody[visit.patient_id]["reason"] == reason
    await patient.send("candidate", id="2", connectionId="x", candidate="c", to=visit.doctor_id)
    assert (await answer_to(patient, "2"))["code"] == "not-admitted"
    again = await visit.come()
    assert (await roster(again))[visit.patient_id]["status"] == "declined"
    await doctor.send("admit", id="3", participantId=visit.patient_id)
    await seen(again, visit.patient_id, status="admitted", reason="")


async def test_the_agenda_counts_who_is_there_and_waits(product):
    """Who closed the page is not waited for."""
    browser = await doctors_browser(product)
    body = {"phone": "06 39 98 00 55"}
    status, appointment = await browser.post("/api/appointments/immediate", body)
    assert status == 201, appointment

    async def waiting() -> int:
        return (await browser.get(f"/api/appointments/{appointment['id']}"))[1]["waiting"]

    token = appointment["link"].partition("#")[2]
    _, seat = await product.browser().post("/api/join/enter", {"token": token})
    assert await waiting() == 0
    patient = await product.seat(seat["seatToken"])
    await roster(patient)
    assert await waiting() == 1
    _, mine = await browser.post(f"/api/appointments/{appointment['id']}/seat")
    doctor = await product.seat(mine["seatToken"])
    await patient.socket.close()
    await seen(doctor, patient.welcome["participantId"], present=False)
    assert await waiting() == 0


async def test_what_each_sends_is_shown_to_the_others(product):
    visit = await booked(product)
    doctor, patient = await visit.under_way()
    await patient.send("media-state", id="1", microphone=True, camera=False)
    await seen(doctor, visit.patient_id, microphone=True, camera=False, present=True)
    await patient.socket.close()
    await seen(doctor, visit.patient_id, present=False, status="admitted")


@pytest.mark.proves("F4")
async def test_a_reload_needs_no_new_admission_and_tells_of_a_fresh_page(product):
    visit = await booked(product)
    doctor, _ = await visit.under_way()
    product.clock.now += 10
    patient = await visit.come()
    everybody = await seen(patient, visit.patient_id, present=True)
    assert everybody[visit.patient_id]["status"] == "admitted"
    fresh_at = round(product.clock.now * 1000)
    await seen(doctor, visit.patient_id, freshAt=fresh_at, present=True)
    product.clock.now += 10
    await patient.socket.close()
    await seen(doctor, visit.patient_id, present=False)
    await product.seat(patient.token, patient.welcome["epoch"], 99)
    assert (await seen(doctor, visit.patient_id, present=True))[visit.patient_id]["freshAt"] == fresh_at


async def test_a_line_of_the_chat_reaches_those_who_are_in(product):
    visit = await booked(product)
    doctor, patient = await visit.under_way()
    guest_id = await visit.add_guest(COMPANION, "Paul")
    guest = await visit.come(guest_id)
    await doctor.send("say", id="1", text="Bonjour")
    for page in (doctor, patient):
        line = await page.until("said")
        assert (line["text"], line["name"], line["sender"]) == ("Bonjour", "Dr Anaïs Morel", visit.doctor_id)
    await doctor.send("say", id="2", text="Un instant", to=guest_id)
    assert (await guest.until("said"))["text"] == "Un instant"
    await guest.send("say", id="3", text="Merci", to=visit.doctor_id)
    heard = await doctor.until("said")
    while heard["id"] != "3":
        heard = await doctor.until("said")
    assert heard["to"] == visit.doctor_id
    await guest.send("say", id="4", text="Psst", to=visit.patient_id)
    assert (await answer_to(guest, "4"))["code"] == "not-to-each-other"
    again = await visit.come()
    assert (await again.until("said"))["text"] == "Bonjour"
    await again.send("ping")
    while (message := await again.receive())["t"] != "pong":
        assert message["t"] != "said"


async def test_who_is_let_in_later_does_not_read_what_was_said_before(product):
    visit = await booked(product)
    doctor, _ = await visit.under_way()
    await doctor.send("say", id="1", text="Avant")
    await answer_to(doctor, "1")
    product.clock.now += 5
    guest_id = await visit.add_guest(INTERPRETER, "Marta")
    guest = await visit.come(guest_id)
    await doctor.send("admit", id="2", participantId=guest_id)
    await seen(guest, guest_id, status="admitted")
    await doctor.send("say", id="3", text="Après")
    assert (await guest.until("said"))["text"] == "Après"
    again = await visit.come(guest_id)
    assert (await again.until("said"))["text"] == "Après"


@pytest.mark.proves("R4")
async def test_without_consent_the_visit_ends_and_all_are_told(product):
    visit = await booked(product)
    desk, doctor, patient = await visit.desk(), await visit.doctor(), await visit.come()
    status = await visit.consent(patient, consent=False, refusalReason="Je préfère venir")
    assert status == 204
    heard = await doctor.until("intake")
    while heard["intake"]["consent"] is None:
        heard = await doctor.until("intake")
    assert heard["intake"]["refusalReason"] == "Je préfère venir"
    for page in (doctor, patient):
        assert (await page.until("finished"))["reason"] == "consent-refused"
        assert await page.close_code() == 4410
    await desk.until("agenda-changed")
    assert (await visit.record(Encounter, visit.encounter_id)).status == "cancelled"
    appointment = await visit.record(Appointment, visit.appointment.id)
    assert appointment.status == "cancelled"
    assert appointment.cancelled_because.startswith("L’accord à la consultation en vidéo")
    intake = await visit.record(Intake, visit.encounter_id)
    assert (intake.consent, intake.consent_at) == (False, product.clock.now)
    status, problem = await visit.enter()
    assert (status, problem["code"]) == (410, "link-cancelled")
    assert ("consent-refused", visit.patient_id) in await steps_of(visit)


@pytest.mark.proves("R4")
async def test_an_interpreter_does_not_consent_for_the_patient(product):
    visit = await booked(product)
    guest = await visit.come(await visit.add_guest(INTERPRETER, "Marta"))
    assert await visit.consent(guest) == 403


@pytest.mark.proves("R6")
async def test_a_number_that_cannot_be_called_back_is_refused(product):
    visit = await booked(product)
    patient = await visit.come()
    assert await visit.consent(patient, callbackPhone="12") == 400
    assert await visit.consent(patient, callbackPhone="02 40 99 00 01") == 204
    intake = await visit.record(Intake, visit.encounter_id)
    assert intake.callback_phone == "+33240990001"


@pytest.mark.proves("R5", "R6")
async def test_the_practitioners_decisions_are_kept(product):
    visit = await booked(product)
    browser = await doctors_browser(product)
    doctor, patient = await visit.doctor(), await visit.come()
    await visit.consent(patient)
    path = f"/api/encounters/{visit.encounter_id}/intake"
    body = {"suitability": "examination-needed", "identityMeans": "document"}
    async with browser.http.put(path, json=body) as answer:
        assert answer.status == 200
    status, view = await browser.get(path)
    assert (status, view["suitability"], view["identityMeans"]) == (200, "examination-needed", "document")
    assert view["consent"] is True
    assert view["identityCheckedAt"] == round(product.clock.now * 1000)
    heard = await doctor.until("intake")
    while heard["intake"]["suitability"] is None:
        heard = await doctor.until("intake")
    assert ("visit-unsuitable", visit.doctor_id) in await steps_of(visit)
    status, _ = await browser.post(f"/api/encounters/{visit.encounter_id}/finish")
    assert status == 204
    assert (await visit.record(Appointment, visit.appointment.id)).status == "fulfilled"


@pytest.mark.proves("A19")
async def test_what_is_somebody_elses_is_not_there(product):
    visit = await booked(product)
    browser = await doctors_browser(product)
    await product.parts.store.run(lambda tx: tx.update(_of_another(tx.get(Encounter, visit.encounter_id))))
    for path in ("finish", "participants"):
        body = {"role": "companion", "name": "Paul"} if path == "participants" else {}
        status, _ = await browser.post(f"/api/encounters/{visit.encounter_id}/{path}", body)
        assert status == 404
    assert (await browser.get(f"/api/encounters/{visit.encounter_id}/intake"))[0] == 404


def _of_another(encounter: Encounter) -> Encounter:
    encounter.practitioner_id = "somebody-else"
    return encounter


async def test_hanging_up_ends_it_for_all(product):
    visit = await booked(product)
    doctor, patient = await visit.under_way()
    desk = await visit.desk()
    browser = await doctors_browser(product)
    assert (await browser.post(f"/api/encounters/{visit.encounter_id}/finish"))[0] == 204
    for page in (doctor, patient):
        assert (await page.until("finished"))["reason"] == "hung-up"
        assert await page.close_code() == 4410
    await desk.until("agenda-changed")
    assert (await visit.record(Appointment, visit.appointment.id)).status == "fulfilled"
    assert (await visit.record(Encounter, visit.encounter_id)).status == "finished"
    assert (await visit.enter())[1]["code"] == "link-finished"


async def test_a_guest_is_invited_by_four_doors(product):
    visit = await booked(product)
    browser = await doctors_browser(product)
    doctor = await visit.doctor()
    seen_before = len(product.mailbox.messages)
    body = {"role": "companion", "name": " Paul Martin ", "phone": "06 39 98 00 55", "email": "p@ex.example"}
    status, guest = await browser.post(f"/api/encounters/{visit.encounter_id}/participants", body)
    assert status == 201, guest
    assert guest["qrSvg"].startswith("<svg")
    assert len(guest["code"]) == 6
    messages = [await product.message(seen_before + number) for number in range(2)]
    assert {message.channel for message in messages} == {"sms", "email"}
    assert all(guest["link"] in message.links for message in messages)
    await seen(doctor, guest["participantId"], status="invited", name="Paul Martin")
    visit.link[guest["participantId"]] = guest["link"].partition("#")[2]
    page = await visit.come(guest["participantId"])
    await seen(page, guest["participantId"], status="waiting")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"role": "practitioner", "name": "X"}, "guest-role"),
        ({"role": "patient", "name": "X"}, "guest-role"),
        ({"role": "companion", "name": "  "}, "name-missing"),
        ({"role": "companion", "name": "X", "phone": "3615"}, "phone-premium"),
    ],
)
async def test_a_guest_who_makes_no_sense_is_refused(product, body, code):
    visit = await booked(product)
    browser = await doctors_browser(product)
    status, problem = await browser.post(f"/api/encounters/{visit.encounter_id}/participants", body)
    assert (status, problem["code"]) == (400, code)


@pytest.mark.proves("A14")
async def test_a_signed_out_practitioner_loses_seat_and_desk(product):
    visit = await booked(product)
    browser = await doctors_browser(product)
    desk = await visit.desk()
    await product.parts.store.run(lambda tx: tx.query("delete from session"))
    token = await visit.doctor_token()
    await product.parts.store.run(lambda tx: tx.query("delete from session"))
    page = await product.open_socket()
    await page.send("hello", token=token)
    assert await page.close_code() == 4401
    assert await desk.close_code() == 4401
    await browser.http.close()


@pytest.mark.proves("F7", "S46")
async def test_a_restarted_server_asks_nobody_again(tmp_path):
    """Who was let in stays so, and no connection is made anew: no page was loaded anew."""
    async with running(tmp_path) as product:
        visit = await booked(product)
        doctor, patient = await visit.under_way()
        before = (await visit.record(Participant, visit.patient_id)).fresh_at
        tokens, epoch = (doctor.token, patient.token), patient.welcome["epoch"]
    async with running(tmp_path) as product:
        product.clock.now += 60
        doctor = await product.seat(tokens[0], doctor.welcome["epoch"], 5)
        patient = await product.seat(tokens[1], epoch, 7)
        assert patient.welcome["resumed"] is False
        everybody = await seen(patient, visit.patient_id, present=True, status="admitted")
        assert everybody[visit.patient_id]["freshAt"] == round(before * 1000)
        await patient.send(
            "description", id="1", connectionId="x", type="offer", sdp="v=0", to=visit.doctor_id
        )
        assert (await doctor.until("peer-description"))["sender"] == visit.patient_id


@pytest.mark.proves("R8")
async def test_what_happens_notes_itself(product):
    visit = await booked(product)
    product.clock.now += 11 * 60
    doctor, patient = await visit.under_way()
    await patient.socket.close()
    await seen(doctor, visit.patient_id, present=False)
    patient = await product.seat(patient.token, patient.welcome["epoch"], 99)
    await seen(doctor, visit.patient_id, present=True)
    await patient.send("report-step", id="1", step="camera-refused", detail="system")
    await answer_to(patient, "1")
    await doctor.send("report-step", id="3", step="connection-lost", detail=visit.patient_id)
    await answer_to(doctor, "3")
    await patient.send("leave-meeting", id="2")
    await seen(doctor, visit.patient_id, status="left")
    browser = await doctors_browser(product)
    await browser.post(f"/api/encounters/{visit.encounter_id}/finish")
    _, traces = await browser.get(f"/api/encounters/{visit.encounter_id}/timeline")
    assert [person["role"] for person in traces["people"]] == ["practitioner", "patient"]
    assert traces["startedAt"] == traces["finishedAt"] == round(product.clock.now * 1000)
    assert (traces["timeline"][-1]["step"], traces["timeline"][-1]["detail"]) == ("visit-finished", "hung-up")
    late = [step for step in traces["timeline"] if step["step"] == "participant-late"]
    assert {step["detail"] for step in late} == {"11"}
    steps = await steps_of(visit)
    assert steps.count(("participant-late", visit.patient_id)) == 1
    assert ("participant-late", visit.doctor_id) in steps
    mine = [step for step, who in steps if who == visit.patient_id and step != "participant-late"]
    assert sorted(mine) == sorted(
        [
            "participant-waiting",
            "consent-given",
            "participant-admitted",
            "participant-away",
            "participant-back",
            "camera-refused",
            "connection-lost",
            "participant-left",
        ]
    )
