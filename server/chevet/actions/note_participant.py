"""Traces of a meeting that note themselves (R8): written in the transaction of the change, shown once it is kept."""

from chevet.actions.parts import Parts
from chevet.model.appointments import Appointment, Participant
from chevet.model.keys import new_id
from chevet.model.timeline import Step, TimelineEntry
from chevet.store import Tx, audit, timeline

LATE_AFTER_S = 300
"""Five minutes after the agreed time somebody is late."""


def note(tx: Tx, parts: Parts, participant: Participant, step: Step, detail: str | None = None) -> None:
    """A step of the encounter's timeline."""
    entry = TimelineEntry(
        id=new_id(),
        encounter_id=participant.encounter_id,
        step=step,
        at=parts.clock(),
        detail=detail,
        participant_id=participant.id,
    )
    timeline.append(tx, entry)


def note_late(tx: Tx, parts: Parts, participant: Participant, appointment: Appointment) -> None:
    """If it is so. `detail` is in whole minutes. No hour was agreed for an immediate visit."""
    late_s = parts.clock() - appointment.start_at
    if late_s > LATE_AFTER_S and not appointment.is_immediate:
        note(tx, parts, participant, Step.PARTICIPANT_LATE, str(int(late_s // 60)))


def trail(
    tx: Tx, parts: Parts, encounter_id: str, action: str, *, actor: str, participant: Participant
) -> None:
    """A row of the audit trail: codes and ids, no name."""
    audit.append(
        tx,
        parts.keys,
        at=parts.clock(),
        actor=actor,
        action=action,
        object=encounter_id,
        detail={"participant": participant.id, "role": participant.role.value},
    )
