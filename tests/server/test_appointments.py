"""« Mes téléconsultations » and « Nouveau rendez-vous », seen from the server."""

import asyncio

import pytest

from chevet.model.gsm7 import segments
from chevet.model.people import Account
from chevet.store.appointments import PAGE
from tests.server.product import token_of
from tests.server.visits import (
    HOUR_S,
    PATIENT,
    agenda,
    asked_again,
    booked,
    many_booked,
    pass_time,
    practitioner,
    put,
    quiet,
    wanted,
)

PHONE = "+33639981234"
EMAIL = "jeanne@famille.example"


@pytest.mark.proves("S21", "S22", "S23", "S25", "S48")
async def test_a_booking_opens_a_link_and_sends_it(product):
    browser = await practitioner(product)
    appointment = await booked(browser, phone="06 39 98 12 34", email=EMAIL, reason="Suivi")
    sent = {message.channel: message for message in await quiet(product)}
    assert sent["sms"].to == PHONE
    assert sent["sms"].links == [appointment["link"]]
    assert segments(sent["sms"].text) == 1
    assert appointment["link"] in sent["email"].links
    assert "vendredi 15 janvier 2027, de 10 h 00 à 10 h 30 (heure de Paris)" in sent["email"].text
    assert "Le lien marche de 9 h 45 à 11 h 00." in sent["email"].text
    assert appointment["status"] == "booked"
    assert appointment["encounterStatus"] == "planned"
    assert appointment["patientName"] == "Jeanne LE GOFF"
    assert appointment["hasRecord"]
    assert appointment["qrSvg"].startswith("<svg")
    assert {each["status"] for each in (await agenda(browser))[0]["deliveries"]} == {"sent"}


@pytest.mark.proves("R31")
async def test_messages_say_nothing_of_the_patient(product):
    browser = await practitioner(product)
    await booked(browser, phone=PHONE, email=EMAIL, reason="Plaie chronique")
    for message in await quiet(product):
        for word in ("goff", "jeanne ", "plaie", "morel"):
            assert word not in (message.subject + message.text).lower()


@pytest.mark.proves("S27", "S28", "S29")
@pytest.mark.parametrize(
    ("channel", "expected"), [("sms", ["sms"]), ("email", ["email"]), (None, ["email", "sms"])]
)
async def test_the_preferred_channel_is_the_one_that_is_used(product, channel, expected):
    browser = await practitioner(product)
    await booked(browser, phone=PHONE, email=EMAIL, channel=channel)
    assert sorted(message.channel for message in await quiet(product)) == expected


@pytest.mark.proves("S24")
async def test_the_slot_may_be_agreed_with_the_professional_beside_the_patient(product):
    browser = await practitioner(product)
    appointment = await booked(
        browser, email="infirmerie@tilleuls.example", contactRole="professional", contactName="Mme Caron"
    )
    assert (appointment["contactRole"], appointment["contactName"]) == ("professional", "Mme Caron")
    assert [message.to for message in await quiet(product)] == ["infirmerie@tilleuls.example"]


@pytest.mark.proves("S26")
async def test_a_start_that_has_passed_means_now(product):
    browser = await practitioner(product)
    appointment = await booked(browser, start_s=-40, phone=PHONE)
    assert appointment["startAt"] == round(product.clock.now * 1000)
    assert appointment["endAt"] - appointment["startAt"] == 1_800_000
    assert appointment["opensAt"] < appointment["startAt"]
    assert "maintenant" in (await quiet(product))[0].text


@pytest.mark.proves("R10", "R11")
@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"birthDate": "1941-02-30"}, "birth-date-invalid", "birthDate"),
        ({"birthDate": "2041-02-03"}, "birth-date-invalid", "birthDate"),
        ({"birthName": " - "}, "name-missing", "birthName"),
        ({"insNumber": "241034410900199"}, "ins-number-invalid", "insNumber"),
        ({"identityStatus": "qualified"}, "identity-status-invalid", "identityStatus"),
    ],
)
async def test_an_identity_that_cannot_be_is_refused(product, changes, code, field):
    browser = await practitioner(product)
    status, body = await browser.post("/api/appointments", wanted(product, patient=PATIENT | changes))
    assert (status, body["code"], body["field"]) == (400, code, field)


@pytest.mark.proves("R10")
@pytest.mark.parametrize("missing", ["birthName", "birthFirstNames", "birthDate", "sex", "birthPlaceCode"])
async def test_the_five_strict_traits_are_asked_for(product, missing):
    browser = await practitioner(product)
    patient = {name: value for name, value in PATIENT.items() if name != missing}
    assert (await browser.post("/api/appointments", wanted(product, patient=patient)))[0] == 400


