"""Appointments of téléconsultations, and all that stands around them."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from msgspec import Struct

from chevet.errors import NotFound
from chevet.model.appointments import Appointment, AppointmentStatus, Participant, ParticipantRole, Patient
from chevet.model.identity import Search
from chevet.model.records import Delivery
from chevet.model.visits import Encounter, Invitation
from chevet.store import T, Tx
from chevet.store.tables import records, table_of

PAGE = 200
"""Appointments in one answer; what follows is asked for."""
VOID = (AppointmentStatus.CANCELLED, AppointmentStatus.NOSHOW)
"""They take nobody's time."""


class Sheet(Struct, kw_only=True):
    """One appointment with what its line in the agenda says. `invitation` and `deliveries` are the patient's."""

    appointment: Appointment
    encounter: Encounter
    patient: Patient | None
    participants: list[Participant]
    invitation: Invitation
    deliveries: list[Delivery]

    @property
    def patient_seat(self) -> Participant:
        return next(each for each in self.participants if each.role is ParticipantRole.PATIENT)


def of_encounter(tx: Tx, encounter_id: str) -> Appointment | None:
    """None for an encounter that was never agreed upon: a visiorégulation."""
    found = tx.find(Appointment, encounter_id=encounter_id, limit=1)
    return found[0] if found else None


def trainings(tx: Tx, practitioner_id: str) -> list[str]:
    """Encounters of trainings with the virtual patient that are not over."""
    found = tx.find(Appointment, practitioner_id=practitioner_id, is_training=True)
    return [appointment.encounter_id for appointment in found if not appointment.is_over()]


def own(tx: Tx, practitioner_id: str, appointment_id: str) -> Appointment:
    """Raises NotFound, for somebody else's too (A19)."""
    found = tx.find(Appointment, id=appointment_id, limit=1)
    if not found or found[0].practitioner_id != practitioner_id:
        raise NotFound("appointment-unknown", "no such appointment")
    return found[0]


def of_practitioner(
    tx: Tx,
    practitioner_id: str,
    *,
    since: float,
    until: float,
    statuses: Collection[AppointmentStatus] = (),
    search: Search | None = None,
    newest_first: bool = False,
    after: Appointment | None = None,
    limit: int = PAGE,
) -> list[Appointment]:
    """Those that have a part in [since, until[, in the order of time or the newest first. No `statuses`: all.

    `after`: only those that follow that one.
    """
    wanted = {"status": [status.value for status in statuses]} if statuses else {}
    if search is not None:
        wanted["patient_id"] = _found(tx, practitioner_id, search)
    if not all(wanted.values()):
        return []
    among = "".join(f" and {column} in ({_marks(values)})" for column, values in wanted.items())
    way, beyond = ("desc", "<") if newest_first else ("asc", ">")
    onward = f" and (start_at, id) {beyond} (?, ?)" if after else ""
    sql = f"""select * from appointment where practitioner_id = ? and start_at < ? and end_at > ?{among}{onward}
        order by start_at {way}, id {way} limit ?"""
    values = [value for values in wanted.values() for value in values]
    values += [after.start_at, after.id] if after else []
    return records(Appointment, tx.query(sql, practitioner_id, until, since, *values, limit))


def overlapping(
    tx: Tx, practitioner_id: str, start_at: float, end_at: float, *, besides: str = ""
) -> list[Appointment]:
    """Those that take this practitioner's time in [start_at, end_at[; the next may begin when one ends.

    A call that is over took the time until it was hung up, not until its agreed end.
    """
    sql = f"""select * from appointment where practitioner_id = ? and start_at < ? and end_at > ? and id <> ?
        and is_training = 0 and status not in ({_marks(VOID)})
        and not exists (select 1 from encounter where encounter.id = appointment.encounter_id
            and encounter.finished_at <= ?)
        order by start_at, id"""
    void = [status.value for status in VOID]
    return records(Appointment, tx.query(sql, practitioner_id, end_at, start_at, besides, *void, start_at))


def sheets(tx: Tx, appointments: list[Appointment]) -> list[Sheet]:
    """In the same order, by five queries however many there are."""
    encounters = {
        each.id: each for each in _among(tx, Encounter, "id", (a.encounter_id for a in appointments))
    }
    patients = {each.id: each for each in _among(tx, Patient, "id", (a.patient_id for a in appointments))}
    participants = _among(tx, Participant, "encounter_id", encounters)
    seats = {each.encounter_id: each for each in participants if each.role is ParticipantRole.PATIENT}
    invited = (each.invitation_id for each in seats.values())
    invitations = {each.id: each for each in _among(tx, Invitation, "id", invited)}
    in_encounter = _grouped(participants, lambda each: each.encounter_id)
    sent = _grouped(_among(tx, Delivery, "invitation_id", invitations), lambda each: each.invitation_id)
    return [
        Sheet(
            appointment=each,
            encounter=encounters[each.encounter_id],
            patient=patients.get(each.patient_id or ""),
            participants=in_encounter[each.encounter_id],
            invitation=invitations[seats[each.encounter_id].invitation_id or ""],
            deliveries=sent.get(seats[each.encounter_id].invitation_id or "", []),
        )
        for each in appointments
    ]


def _found(tx: Tx, practitioner_id: str, search: Search) -> list[str]:
    """Which of this practitioner's patients are looked for. Letters are compared here: neither engine can."""
    born = " and birth_date = ?" if search.birth_date else ""
    sql = f"""select * from patient where id in
        (select patient_id from appointment where practitioner_id = ?){born} order by created_at desc, id"""
    rows = tx.query(sql, practitioner_id, *([search.birth_date] if born else []))
    return [patient.id for patient in records(Patient, rows) if search.finds(patient)]


def _among(tx: Tx, kind: type[T], column: str, values: Iterable[str | None]) -> list[T]:
    """Records whose `column` is one of `values`, oldest first where records have an age."""
    wanted = sorted({value for value in values if value is not None})
    if not wanted:
        return []
    table = table_of(kind)
    order = "created_at, id" if "created_at" in table.columns else "id"
    sql = f'select * from "{table.name}" where "{column}" in ({_marks(wanted)}) order by {order}'
    return records(kind, tx.query(sql, *wanted))


def _grouped(records: Iterable[T], key: Callable[[T], str]) -> dict[str, list[T]]:
    groups: dict[str, list[T]] = {}
    for each in records:
        groups.setdefault(key(each), []).append(each)
    return groups


def _marks(values: Collection[Any]) -> str:
    return ", ".join("?" for _ in values)
