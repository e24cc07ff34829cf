"""Appointments of today in demo mode, so that the agenda shows something to try."""

from msgspec import Struct

from chevet.actions.book_visit import new_appointment, open_visit
from chevet.actions.keep_patient import keep_patient, patient_of
from chevet.actions.parts import Parts
from chevet.actions.tell_visit import queue_slot
from chevet.model.appointments import AppointmentStatus, ContactRole, Sex
from chevet.model.people import Account
from chevet.model.records import Channel
from chevet.protocol import PatientIdentity
from chevet.store import Tx, appointments

PRACTITIONER = "medecin"
QUARTER_S = 900
DAY_S = 86_400
OPEN = (AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED)


class DemoVisit(Struct, frozen=True, kw_only=True):
    """Somebody who exists nowhere else. `in_quarters` of an hour from now, rounded up."""

    in_quarters: int
    patient: PatientIdentity
    reason: str
    channel: Channel
    address: str
    contact_role: ContactRole = ContactRole.PATIENT
    contact_name: str = ""


VISITS = (
    DemoVisit(
        in_quarters=3,
        patient=PatientIdentity(
            birth_name="LE GOFF",
            birth_first_names="JEANNE MARIE",
            birth_date="1948-03-12",
            sex=Sex.FEMALE,
            birth_place_code="44109",
        ),
        reason="Suivi de tension",
        channel=Channel.SMS,
        address="+33639980011",
    ),
    DemoVisit(
        in_quarters=6,
        patient=PatientIdentity(
            birth_name="TANGUY",
            birth_first_names="MARCEL",
            birth_date="1936-11-02",
            sex=Sex.MALE,
            birth_place_code="29019",
        ),
        reason="Avis sur une plaie",
        channel=Channel.EMAIL,
        address="soignant@demo.example",
        contact_role=ContactRole.PROFESSIONAL,
        contact_name="Yann Kerbrat, EHPAD Les Tilleuls",
    ),
    DemoVisit(
        in_quarters=10,
        patient=PatientIdentity(
            birth_name="BENALI",
            birth_first_names="SAMIR",
            birth_date="1979-06-21",
            sex=Sex.MALE,
            birth_place_code="99352",
        ),
        reason="Renouvellement",
        channel=Channel.EMAIL,
        address="samir@famille.example",
    ),
)


async def fill_agenda(parts: Parts) -> None:
    """Unless something is booked in the next 24 hours. Nothing is sent: « Renvoyer » does."""
    now = parts.clock()

    def write(tx: Tx) -> None:
        account = tx.find(Account, username=PRACTITIONER, limit=1)[0]
        if appointments.of_practitioner(tx, account.id, since=now, until=now + DAY_S, statuses=OPEN):
            return
        for visit in VISITS:
            _book(tx, parts, account, visit)

    await parts.store.run(write)


def _book(tx: Tx, parts: Parts, account: Account, visit: DemoVisit) -> None:
    start_at = (parts.clock() // QUARTER_S + visit.in_quarters) * QUARTER_S
    appointment = new_appointment(parts, account, start_at, start_at + 2 * QUARTER_S)
    appointment.reason, appointment.channel = visit.reason, visit.channel
    appointment.contact_role, appointment.contact_name = visit.contact_role, visit.contact_name
    if visit.channel is Channel.SMS:
        appointment.phone = visit.address
    else:
        appointment.email = visit.address
    patient = keep_patient(tx, patient_of(parts, account, visit.patient))
    open_visit(tx, parts, account, appointment, patient)
    queue_slot(tx, parts, appointment, reminded=False)