@pytest.mark.proves("R13")
async def test_the_same_person_is_written_down_once(product):
    """However the letters are written."""
    browser = await practitioner(product)
    await booked(browser)
    other = PATIENT | {"birthName": "Le-Goff", "birthFirstNames": "JEANNE MARIE", "usedName": "Martin"}
    again = await booked(browser, start_s=2 * HOUR_S, patient=other)
    assert again["patientName"] == "Jeanne Martin"
    await booked(browser, start_s=3 * HOUR_S, patient=PATIENT | {"birthDate": "1941-03-13"})
    rows = await product.parts.store.read(lambda tx: tx.query("select birth_name from patient"))
    assert [row["birth_name"] for row in rows] == ["LE GOFF", "LE GOFF"]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"lasts_s": 0}, "slot-length", "endAt"),
        ({"lasts_s": 13 * HOUR_S}, "slot-length", "endAt"),
        ({"start_s": 400 * 86_400}, "slot-too-far", "startAt"),
        ({"phone": "02 40 12 34 56"}, "phone-landline", "phone"),
        ({"email": "nowhere"}, "email-invalid", "email"),
        ({"phone": PHONE, "channel": "email"}, "channel-without-address", "email"),
    ],
)
async def test_what_cannot_be_booked_is_refused_with_its_field(product, changes, code, field):
    browser = await practitioner(product)
    status, body = await browser.post("/api/appointments", wanted(product, **changes))
    assert (status, body["code"], body["field"]) == (400, code, field)


async def test_a_double_booking_is_warned_of_and_may_be_wanted(product):
    browser = await practitioner(product)
    first = await booked(browser)
    await booked(browser, start_s=HOUR_S + 1800)  # one begins when the other ends
    status, body = await browser.post("/api/appointments", wanted(product, start_s=HOUR_S + 900))
    assert (status, body["code"]) == (409, "appointment-overlap")
    assert (await browser.post(f"/api/appointments/{first['id']}/cancel"))[0] == 200
    await booked(browser, start_s=HOUR_S + 600, lasts_s=1200)
    await booked(browser, start_s=HOUR_S + 900, acceptsOverlap=True)


async def test_the_next_one_may_begin_as_soon_as_a_call_was_hung_up(product):
    """« Maintenant », five minutes into a slot whose call is over already."""
    browser = await practitioner(product)
    first = await booked(browser, start_s=0)
    product.clock.now += 300
    assert (await browser.post("/api/appointments", wanted(product, start_s=0)))[0] == 409
    assert (await browser.post(f"/api/encounters/{first['encounterId']}/finish"))[0] == 204
    assert (await browser.post("/api/appointments", wanted(product, start_s=0)))[0] == 201


@pytest.mark.proves("S32")
async def test_the_agenda_is_in_the_order_of_time_and_can_be_narrowed(product):
    browser = await practitioner(product)
    late = await booked(browser, start_s=26 * HOUR_S)
    soon = await booked(browser, patient=PATIENT | {"birthName": "D'Été", "birthDate": "1950-01-02"})
    assert [each["id"] for each in await agenda(browser)] == [soon["id"], late["id"]]
    tomorrow = round((product.clock.now + 24 * HOUR_S) * 1000)
    assert [each["id"] for each in await agenda(browser, **{"from": tomorrow})] == [late["id"]]
    assert [each["id"] for each in await agenda(browser, to=tomorrow)] == [soon["id"]]
    await browser.post(f"/api/appointments/{late['id']}/cancel")
    assert [each["id"] for each in await agenda(browser, status="cancelled")] == [late["id"]]
    assert [each["id"] for each in await agenda(browser, status="booked,arrived")] == [soon["id"]]
    assert (await browser.get("/api/appointments", params={"status": "lost"}))[0] == 400


@pytest.mark.proves("S32", "A19")
async def test_an_agenda_that_is_not_whole_says_so_and_gives_what_follows(product):
    browser = await practitioner(product)
    ids = await many_booked(product, PAGE + 1)

    async def page(**params):
        status, view = await browser.get("/api/appointments", params=params)
        assert status == 200, view
        return [each["id"] for each in view["appointments"]], view["hasMore"]

    assert await page() == (ids[:PAGE], True)
    assert await page(after=ids[PAGE - 1]) == (ids[PAGE:], False)
    assert await page(order="newest") == (ids[:0:-1], True)
    assert await page(order="newest", after=ids[1]) == (ids[:1], False)
    assert (await browser.get("/api/appointments", params={"after": "somebody-elses"}))[0] == 404


