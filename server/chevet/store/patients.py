"""Patients of an organization."""

from chevet.model.appointments import Appointment, Patient
from chevet.model.identity import same_person
from chevet.store import Tx

SAME_DAY = 5000
"""More people of one organization than are born on one day."""


def same_as(tx: Tx, patient: Patient) -> Patient | None:
    """The record of this organization with the same five traits (R10, R13): nobody is written down twice."""
    born = tx.find(
        Patient,
        organization_id=patient.organization_id,
        birth_date=patient.birth_date,
        order="created_at",
        limit=SAME_DAY,
    )
    return next((each for each in born if same_person(each, patient)), None)


def is_in_one_appointment(tx: Tx, patient_id: str) -> bool:
    """Whether a record stands for one appointment only: then a slip of the pen is mended in it."""
    return len(tx.find(Appointment, patient_id=patient_id, limit=2)) < 2
