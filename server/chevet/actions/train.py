"""« S'entraîner avec un patient fictif »: a real téléconsultation in everything but the patient."""

from chevet.actions.book_visit import IMMEDIATE_LASTS_S, new_appointment, note, open_visit
from chevet.actions.end_encounter import end
from chevet.actions.parts import Parts
from chevet.actions.tell_visit import queue_slot
from chevet.errors import Unavailable
from chevet.model.appointments import Appointment
from chevet.model.locales import texts
from chevet.model.people import Account
from chevet.model.visits import Invitation
from chevet.protocol import TrainingView
from chevet.store import Tx, appointments


async def train(parts: Parts, account: Account) -> TrainingView:
    """A visit that begins now, whose patient comes by himself. A training under way of the same account ends.

    Raises Busy, Unavailable.
    """
    parts.patients.check_free()
    for encounter_id in await parts.store.read(lambda tx: appointments.trainings(tx, account.id)):
        await end(parts, encounter_id, "hung-up", account)
    appointment, invitation = await parts.store.run(lambda tx: _write(tx, parts, account))
    try:
        await parts.patients.start(parts.config.join_url + parts.keys.join_token(invitation.id))
    except OSError as error:
        await end(parts, appointment.encounter_id, "cancelled", account)
        raise Unavailable("training-unavailable", "the virtual patient does not start") from error
    return TrainingView(appointment_id=appointment.id, encounter_id=appointment.encounter_id)


def _write(tx: Tx, parts: Parts, account: Account) -> tuple[Appointment, Invitation]:
    now = parts.clock()
    appointment = new_appointment(parts, account, now, now + IMMEDIATE_LASTS_S)
    appointment.is_immediate = appointment.is_training = True
    appointment.contact_name = texts("messages", "fr")["virtual-patient.name"]
    invitation = open_visit(tx, parts, account, appointment, None)
    note(tx, parts, account, "training.started", appointment)
    queue_slot(tx, parts, appointment)
    return appointment, invitation
