"""The ways in which an encounter ends."""

from chevet.actions.parts import Parts
from chevet.actions.view_invitation import own_invitation
from chevet.errors import NotFound
from chevet.model.people import Account
from chevet.model.visits import Encounter, EncounterStatus, InvitationStatus
from chevet.store import Tx, audit, deliveries, invitations


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


async def end(parts: Parts, encounter_id: str, reason: str, account: Account | None = None) -> None:
    """End an encounter: `hung-up`, `cancelled` or `expired`. The caller's number and address are erased."""

    def write(tx: Tx) -> bool:
        encounter = tx.get(Encounter, encounter_id)
        if encounter.is_over():
            return False
        over = EncounterStatus.CANCELLED if reason != "hung-up" else EncounterStatus.FINISHED
        if encounter.status is EncounterStatus.IN_PROGRESS:
            over = EncounterStatus.FINISHED
        encounter.finished_at = parts.clock()
        tx.update(encounter.to(over))
        invitation = invitations.of_encounter(tx, encounter_id)
        invitation.phone = invitation.email = None
        status = InvitationStatus.EXPIRED if reason == "expired" else InvitationStatus.REVOKED
        tx.update(invitation.to(status))
        deliveries.erase_recipients(tx, invitation.id)
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

    if await parts.store.run(write):
        parts.uploads.forget(encounter_id)
        parts.rooms.finish(encounter_id, reason)
