"""Appointments and patients, on both engines."""

import pytest

from chevet.errors import NotFound
from chevet.model.appointments import (
    Appointment,
    AppointmentStatus,
    Participant,
    ParticipantRole,
    ParticipantStatus,
    Patient,
    Sex,
)
from chevet.model.identity import read_search
from chevet.model.keys import new_id
from chevet.model.records import Channel, Delivery
from chevet.store import appointments, patients
from tests.store.people import NOW, encounter, invitation

HALF_HOUR = 1800


def patient(**changes):
    fields = {
        "id": new_id(),
        "organization_id": "o",
        "birth_name": "LE GOFF",
        "birth_first_names": "JEANNE",
        "birth_date": "1941-03-12",
        "sex": Sex.FEMALE,
        "birth_place_code": "44109",
        "created_at": NOW,
    }
    return Patient(**fields | changes)


def appointment(start=0.0, lasts=HALF_HOUR, **changes):
    fields = {
        "id": new_id(),
        "organization_id": "o",
        "practitioner_id": "p",
        "encounter_id": new_id(),
        "status": AppointmentStatus.BOOKED,
        "start_at": NOW + start,
        "end_at": NOW + start + lasts,
        "created_at": NOW,
    }
    return Appointment(**fields | changes)


def participant(**changes):
    fields = {
        "id": new_id(),
        "encounter_id": "e",
        "role": ParticipantRole.PATIENT,
        "name": "Jeanne",
        "status": ParticipantStatus.INVITED,
        "created_at": NOW,
    }
    return Participant(**fields | changes)


async def insert(store, *records):
    await store.run(lambda tx: [tx.insert(record) for record in records])


async def names(store, query):
    return [each.id for each in await store.read(query)]


@pytest.mark.proves("S32")
async def test_a_practitioners_appointments_between_two_times(store):
    await insert(
        store,
        appointment(id="before", start=-HALF_HOUR),
        appointment(id="into", start=-60),
        appointment(id="late", start=HALF_HOUR),
        appointment(id="soon", start=60),
        appointment(id="after", start=2 * HALF_HOUR),
        appointment(id="hers", start=60, practitioner_id="q"),
    )

    def between(tx):
        return appointments.of_practitioner(tx, "p", since=NOW, until=NOW + 2 * HALF_HOUR)

    assert await names(store, between) == ["into", "soon", "late"]


@pytest.mark.proves("S32")
@pytest.mark.parametrize("newest_first", [False, True])
async def test_page_by_page_each_is_there_once(store, newest_first):
    """Also those that begin at the same second."""
    starts = {"a": 0, "b": 60, "c": 60, "d": 60, "e": 120}
    await insert(store, *(appointment(id=each, start=start) for each, start in starts.items()))
    pages, last = [], None
    for _ in range(3):

        def page(tx, after=last):
            return appointments.of_practitioner(
                tx, "p", since=0, until=NOW * 2, newest_first=newest_first, after=after, limit=2
            )

        found = await store.read(page)
        last = found[-1]
        pages.append([each.id for each in found])
    assert pages == ([["e", "d"], ["c", "b"], ["a"]] if newest_first else [["a", "b"], ["c", "d"], ["e"]])


async def test_only_those_in_some_states(store):
    await insert(
        store,
        *(
            appointment(id=status.value, start=rank, status=status)
            for rank, status in enumerate(AppointmentStatus)
        ),
    )

    def open_ones(tx):
        wanted = [AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED]
        return appointments.of_practitioner(tx, "p", since=0, until=NOW * 2, statuses=wanted)

    assert await names(store, open_ones) == ["booked", "arrived"]


@pytest.mark.proves("R13")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("leg", ["a"]),
        ("LE GOUARD", ["a"]),
        ("été", ["b"]),
        ("1941-03-12", ["a", "b"]),
        ("12/03/1941 ete", ["b"]),
        ("mar", ["b"]),
        ("zzz", []),
        ("?", []),
    ],
)
async def test_those_of_a_patient(store, text, found):
    await insert(
        store,
        patient(id="goff"),
        patient(id="ete", birth_name="ÉTÉ", used_name="MARTIN"),
        appointment(id="a", patient_id="goff"),
        appointment(id="b", start=60, patient_id="ete"),
        appointment(id="c", start=120, patient_id=None),
    )

    def searched(tx):
        return appointments.of_practitioner(tx, "p", since=0, until=NOW * 2, search=read_search(text))

    assert await names(store, searched) == found


@pytest.mark.parametrize(
    ("start", "lasts", "overlaps"),
    [
        (-HALF_HOUR, HALF_HOUR, False),
        (HALF_HOUR, HALF_HOUR, False),
        (-60, 120, True),
        (60, 60, True),
        (-60, 2 * HALF_HOUR, True),
        (HALF_HOUR - 1, 60, True),
        (-60, 61, True),
        (0, HALF_HOUR, True),
    ],
)
async def test_two_at_once_overlap_and_one_after_the_other_do_not(store, start, lasts, overlaps):
    await insert(store, appointment(id="first"), appointment(practitioner_id="q"))

    def others(tx):
        return appointments.overlapping(tx, "p", NOW + start, NOW + start + lasts)

    assert await names(store, others) == (["first"] if overlaps else [])


