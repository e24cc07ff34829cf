"""Records that stand beside the visits: sign-in, sending, jobs and the audit trail.

Times are seconds since the epoch, UTC, by the server's clock.
"""

from enum import StrEnum

from msgspec import Struct


class Channel(StrEnum):
    SMS = "sms"
    EMAIL = "email"


class DeliveryStatus(StrEnum):
    WAITING = "waiting"
    SENT = "sent"  # the operator or the mail server took it
    DELIVERED = "delivered"  # the operator says that the phone has it
    FAILED = "failed"


DELIVERY_TRANSITIONS: dict[DeliveryStatus, frozenset[DeliveryStatus]] = {
    DeliveryStatus.WAITING: frozenset({DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.FAILED}),
    DeliveryStatus.SENT: frozenset({DeliveryStatus.DELIVERED, DeliveryStatus.FAILED}),
    DeliveryStatus.DELIVERED: frozenset(),
    # a gateway that never answered may have sent it all the same: its receipt is believed
    DeliveryStatus.FAILED: frozenset({DeliveryStatus.DELIVERED}),
}


class Session(Struct, kw_only=True):
    """A signed-in browser. `id` is the hash of the cookie's token: the store cannot sign anybody in."""

    id: str
    account_id: str
    created_at: float
    last_seen_at: float
    expires_at: float


class Challenge(Struct, kw_only=True):
    """A one-time code that was sent to an account. Only its hash is kept; `attempts` counts wrong codes."""

    id: str
    account_id: str
    code_hash: str
    created_at: float
    expires_at: float
    attempts: int = 0
    used_at: float | None = None


class Delivery(Struct, kw_only=True):
    """One message of one invitation.

    `reason` is a code when it failed. `provider_id` is the operator's name for it, by which receipts find it.
    `recipient` is erased when the encounter is over.
    """

    id: str
    invitation_id: str
    channel: Channel
    recipient: str
    status: DeliveryStatus = DeliveryStatus.WAITING
    reason: str | None = None
    provider_id: str | None = None
    created_at: float
    updated_at: float
    version: int = 1


class Job(Struct, kw_only=True):
    """Work that follows a change, written in the change's own transaction.

    `payload` is a JSON object, wiped to `{}` once the job is over: it may hold a link or a number.
    `locked_until` is the lease of the worker that took it; `attempts` counts the times it was taken.
    `dedup` is unique: the same work is never queued twice.
    """

    id: str
    kind: str
    payload: str
    run_at: float
    locked_until: float | None = None
    attempts: int = 0
    done_at: float | None = None
    failed_at: float | None = None
    error: str | None = None
    dedup: str | None = None


class AuditRecord(Struct, kw_only=True):
    """Who did what to what. `seq` counts from 1 without a gap; `mac` covers this row and the one before it.

    `detail` is a small JSON object as text.
    """

    id: str
    seq: int
    at: float
    actor: str
    action: str
    object: str
    detail: str
    mac: str
    previous_mac: str


class AuditHead(Struct, kw_only=True):
    """Where the audit trail ends: without it, cutting the last rows could not be seen. One row, id `head`."""

    id: str
    seq: int
    last_mac: str
    mac: str
