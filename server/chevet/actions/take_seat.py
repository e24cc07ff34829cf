"""From a seat token to the right to sit there now."""

from chevet.actions.parts import Parts
from chevet.errors import Gone, NotAuthenticated, NotFound
from chevet.model.records import Session
from chevet.model.seats import SeatClaim, unseal
from chevet.model.visits import Encounter
from chevet.protocol import SeatRole
from chevet.store import Tx, invitations


class Replaced(Gone):
    """A newer device of the caller has the seat."""


async def check_seat(parts: Parts, token: str) -> SeatClaim:
    """Raises NotAuthenticated, Gone (the encounter is over), Replaced."""
    claim = unseal(parts.keys, token)

    def check(tx: Tx) -> None:
        if tx.get(Encounter, claim.encounter_id).is_over():
            raise Gone("link-finished", "this encounter is over")
        if claim.role == SeatRole.CALLER:
            if invitations.of_encounter(tx, claim.encounter_id).seat_generation != claim.generation:
                raise Replaced("seat-replaced", "another device has taken the seat")
        elif not tx.find(Session, id=claim.session_id, limit=1):
            raise NotAuthenticated("session-over", "sign in again")

    try:
        await parts.store.read(check)
    except NotFound as error:
        raise Gone("link-finished", "this encounter is gone") from error
    return claim
