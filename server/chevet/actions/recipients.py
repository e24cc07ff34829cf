"""To whom a message goes: checked numbers and addresses, on channels that this installation has, not too often (A3)."""

from chevet.actions.parts import Parts
from chevet.errors import Unavailable
from chevet.model.people import Account
from chevet.model.phone import normalise_email, normalise_mobile
from chevet.protocol import Channel


def recipients_of(parts: Parts, phone: str | None, email: str | None) -> dict[Channel, str]:
    """By channel, those that are given. Raises InvalidInput, Unavailable."""
    found: dict[Channel, str] = {}
    if phone and phone.strip():
        found[Channel.SMS] = normalise_mobile(phone, allowed_countries=parts.config.invitations.countries)
    if email and email.strip():
        found[Channel.EMAIL] = normalise_email(email)
    for channel in found:
        if not parts.senders()[channel]:
            raise Unavailable(
                f"{channel.value}-not-configured", "this installation cannot send on this channel"
            )
    return found


def spend_sending(parts: Parts, account: Account, recipients: dict[Channel, str]) -> None:
    """Raises TooManyRequests."""
    for recipient in recipients.values():
        parts.limits.dispatcher.spend(account.id, "too-many-invitations")
        parts.limits.recipient.spend(recipient, "too-many-to-recipient")
