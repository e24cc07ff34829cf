"""The link of a téléconsultation works in its slot and not outside it, to the second, by the server's clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from chevet.actions.end_encounter import end
from chevet.model.appointments import AppointmentStatus, ParticipantRole
from tests.server.visit import MINUTE, booked

PARIS = ZoneInfo("Europe/Paris")
BEFORE, AFTER = 15 * MINUTE, 30 * MINUTE


def at(text: str, *, fold: int = 0) -> float:
    """A time as the clocks of Paris show it; `fold` 1 is the second of two that look the same."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold).timestamp()


ORDINARY = (at("2027-01-15T10:00"), at("2027-01-15T10:20"))
SPRING = (at("2027-03-28T01:45"), at("2027-03-28T03:15"))
"""Half an hour: clocks go from 2 to 3."""
AUTUMN = (at("2027-10-31T02:30", fold=1), at("2027-10-31T03:00"))
"""The second half past two of that night."""
NIGHT = (at("2027-01-15T23:50"), at("2027-01-16T00:10"))
EARLIER = (at("2027-01-15T08:00"), at("2027-01-15T08:20"))
LATER = (at("2027-01-15T15:00"), at("2027-01-15T15:20"))

TABLE = [
    ("one second before it opens", ORDINARY, ORDINARY[0] - BEFORE - 1, "early"),
    ("as it opens", ORDINARY, ORDINARY[0] - BEFORE, "open"),
    ("one second after it opened", ORDINARY, ORDINARY[0] - BEFORE + 1, "open"),
    ("at the agreed time", ORDINARY, ORDINARY[0], "open"),
    ("at the agreed end", ORDINARY, ORDINARY[1], "open"),
    ("one second before it closes", ORDINARY, ORDINARY[1] + AFTER - 1, "open"),
    ("as it closes", ORDINARY, ORDINARY[1] + AFTER, "over"),
    ("one second after it closed", ORDINARY, ORDINARY[1] + AFTER + 1, "over"),
    ("spring: one second before it opens", SPRING, at("2027-03-28T01:30") - 1, "early"),
    ("spring: as it opens", SPRING, at("2027-03-28T01:30"), "open"),
    ("spring: one second after it opened", SPRING, at("2027-03-28T01:30") + 1, "open"),
    ("spring: as the clocks change", SPRING, at("2027-03-28T03:00"), "open"),
    ("spring: one second before it closes", SPRING, at("2027-03-28T03:45") - 1, "open"),
    ("spring: as it closes", SPRING, at("2027-03-28T03:45"), "over"),
    ("spring: one second after it closed", SPRING, at("2027-03-28T03:45") + 1, "over"),
    ("autumn: the first half past two", AUTUMN, at("2027-10-31T02:30"), "early"),
    ("autumn: one second before it opens", AUTUMN, at("2027-10-31T02:15", fold=1) - 1, "early"),
    ("autumn: as it opens", AUTUMN, at("2027-10-31T02:15", fold=1), "open"),
    ("autumn: one second after it opened", AUTUMN, at("2027-10-31T02:15", fold=1) + 1, "open"),
    ("autumn: one second before it closes", AUTUMN, at("2027-10-31T03:30") - 1, "open"),
    ("autumn: as it closes", AUTUMN, at("2027-10-31T03:30"), "over"),
    ("autumn: one second after it closed", AUTUMN, at("2027-10-31T03:30") + 1, "over"),
    ("over midnight: one second before it opens", NIGHT, at("2027-01-15T23:35") - 1, "early"),
    ("over midnight: as it opens", NIGHT, at("2027-01-15T23:35"), "open"),
    ("over midnight: as the day ends", NIGHT, at("2027-01-16T00:00"), "open"),
    ("over midnight: one second before it closes", NIGHT, at("2027-01-16T00:40") - 1, "open"),
    ("over midnight: as it closes", NIGHT, at("2027-01-16T00:40"), "over"),
]
MOVED = [
    ("earlier: one second before it opens", EARLIER, at("2027-01-15T07:45") - 1, "early"),
    ("earlier: as it opens", EARLIER, at("2027-01-15T07:45"), "open"),
    ("earlier: one second before it closes", EARLIER, at("2027-01-15T08:50") - 1, "open"),
    ("earlier: as it closes", EARLIER, at("2027-01-15T08:50"), "over"),
    ("earlier: at the time of before", EARLIER, ORDINARY[0], "over"),
    ("later: at the time of before", LATER, ORDINARY[0], "early"),
    ("later: one second before it opens", LATER, at("2027-01-15T14:45") - 1, "early"),
    ("later: as it opens", LATER, at("2027-01-15T14:45"), "open"),
    ("later: one second before it closes", LATER, at("2027-01-15T15:50") - 1, "open"),
    ("later: as it closes", LATER, at("2027-01-15T15:50"), "over"),
]
"""From ten o'clock to another hour of the same day, told the day before."""
CANCELLED = [
    ("one second before it opens", ORDINARY[0] - BEFORE - 1),
    ("as it opens", ORDINARY[0] - BEFORE),
    ("at the agreed time", ORDINARY[0]),
    ("one second before it closes", ORDINARY[1] + AFTER - 1),
    ("as it closes", ORDINARY[1] + AFTER),
]
ANSWERS = {"early": (409, "slot-early"), "open": (200, None), "over": (410, "slot-over")}


