"""Invitations, found by each of their doors."""

from chevet.model.visits import Invitation, InvitationStatus
from chevet.store import Tx
from chevet.store.encounters import OPEN
from chevet.store.tables import first_record, records


def invitation_by_token_hash(tx: Tx, token_hash: str) -> Invitation | None:
    found = tx.find(Invitation, token_hash=token_hash, limit=1)
    return found[0] if found else None


def invitation_by_code_hash(tx: Tx, code_hash: str) -> Invitation | None:
    found = tx.find(Invitation, code_hash=code_hash, limit=1)
    return found[0] if found else None


def invitation_of_encounter(tx: Tx, encounter_id: str) -> Invitation | None:
    """The newest one."""
    found = tx.find(Invitation, encounter_id=encounter_id, order="-created_at", limit=1)
    return found[0] if found else None


def current_invitation(tx: Tx, practitioner_id: str) -> Invitation | None:
    """The newest one of this practitioner that still opens a door, its encounter not being over."""
    sql = """select invitation.* from invitation join encounter on encounter.id = invitation.encounter_id
        where encounter.practitioner_id = ? and encounter.status in (?, ?, ?) and invitation.status in (?, ?)
        order by invitation.created_at desc, invitation.id limit 1"""
    open_invitations = (InvitationStatus.SENT, InvitationStatus.REDEEMED)
    return first_record(Invitation, tx.query(sql, practitioner_id, *OPEN, *open_invitations))


def invitations_to_expire(tx: Tx, *, now: float, limit: int = 100) -> list[Invitation]:
    """Sent, never used, and past their time; the longest past first."""
    sql = "select * from invitation where status = ? and expires_at <= ? order by expires_at, id limit ?"
    return records(Invitation, tx.query(sql, InvitationStatus.SENT, now, limit))