@pytest.mark.parametrize("status", AppointmentStatus)
async def test_what_does_not_take_place_takes_no_time(store, status):
    await insert(store, appointment(id="first", status=status))
    taken = await names(store, lambda tx: appointments.overlapping(tx, "p", NOW, NOW + 60))
    assert taken == ([] if status in {"cancelled", "noshow"} else ["first"])


@pytest.mark.parametrize(
    ("finished", "start", "overlaps"),
    [
        (600, 600, False),
        (600, 900, False),
        (600, 599, True),
        (None, 900, True),
        (HALF_HOUR, 900, True),
    ],
)
async def test_a_call_that_is_over_takes_time_until_it_was_hung_up(store, finished, start, overlaps):
    at = None if finished is None else NOW + finished
    await insert(store, encounter(id="e1", finished_at=at), appointment(id="first", encounter_id="e1"))
    taken = await names(store, lambda tx: appointments.overlapping(tx, "p", NOW + start, NOW + start + 60))
    assert taken == (["first"] if overlaps else [])


async def test_an_appointment_does_not_overlap_itself_nor_a_training(store):
    await insert(store, appointment(id="first"), appointment(id="exercise", is_training=True))
    taken = await names(store, lambda tx: appointments.overlapping(tx, "p", NOW, NOW + 60, besides="first"))
    assert taken == []


@pytest.mark.proves("A19")
async def test_ones_own(store):
    await insert(store, appointment(id="mine"))
    assert (await store.read(lambda tx: appointments.own(tx, "p", "mine"))).id == "mine"
    for practitioner_id, appointment_id in (("q", "mine"), ("p", "other")):
        with pytest.raises(NotFound):
            await store.read(
                lambda tx, who=practitioner_id, what=appointment_id: appointments.own(tx, who, what)
            )


async def test_a_sheet_holds_what_a_line_of_the_agenda_says(store):
    sent = Delivery(
        id="d",
        invitation_id="i1",
        channel=Channel.SMS,
        recipient="+33612345678",
        created_at=NOW,
        updated_at=NOW,
    )
    one, two = appointment(encounter_id="e1", patient_id="goff"), appointment(encounter_id="e2")
    await insert(
        store,
        *(one, two, patient(id="goff"), sent),
        *(encounter(id="e1"), encounter(id="e2")),
        *(invitation(id=name, encounter_id=name.replace("i", "e")) for name in ("i1", "i2")),
        invitation(id="guest", encounter_id="e1"),
        participant(id="doctor", encounter_id="e1", role=ParticipantRole.PRACTITIONER, account_id="p"),
        participant(id="p1", encounter_id="e1", invitation_id="i1", created_at=NOW + 1),
        participant(
            id="g1",
            encounter_id="e1",
            role=ParticipantRole.COMPANION,
            invitation_id="guest",
            created_at=NOW + 2,
        ),
        participant(id="p2", encounter_id="e2", invitation_id="i2"),
    )
    second, first = await store.read(lambda tx: appointments.sheets(tx, [two, one]))
    assert (second.patient, second.invitation.id, second.deliveries) == (None, "i2", [])
    assert first.patient.id == "goff"
    assert [each.id for each in first.participants] == ["doctor", "p1", "g1"]
    assert (first.patient_seat.id, first.invitation.id) == ("p1", "i1")
    assert [each.id for each in first.deliveries] == ["d"]
    assert await store.read(lambda tx: appointments.sheets(tx, [])) == []


@pytest.mark.proves("R10", "R13")
@pytest.mark.parametrize(
    ("changes", "is_same"),
    [
        ({"birth_name": "Le-Goff"}, True),
        ({"birth_first_names": "Jeanne "}, True),
        ({"birth_first_names": "Jeanne Marie"}, False),
        ({"sex": Sex.MALE}, False),
        ({"birth_date": "1941-03-13"}, False),
        ({"birth_place_code": "44000"}, False),
        ({"organization_id": "another"}, False),
        ({"used_name": "MARTIN"}, True),
    ],
)
async def test_the_same_five_traits_are_the_same_person(store, changes, is_same):
    await insert(store, patient(id="known"))
    found = await store.read(lambda tx: patients.same_as(tx, patient(**changes)))
    assert (found.id if found else None) == ("known" if is_same else None)


async def test_whether_a_record_stands_for_one_appointment(store):
    await insert(store, patient(id="goff"), appointment(patient_id="goff"))
    assert await store.read(lambda tx: patients.is_in_one_appointment(tx, "goff"))
    await insert(store, appointment(patient_id="goff"))
    assert not await store.read(lambda tx: patients.is_in_one_appointment(tx, "goff"))
