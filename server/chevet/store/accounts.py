"""Accounts of people who sign in."""

from chevet.model.people import Account
from chevet.store import Tx


def by_username(tx: Tx, username: str) -> Account | None:
    found = tx.find(Account, username=username, limit=1)
    return found[0] if found else None