@pytest.mark.proves("S31", "C7", "F58")
@pytest.mark.parametrize(("slot", "now", "state"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
async def test_the_table_of_slots(product, slot, now, state):
    product.clock.now = slot[0] - 86_400
    visit = await booked(product, start_in_s=86_400, lasts_s=slot[1] - slot[0])
    product.clock.now = now
    door = (await visit.peek())["visit"]
    assert door["slot"] == {
        "state": state,
        "startAt": round(slot[0] * 1000),
        "endAt": round(slot[1] * 1000),
        "opensAt": round((slot[0] - BEFORE) * 1000),
        "closesAt": round((slot[1] + AFTER) * 1000),
        "now": round(now * 1000),
    }
    status, body = await visit.enter()
    assert (status, body.get("code")) == ANSWERS[state]


@pytest.mark.proves("S31")
@pytest.mark.parametrize(("slot", "now", "state"), [row[1:] for row in MOVED], ids=[row[0] for row in MOVED])
async def test_the_table_of_slots_that_were_moved(product, slot, now, state):
    product.clock.now = ORDINARY[0] - 86_400
    visit = await booked(product, start_in_s=86_400)
    await visit.change(start_at=slot[0], end_at=slot[1])
    product.clock.now = now
    assert (await visit.peek())["visit"]["slot"]["state"] == state
    status, body = await visit.enter()
    assert (status, body.get("code")) == ANSWERS[state]


@pytest.mark.proves("S31")
@pytest.mark.parametrize("now", [row[1] for row in CANCELLED], ids=[row[0] for row in CANCELLED])
async def test_the_table_of_slots_that_were_cancelled(product, now):
    product.clock.now = ORDINARY[0] - 86_400
    visit = await booked(product, start_in_s=86_400)
    await end(product.parts, visit.encounter_id, "cancelled")
    product.clock.now = now
    status, body = await visit.enter()
    assert (status, body["code"]) == (410, "link-cancelled")


@pytest.mark.proves("S31")
async def test_an_appointment_that_was_moved_opens_at_its_new_time(product):
    visit = await booked(product, start_in_s=0)
    start_at = visit.appointment.start_at + 86_400
    await visit.change(start_at=start_at, end_at=start_at + 20 * MINUTE)
    assert (await visit.enter())[0] == 409
    product.clock.now = start_at - BEFORE
    assert (await visit.enter())[0] == 200
    await visit.change(start_at=start_at - 86_400, end_at=start_at - 86_400 + 20 * MINUTE)
    assert (await visit.enter())[1]["code"] == "slot-over"


@pytest.mark.proves("S31")
async def test_an_appointment_that_was_cancelled_opens_no_more(product):
    visit = await booked(product)
    await end(product.parts, visit.encounter_id, "cancelled")
    assert (await visit.enter())[1]["code"] == "link-cancelled"
    assert (await visit.peek())["visit"]["ended"] == "cancelled"


@pytest.mark.proves("S18", "S26")
async def test_an_immediate_one_opens_at_once(product):
    visit = await booked(product, is_immediate=True, status=AppointmentStatus.BOOKED)
    door = (await visit.peek())["visit"]
    assert (door["slot"]["state"], door["isImmediate"]) == ("open", True)
    assert (await visit.enter())[0] == 200


@pytest.mark.proves("S31", "F58")
async def test_the_end_of_its_slot_cuts_no_call(product):
    """Who was let in comes back; a guest whom the practitioner calls in now comes; nobody else does."""
    visit = await booked(product)
    stranger = await visit.add_guest(ParticipantRole.COMPANION, "Paul")
    product.clock.now += 1
    doctor, _ = await visit.under_way()
    product.clock.now += 20 * MINUTE + AFTER
    again = await visit.come()
    assert (await visit.peek())["visit"]["slot"]["state"] == "open"
    await again.send("description", id="1", connectionId="x", type="offer", sdp="v=0", to=visit.doctor_id)
    assert (await doctor.until("peer-description"))["sender"] == visit.patient_id
    assert (await visit.enter(stranger))[1]["code"] == "slot-over"
    called_in = await visit.add_guest(ParticipantRole.INTERPRETER, "Marta")
    assert (await visit.enter(called_in))[0] == 200


@pytest.mark.proves("S31", "F58")
async def test_a_slot_that_was_moved_away_cuts_no_call(product):
    visit = await booked(product)
    await visit.under_way()
    await visit.change(start_at=product.clock.now + 86_400, end_at=product.clock.now + 90_000)
    assert (await visit.enter())[0] == 200


@pytest.mark.proves("S31")
async def test_who_waits_when_the_slot_ends_is_not_sent_away(product):
    """The page that is there stays; the door is closed for new ones."""
    visit = await booked(product)
    patient = await visit.come()
    product.clock.now += 20 * MINUTE + AFTER
    doctor = await visit.doctor()
    await visit.consent(patient)
    await doctor.send("admit", id="1", participantId=visit.patient_id)
    await patient.until("ice-servers")


async def test_the_door_says_who_receives_and_takes_no_one_in(product):
    visit = await booked(product, start_in_s=86_400)
    view = await visit.peek()
    door = view["visit"]
    assert (view["mode"], view["iceServers"], view["offer"]) == ("teleconsultation", [], None)
    assert (door["practitionerName"], door["participantName"]) == ("Dr Anaïs Morel", "Louise Martin")
    assert (door["role"], door["needsIntake"], door["timeZone"]) == ("patient", True, "Europe/Paris")
