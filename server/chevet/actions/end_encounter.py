"""The ways in which an encounter ends."""

from chevet.actions.parts import Parts
from chevet.actions.tell_desk import tell_desk_of_encounter
from chevet.actions.view_invitation import own_invitation
from chevet.errors import NotFound
from chevet.model.appointments import AppointmentStatus, status_after
from chevet.model.people import Account
from chevet.model.timeline import Step, TimelineEntry
from chevet.model.visits import Encounter, EncounterStatus, Invitation, InvitationStatus
from chevet.store import Tx, appointments, audit, deliveries, invitations, timeline


async def cancel(parts: Parts, account: Account, invitation_id: str) -> None:
    """« Annuler »: the link no longer opens. Raises NotFound."""

    def write(tx: Tx) -> str:
        encounter, _ = own_invitation(tx, account, invitation_id)
        return encounter.id

    encounter_id = await parts.store.read(write)
    await end(parts, encounter_id, "cancelled", account)


async def finish(parts: Parts, account: Account, encounter_id: str) -> None:
    """« Raccrocher ». Doing it twice is no error. Raises NotFound."""

    def check(tx: Tx) -> None:
        if tx.get(Encounter, encounter_id).practitioner_id != account.id:
            raise NotFound("encounter-unknown", "no such encounter")

    await parts.store.read(check)
    await end(parts, encounter_id, "hung-up", account)
    await tell_desk_of_encounter(parts, encounter_id)


async def end(parts: Parts, encounter_id: str, reason: str, account: Account | None = None) -> None:
    """End an encounter: `hung-up`, `cancelled` or `expired`. The caller's number and address are erased."""
    if await parts.store.run(lambda tx: end_within(tx, parts, encounter_id, reason, account)):
        close_room(parts, encounter_id, reason)


def end_within(tx: Tx, parts: Parts, encounter_id: str, reason: str, account: Account | None = None) -> bool:
    """End it in the caller's transaction, its invitations and its appointment too. False when it was over."""
    encounter = tx.get(Encounter, encounter_id)
    if encounter.is_over():
        return False
    before = encounter.status
    over = EncounterStatus.CANCELLED if reason != "hung-up" else EncounterStatus.FINISHED
    if before is EncounterStatus.IN_PROGRESS:
        over = EncounterStatus.FINISHED
    encounter.finished_at = parts.clock()
    tx.update(encounter.to(over))
    for invitation in invitations.all_of_encounter(tx, encounter_id):
        _close_door(tx, invitation, reason)
    _close_appointment(tx, encounter_id, before, reason, at=parts.clock())
    who = account.username if account else "chevet"
    audit.append(
        tx,
        parts.keys,
        at=parts.clock(),
        actor=who,
        action=f"encounter.{reason}",
        object=encounter_id,
        detail={},
    )
    return True


def close_room(parts: Parts, encounter_id: str, reason: str) -> None:
    """Once it is written down: everybody is told."""
    parts.uploads.forget(encounter_id)
    parts.rooms.finish(encounter_id, reason)


def _close_door(tx: Tx, invitation: Invitation, reason: str) -> None:
    invitation.phone = invitation.email = None
    if invitation.status in invitations.OPEN_INVITATIONS:
        invitation.to(InvitationStatus.EXPIRED if reason == "expired" else InvitationStatus.REVOKED)
    tx.update(invitation)
    deliveries.erase_recipients(tx, invitation.id)


def _close_appointment(tx: Tx, encounter_id: str, before: EncounterStatus, reason: str, *, at: float) -> None:
    """Of a téléconsultation. Its status may have been said already, by hand."""
    appointment = appointments.of_encounter(tx, encounter_id)
    if appointment is None:
        return
    appointment.phone = appointment.email = None
    if not appointment.is_over():
        appointment.to(status_after(before, reason))
    tx.update(appointment)
    step = Step.VISIT_MISSED if appointment.status is AppointmentStatus.NOSHOW else Step.VISIT_FINISHED
    entry = TimelineEntry(
        id=f"over-{encounter_id}", encounter_id=encounter_id, step=step, at=at, detail=reason
    )
    timeline.append(tx, entry)
