"""The join timeline of an encounter."""

from chevet.errors import Conflict
from chevet.model.timeline import Step, TimelineEntry
from chevet.store import Tx

_RANK = {step: rank for rank, step in enumerate(Step)}


def append(tx: Tx, entry: TimelineEntry) -> bool:
    """Add a step. False when its id is already there: a repeated report counts once."""
    try:
        tx.insert(entry)
    except Conflict:
        return False
    return True


def of_encounter(tx: Tx, encounter_id: str) -> list[TimelineEntry]:
    """In order of time; steps of the same instant in the order in which they normally happen."""
    entries = tx.find(TimelineEntry, encounter_id=encounter_id, order="at", limit=10_000)
    return sorted(entries, key=lambda entry: (entry.at, _RANK[entry.step]))