@pytest.mark.proves("R13")
@pytest.mark.parametrize(
    ("search", "finds"),
    [
        ("det", True),
        ("DÉTRESSE", True),  # three letters count, however many are typed
        ("d'é", True),
        ("ete", False),
        ("02/01/1950", True),
        ("2/1/1950 det", True),
        ("1950-01-02 mar", False),
        ("12", False),
    ],
)
async def test_a_patient_is_looked_for_by_three_letters_and_birth_date(product, search, finds):
    browser = await practitioner(product)
    await booked(browser, patient=PATIENT | {"birthName": "D'Été", "birthDate": "1950-01-02"})
    assert len(await agenda(browser, search=search)) == finds


@pytest.mark.proves("A19")
async def test_somebody_elses_appointment_is_as_good_as_absent(product):
    browser = await practitioner(product)
    appointment = await booked(browser)

    def another(tx):
        account = tx.find(Account, username="medecin")[0]
        account.id, account.username, account.version = "other", "medecin2", 1
        tx.insert(account)

    await product.parts.store.run(another)
    stranger = await practitioner(product, "medecin2")
    path = f"/api/appointments/{appointment['id']}"
    assert await agenda(stranger) == []
    assert (await stranger.get(path))[0] == 404
    assert (await put(stranger, path, asked_again(appointment)))[0] == 404
    for verb in ("cancel", "resend", "noshow"):
        assert (await stranger.post(f"{path}/{verb}"))[0] == 404
    assert (await stranger.post(f"{path}/record", {"patient": PATIENT}))[0] == 404
    assert (await stranger.post("/api/appointments", wanted(product)))[0] == 201


async def test_only_practitioners_have_an_agenda(product):
    browser = await product.dispatcher()
    assert (await browser.get("/api/appointments"))[0] == 403
    assert (await product.browser().get("/api/appointments"))[0] == 401


async def test_moving_tells_the_people_concerned_once_and_keeps_the_link(product):
    browser = await practitioner(product)
    appointment = await booked(browser, phone=PHONE)
    await quiet(product)
    later = asked_again(
        appointment, startAt=appointment["startAt"] + 3_600_000, endAt=appointment["endAt"] + 3_600_000
    )
    status, moved = await put(browser, f"/api/appointments/{appointment['id']}", later)
    assert (status, moved["link"], moved["startAt"]) == (200, appointment["link"], later["startAt"])
    messages = await quiet(product)
    assert len(messages) == 2
    assert "déplacé" in messages[1].text
    assert "11 h 00" in messages[1].text
    invitation = (await product.parts.store.read(lambda tx: tx.query("select expires_at from invitation")))[0]
    assert invitation["expires_at"] * 1000 == moved["closesAt"]


async def test_who_left_an_old_page_open_does_not_undo_the_change_of_another(product):
    browser = await practitioner(product)
    appointment = await booked(browser)
    path = f"/api/appointments/{appointment['id']}"
    assert (await put(browser, path, asked_again(appointment, reason="Suivi")))[0] == 200
    status, body = await put(browser, path, asked_again(appointment, reason="Autre"))
    assert (status, body["code"]) == (409, "appointment-stale")


async def test_the_reason_and_the_identity_concern_nobody_else(product):
    browser = await practitioner(product)
    appointment = await booked(browser, phone=PHONE)
    await quiet(product)
    mended = PATIENT | {"birthFirstNames": "Jeannette"}
    path = f"/api/appointments/{appointment['id']}"
    status, changed = await put(browser, path, asked_again(appointment, reason="Suivi", patient=mended))
    assert (status, changed["patientName"], changed["reason"]) == (200, "Jeannette LE GOFF", "Suivi")
    assert len(await quiet(product)) == 1
    rows = await product.parts.store.read(lambda tx: tx.query("select birth_first_names from patient"))
    assert [row["birth_first_names"] for row in rows] == ["Jeannette"]


async def test_a_corrected_number_gets_the_link(product):
    browser = await practitioner(product)
    appointment = await booked(browser, phone=PHONE, email=EMAIL)
    await quiet(product)
    corrected = asked_again(appointment, phone="0639985678")
    status, changed = await put(browser, f"/api/appointments/{appointment['id']}", corrected)
    assert (status, changed["phone"]) == (200, "+33639985678")
    assert [message.to for message in (await quiet(product))[2:]] == ["+33639985678"]


