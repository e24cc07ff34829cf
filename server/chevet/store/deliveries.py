"""What became of the messages of an invitation."""

from chevet.model.records import Delivery
from chevet.store import Tx


def deliveries_of(tx: Tx, invitation_id: str) -> list[Delivery]:
    """Oldest first."""
    return tx.find(Delivery, invitation_id=invitation_id, order="created_at")


def delivery_by_provider_id(tx: Tx, provider_id: str) -> Delivery | None:
    """The message that an operator's receipt speaks of."""
    found = tx.find(Delivery, provider_id=provider_id, order="-created_at", limit=1)
    return found[0] if found else None
