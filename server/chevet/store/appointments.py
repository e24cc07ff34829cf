"""Appointments of téléconsultations."""

from chevet.model.appointments import Appointment
from chevet.store import Tx


def of_encounter(tx: Tx, encounter_id: str) -> Appointment | None:
    """None for an encounter that was never agreed upon: a visiorégulation."""
    found = tx.find(Appointment, encounter_id=encounter_id, limit=1)
    return found[0] if found else None
