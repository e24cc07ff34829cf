"""Sessions, and the one-time codes that open them."""

from chevet.model.records import Challenge, Session
from chevet.store import Tx


def live_session(tx: Tx, id: str, *, now: float) -> Session | None:  # noqa: A002 - the column's name
    """The session of this token hash, unless it is absent or past its time."""
    found = tx.find(Session, id=id, limit=1)
    return found[0] if found and found[0].expires_at > now else None


def revoke_sessions(tx: Tx, account_id: str) -> None:
    """Sign an account out everywhere."""
    tx.query("delete from session where account_id = ?", account_id)


def challenges_since(tx: Tx, account_id: str, since: float) -> int:
    """How many codes were sent to this account since then."""
    sql = "select count(*) as sent from challenge where account_id = ? and created_at >= ?"
    return tx.query(sql, account_id, since)[0]["sent"]


def live_challenges(tx: Tx, account_id: str, *, now: float) -> list[Challenge]:
    """Codes of this account that could still be used, newest first."""
    found = tx.find(Challenge, account_id=account_id, used_at=None, order="-created_at")
    return [challenge for challenge in found if challenge.expires_at > now]


def purge_sign_in(tx: Tx, *, now: float) -> None:
    """Forget sessions and codes past their time."""
    tx.query("delete from session where expires_at <= ?", now)
    tx.query("delete from challenge where expires_at <= ?", now)