async def test_a_change_made_while_the_message_waits_leaves_one_message(product):
    """What was not sent yet is not sent any more: the newer one says all."""
    browser = await practitioner(product)
    await product.parts.outbox.stop()
    appointment = await booked(browser, phone=PHONE)
    later = asked_again(
        appointment, startAt=appointment["startAt"] + 3_600_000, endAt=appointment["endAt"] + 3_600_000
    )
    _, moved = await put(browser, f"/api/appointments/{appointment['id']}", later)
    assert len(moved["deliveries"]) == 2
    await product.parts.outbox.start()
    messages = await quiet(product)
    assert [message.links for message in messages] == [[appointment["link"]]]
    assert "11 h 00" in messages[0].text
    assert len((await agenda(browser))[0]["deliveries"]) == 1


async def test_the_messages_of_an_appointment_are_in_its_language(product):
    browser = await practitioner(product)
    appointment = await booked(browser, phone=PHONE, email=EMAIL, language="en")
    assert appointment["language"] == "en"
    by_channel = {message.channel: message for message in await quiet(product)}
    await browser.post(f"/api/appointments/{appointment['id']}/cancel")
    messages = await quiet(product)
    assert "video appointment on" in by_channel["sms"].text
    assert "video appointment" in by_channel["email"].text
    assert by_channel["sms"].links == [appointment["link"]]
    assert all("rendez-vous" not in message.text for message in messages)
    assert any("is cancelled" in message.text for message in messages)
    assert (await browser.post("/api/appointments", wanted(product, language="de")))[0] == 400


async def test_cancelling_tells_why_and_closes_the_link(product):
    browser = await practitioner(product)
    appointment = await booked(browser, phone=PHONE, email=EMAIL)
    await quiet(product)
    path = f"/api/appointments/{appointment['id']}/cancel"
    status, cancelled = await browser.post(path, {"reason": "Médecin appelé ailleurs"})
    assert (status, cancelled["status"], cancelled["encounterStatus"]) == (200, "cancelled", "cancelled")
    assert cancelled["cancelledBecause"] == "Médecin appelé ailleurs"
    said = (await quiet(product))[2:]
    assert sorted(message.channel for message in said) == ["email", "sms"]
    assert all("Médecin appelé ailleurs" in message.text for message in said)
    assert all(message.links == [] for message in said)
    _, door = await browser.post("/api/join/peek", {"token": token_of(appointment)})
    assert door["visit"]["ended"] == "cancelled"
    status, body = await browser.post(path)
    assert (status, body["code"]) == (409, "appointment-over")


@pytest.mark.proves("S59")
async def test_numbers_and_addresses_go_when_it_is_over(product):
    browser = await practitioner(product)
    appointment = await booked(browser, phone=PHONE, email=EMAIL)
    await quiet(product)
    await browser.post(f"/api/appointments/{appointment['id']}/cancel")
    await quiet(product)
    for sql in (
        "select phone, email from appointment",
        "select phone, email from invitation",
        "select recipient from delivery",
        "select payload from job where done_at is not null",
    ):
        rows = await product.parts.store.read(lambda tx, sql=sql: tx.query(sql))
        assert rows
        assert {value for row in rows for value in row.values()} <= {None, "", "{}"}


async def test_the_link_is_sent_again(product):
    browser = await practitioner(product)
    appointment = await booked(browser, phone=PHONE)
    await quiet(product)
    status, view = await browser.post(f"/api/appointments/{appointment['id']}/resend")
    assert (status, len(view["deliveries"])) == (200, 2)
    assert [message.links for message in await quiet(product)] == [[appointment["link"]]] * 2
    nobody = await booked(browser, start_s=3 * HOUR_S)
    status, body = await browser.post(f"/api/appointments/{nobody['id']}/resend")
    assert (status, body["code"]) == (400, "recipient-missing")


@pytest.mark.proves("A3")
async def test_one_number_is_not_flooded_by_an_agenda(product):
    browser = await practitioner(product)
    appointment = await booked(browser, phone=PHONE)
    path = f"/api/appointments/{appointment['id']}/resend"
    statuses = [(await browser.post(path))[0] for _ in range(8)]
    assert statuses.count(200) == product.parts.config.invitations.per_recipient_per_hour - 1
    assert statuses[-1] == 429


@pytest.mark.proves("S18", "S19", "S20")
async def test_a_number_is_enough_for_a_visit_at_once(product):
    browser = await practitioner(product)
    status, visit = await browser.post("/api/appointments/immediate", {"phone": "06 39 98 12 34"})
    assert status == 201
    assert (visit["isImmediate"], visit["hasRecord"], visit["patient"]) == (True, False, None)
    message = (await quiet(product))[0]
    assert (message.to, message.links) == (PHONE, [visit["link"]])
    status, body = await browser.post("/api/appointments/immediate", {"phone": "  "})
    assert (status, body["code"]) == (400, "phone-invalid")


