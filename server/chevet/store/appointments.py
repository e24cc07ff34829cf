"""Appointments of téléconsultations."""

from chevet.model.appointments import Appointment
from chevet.store import Tx


def of_encounter(tx: Tx, encounter_id: str) -> Appointment | None:
    """None for an encounter that was never agreed upon: a visiorégulation."""
    found = tx.find(Appointment, encounter_id=encounter_id, limit=1)
    return found[0] if found else None


def trainings(tx: Tx, practitioner_id: str) -> list[str]:
    """Encounters of trainings with the virtual patient that are not over."""
    found = tx.find(Appointment, practitioner_id=practitioner_id, is_training=True)
    return [appointment.encounter_id for appointment in found if not appointment.is_over()]
