"""Seat tokens: what a page shows to take its seat. Signed, so that they outlive a restart of the server."""

import base64
import hmac

import msgspec
from msgspec import Struct

from chevet.errors import NotAuthenticated
from chevet.model.keys import Keys


class SeatClaim(Struct, frozen=True, array_like=True):
    """Whose seat. `generation` counts the devices of who came by a link; `session_id` is a professional's sign-in.

    `participant_id` names a meeting's seat. A desk's `encounter_id` is the account's id.
    """

    encounter_id: str
    role: str
    generation: int = 0
    session_id: str | None = None
    participant_id: str | None = None

    @property
    def seat(self) -> str:
        """The seat's name in its room."""
        return self.participant_id or self.role


def seal(keys: Keys, claim: SeatClaim) -> str:
    """The token of a claim."""
    body = base64.urlsafe_b64encode(msgspec.msgpack.encode(claim)).decode().rstrip("=")
    return f"{body}.{keys.hash('seat', body)[:43]}"


def unseal(keys: Keys, token: str) -> SeatClaim:
    """The claim of a token. Raises NotAuthenticated when we did not make it."""
    body, _, mac = token.partition(".")
    if not hmac.compare_digest(mac.encode(), keys.hash("seat", body)[:43].encode()):
        raise NotAuthenticated("seat-token", "this seat token was not made here")
    return msgspec.msgpack.decode(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)), type=SeatClaim)
