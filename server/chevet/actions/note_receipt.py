"""What an SMS operator says of a message that it took."""

from collections.abc import Mapping

from chevet.actions.deliver import change_delivery
from chevet.actions.parts import Parts
from chevet.adapters.sms_receipt import read_receipt
from chevet.errors import NotFound
from chevet.store import deliveries


async def note_receipt(
    parts: Parts, secret: str, headers: Mapping[str, str], query: Mapping[str, str], body: bytes
) -> None:
    """Raises NotFound (wrong secret, or no receipts here), NotAllowed (wrong signature), InvalidInput.

    A receipt about a message that is not ours is passed over: operators repeat what we refuse.
    """
    if parts.config.sms is None:
        raise NotFound("receipt-unknown")
    receipt = read_receipt(
        parts.config.sms,
        receipt_url=parts.config.sms_receipt_url,
        secret=secret,
        headers=headers,
        query=query,
        body=body,
    )
    delivery = await parts.store.read(lambda tx: deliveries.by_provider_id(tx, receipt.provider_id))
    if delivery is not None:
        await change_delivery(parts, delivery.id, receipt.status, reason=receipt.reason)
