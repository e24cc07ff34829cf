"""Encounters."""

from chevet.model.visits import Encounter, EncounterStatus
from chevet.store import Tx
from chevet.store.tables import records

OPEN = (EncounterStatus.PLANNED, EncounterStatus.ARRIVED, EncounterStatus.IN_PROGRESS)


def open_encounters(tx: Tx, practitioner_id: str) -> list[Encounter]:
    """Those of this practitioner that are not over, newest first."""
    sql = """select * from encounter where practitioner_id = ? and status in (?, ?, ?)
        order by created_at desc, id"""
    return records(Encounter, tx.query(sql, practitioner_id, *OPEN))
