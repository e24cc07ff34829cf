"""Sessions, and the one-time codes that open them."""

from collections.abc import Collection

from chevet.errors import NotFound
from chevet.model.people import Account
from chevet.model.records import Session
from chevet.store import Tx


def with_account(tx: Tx, session_id: str) -> tuple[Session, Account] | None:
    """The session of this token hash and whose it is; its times are for the caller to judge."""
    try:
        session = tx.get(Session, session_id)
        return session, tx.get(Account, session.account_id)
    except NotFound:
        return None


def revoke_all(tx: Tx, account_id: str) -> None:
    """Sign an account out everywhere."""
    tx.query("delete from session where account_id = ?", account_id)


def purge_expired(tx: Tx, *, now: float) -> None:
    """Forget sessions and one-time codes past their time."""
    tx.query("delete from session where expires_at <= ?", now)
    tx.query("delete from challenge where expires_at <= ?", now)


def still_open(tx: Tx, session_ids: Collection[str]) -> set[str]:
    """Which of these sessions have not been revoked."""
    marks = ", ".join("?" for _ in session_ids)
    return {row["id"] for row in tx.query(f"select id from session where id in ({marks})", *session_ids)}
