"""A professional's agenda has news: her pages fetch it again, and ring when somebody waits (C11)."""

from chevet.actions.parts import Parts
from chevet.model.appointments import Appointment, Participant
from chevet.protocol import AgendaChanged, SeatRole
from chevet.store import appointments


def tell_desk(
    parts: Parts, appointment: Appointment, *, waiting: bool = False, patient_name: str = ""
) -> None:
    """`waiting`: `patient_name` has just come to the waiting room."""
    news = AgendaChanged(appointment_id=appointment.id, waiting=waiting, patient_name=patient_name)
    parts.rooms.tell(appointment.practitioner_id, SeatRole.DESK, news)


async def tell_desk_of_encounter(parts: Parts, encounter_id: str, *, who: Participant | None = None) -> None:
    """`who` has just come to the waiting room."""
    appointment = await parts.store.read(lambda tx: appointments.of_encounter(tx, encounter_id))
    if appointment is not None:
        tell_desk(parts, appointment, waiting=who is not None, patient_name=who.name if who else "")