@pytest.mark.proves("S17")
async def test_an_immediate_visit_gets_its_record_later(product):
    browser = await practitioner(product)
    _, visit = await browser.post("/api/appointments/immediate", {"phone": PHONE})
    path = f"/api/appointments/{visit['id']}/record"
    status, view = await browser.post(path, {"patient": PATIENT, "reason": "Suivi"})
    assert (status, view["hasRecord"], view["isImmediate"]) == (200, True, True)
    assert view["patientName"] == "Jeanne LE GOFF"
    status, body = await browser.post(path, {"patient": PATIENT})
    assert (status, body["code"]) == (409, "record-exists")


async def test_nobody_came_is_said_by_hand_once_it_is_time(product):
    browser = await practitioner(product)
    appointment = await booked(browser, phone=PHONE)
    path = f"/api/appointments/{appointment['id']}/noshow"
    status, body = await browser.post(path)
    assert (status, body["code"]) == (409, "appointment-not-started")
    await pass_time(product, HOUR_S + 60)
    status, view = await browser.post(path)
    assert (status, view["status"], view["phone"]) == (200, "noshow", None)


@pytest.mark.proves("R8")
async def test_nobody_came_is_noted_by_itself_when_the_slot_closes(product):
    browser = await practitioner(product)
    appointment = await booked(browser)
    product.clock.now = appointment["closesAt"] / 1000 - 1
    await quiet(product)
    assert (await agenda(browser))[0]["status"] == "booked"
    await pass_time(product, 1)
    async with asyncio.timeout(5):
        while (await agenda(browser))[0]["status"] != "noshow":
            await asyncio.sleep(0.01)


async def test_the_end_of_an_older_slot_closes_nothing(product):
    browser = await practitioner(product)
    appointment = await booked(browser)
    day = 86_400_000
    later = asked_again(appointment, startAt=appointment["startAt"] + day, endAt=appointment["endAt"] + day)
    await put(browser, f"/api/appointments/{appointment['id']}", later)
    await pass_time(product, 3 * HOUR_S)
    assert (await agenda(browser))[0]["status"] == "booked"


async def test_entering_gives_the_practitioner_her_seat(product):
    browser = await practitioner(product)
    appointment = await booked(browser)
    status, seat = await browser.post(f"/api/appointments/{appointment['id']}/seat")
    assert (status, seat["appointment"]["id"]) == (200, appointment["id"])
    page = await product.seat(seat["seatToken"])
    assert page.welcome["participantId"] == seat["participantId"]


async def test_the_agendas_page_hears_of_each_change(product):
    browser = await practitioner(product)
    _, view = await browser.get("/api/appointments")
    desk = await product.seat(view["deskToken"])
    appointment = await booked(browser, phone=PHONE)
    assert (await desk.until("agenda-changed"))["appointmentId"] == appointment["id"]
    await desk.until("agenda-changed")  # the message has left


async def test_who_is_invited_besides_is_told_in_the_words_of_a_visit(product):
    browser = await practitioner(product)
    appointment = await booked(browser)
    status, guest = await browser.post(
        f"/api/encounters/{appointment['encounterId']}/participants",
        {"role": "interpreter", "name": "Mme Diallo", "phone": "0639985678"},
    )
    assert status == 201
    message = (await quiet(product))[0]
    assert (message.to, message.links) == ("+33639985678", [guest["link"]])
    assert "rendez-vous vidéo" in message.text


async def test_who_was_invited_besides_is_told_of_a_move_and_of_a_cancellation(product):
    browser = await practitioner(product)
    appointment = await booked(browser, phone=PHONE)
    guest = {"role": "interpreter", "name": "Mme Diallo", "phone": "0639985678"}
    await browser.post(f"/api/encounters/{appointment['encounterId']}/participants", guest)
    await quiet(product)
    path, hour = f"/api/appointments/{appointment['id']}", 3_600_000
    later = asked_again(appointment, startAt=appointment["startAt"] + hour, endAt=appointment["endAt"] + hour)
    assert (await put(browser, path, later))[0] == 200
    assert sorted(message.to for message in (await quiet(product))[2:]) == [PHONE, "+33639985678"]
    assert (await browser.post(f"{path}/cancel"))[0] == 200
    said = (await quiet(product))[4:]
    assert sorted(message.to for message in said) == [PHONE, "+33639985678"]
    assert all("annulé" in message.text for message in said)
