"""Encounters and invitations: their states and the transitions that are legal (FHIR R4 codes)."""

from enum import StrEnum

from msgspec import Struct

from chevet.errors import Conflict


class EncounterStatus(StrEnum):
    """https://hl7.org/fhir/R4/valueset-encounter-status.html, the codes that Chevet uses."""

    PLANNED = "planned"
    ARRIVED = "arrived"
    IN_PROGRESS = "in-progress"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class InvitationStatus(StrEnum):
    SENT = "sent"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    REVOKED = "revoked"


ENCOUNTER_TRANSITIONS: dict[EncounterStatus, frozenset[EncounterStatus]] = {
    EncounterStatus.PLANNED: frozenset(
        {EncounterStatus.ARRIVED, EncounterStatus.FINISHED, EncounterStatus.CANCELLED}
    ),
    EncounterStatus.ARRIVED: frozenset(
        # back to planned: moved to another time while somebody waited
        {
            EncounterStatus.PLANNED,
            EncounterStatus.IN_PROGRESS,
            EncounterStatus.FINISHED,
            EncounterStatus.CANCELLED,
        }
    ),
    EncounterStatus.IN_PROGRESS: frozenset({EncounterStatus.FINISHED}),
    EncounterStatus.FINISHED: frozenset(),
    EncounterStatus.CANCELLED: frozenset(),
}

INVITATION_TRANSITIONS: dict[InvitationStatus, frozenset[InvitationStatus]] = {
    InvitationStatus.SENT: frozenset(
        {InvitationStatus.REDEEMED, InvitationStatus.EXPIRED, InvitationStatus.REVOKED}
    ),
    InvitationStatus.REDEEMED: frozenset({InvitationStatus.EXPIRED, InvitationStatus.REVOKED}),
    InvitationStatus.EXPIRED: frozenset(),
    InvitationStatus.REVOKED: frozenset(),
}


class Encounter(Struct, kw_only=True):
    """One meeting through a link. Times are seconds since the epoch, UTC, by the server's clock."""

    id: str
    kind: str  # "dispatch" (visiorégulation), "teleconsultation"
    status: EncounterStatus
    organization_id: str
    practitioner_id: str
    created_at: float
    started_at: float | None = None
    finished_at: float | None = None
    version: int = 1

    def to(self, status: EncounterStatus) -> "Encounter":
        """Move to `status`. Raises Conflict when the transition is not legal."""
        if status not in ENCOUNTER_TRANSITIONS[self.status]:
            raise Conflict("encounter-state", f"{self.status} cannot become {status}")
        self.status = status
        return self

    def is_over(self) -> bool:
        return not ENCOUNTER_TRANSITIONS[self.status]


class Invitation(Struct, kw_only=True):
    """One invitation, four doors: SMS, e-mail, QR code and six-character code open the same seat.

    Only hashes of the link's token and of the code are kept (A14). `seat_generation` grows each time a
    device enters: a seat token of an older generation is evicted. `phone` (E.164) and `email` are erased
    when the encounter ends.
    """

    id: str
    encounter_id: str
    token_hash: str
    code_hash: str
    status: InvitationStatus
    created_at: float
    expires_at: float
    phone: str | None = None
    email: str | None = None
    redeemed_at: float | None = None
    seat_generation: int = 0
    version: int = 1

    def to(self, status: InvitationStatus) -> "Invitation":
        """Move to `status`. Raises Conflict when the transition is not legal."""
        if status not in INVITATION_TRANSITIONS[self.status]:
            raise Conflict("invitation-state", f"{self.status} cannot become {status}")
        self.status = status
        return self
