"""What became of the messages of an invitation."""

from chevet.model.records import DELIVERY_TRANSITIONS, Delivery, DeliveryStatus
from chevet.store import Tx
from chevet.store.tables import records


def of_invitation(tx: Tx, invitation_id: str) -> list[Delivery]:
    """Oldest first."""
    return tx.find(Delivery, invitation_id=invitation_id, order="created_at")


def by_invitation(tx: Tx, encounter_id: str) -> dict[str, list[Delivery]]:
    """All of an encounter, oldest first, by the id of their invitation."""
    sql = """select delivery.* from delivery join invitation on invitation.id = delivery.invitation_id
        where invitation.encounter_id = ? order by delivery.created_at, delivery.id"""
    found: dict[str, list[Delivery]] = {}
    for delivery in records(Delivery, tx.query(sql, encounter_id)):
        found.setdefault(delivery.invitation_id, []).append(delivery)
    return found


def by_provider_id(tx: Tx, provider_id: str) -> Delivery | None:
    """The message that an operator's receipt speaks of."""
    found = tx.find(Delivery, provider_id=provider_id, order="-created_at", limit=1)
    return found[0] if found else None


def may_become(now: str, then: str) -> bool:
    """Whether a message may go from one status to another: receipts come late, twice, and out of order."""
    return DeliveryStatus(then) in DELIVERY_TRANSITIONS[DeliveryStatus(now)]


def erase_recipients(tx: Tx, invitation_id: str) -> None:
    """Numbers and addresses go when the encounter is over."""
    for delivery in of_invitation(tx, invitation_id):
        delivery.recipient = ""
        tx.update(delivery)
