"""Invitations, found by each of their doors."""

from chevet.errors import NotFound
from chevet.model.visits import EncounterStatus, Invitation, InvitationStatus
from chevet.store import Tx
from chevet.store.tables import first_record

OPEN_ENCOUNTERS = (EncounterStatus.PLANNED, EncounterStatus.ARRIVED, EncounterStatus.IN_PROGRESS)
OPEN_INVITATIONS = (InvitationStatus.SENT, InvitationStatus.REDEEMED)


def by_token_hash(tx: Tx, token_hash: str) -> Invitation | None:
    found = tx.find(Invitation, token_hash=token_hash, limit=1)
    return found[0] if found else None


def by_code_hash(tx: Tx, code_hash: str) -> Invitation | None:
    found = tx.find(Invitation, code_hash=code_hash, limit=1)
    return found[0] if found else None


def of_encounter(tx: Tx, encounter_id: str) -> Invitation:
    """The newest one. Raises NotFound."""
    found = tx.find(Invitation, encounter_id=encounter_id, order="-created_at", limit=1)
    if not found:
        raise NotFound("not-found", "this encounter has no invitation")
    return found[0]


def all_of_encounter(tx: Tx, encounter_id: str) -> list[Invitation]:
    """Oldest first: a téléconsultation has one for each of its guests."""
    return tx.find(Invitation, encounter_id=encounter_id, order="created_at")


def current(tx: Tx, practitioner_id: str) -> Invitation | None:
    """The newest one of this practitioner that still opens a door, its encounter not being over."""
    sql = """select invitation.* from invitation join encounter on encounter.id = invitation.encounter_id
        where encounter.practitioner_id = ? and encounter.status in (?, ?, ?) and invitation.status in (?, ?)
        order by invitation.created_at desc, invitation.id limit 1"""
    return first_record(Invitation, tx.query(sql, practitioner_id, *OPEN_ENCOUNTERS, *OPEN_INVITATIONS))
