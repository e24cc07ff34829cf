"""The store: records that must outlive the process, the same on both engines.

`Store.run(fn)` runs `fn(tx)`, plain synchronous code over a `Tx`, in one transaction, off the event loop.
`fn` may run again after a serialization conflict: it must have no effect besides `tx`.
Queries live in one file a noun (`accounts.py`, `invitations.py`…), each a function of `tx`.
`engines.open_store` makes the one that the configuration names.
"""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from msgspec import Struct

from chevet.errors import ChevetError

T = TypeVar("T", bound=Struct)
R = TypeVar("R")


class StoreVersionError(ChevetError):
    """The data was written by a newer Chevet: this one must not touch it."""


class Tx(Protocol):
    """One transaction. A struct's table is its class name in snake_case; every struct has `id: str`."""

    def insert(self, record: Struct) -> None:
        """Add a record. Raises Conflict when its id or a unique column is taken."""
        ...

    def get(self, kind: type[T], id: str) -> T:  # noqa: A002 - the column's name
        """Raises NotFound."""
        ...

    def find(self, kind: type[T], *, order: str = "id", limit: int = 100, **equal: Any) -> list[T]:
        """Records whose columns equal the given values (None means null). `order` "-at" is descending."""
        ...

    def update(self, record: T) -> T:
        """Write a record back.

        When it has `version`: raises Conflict if another writer came first, and returns (and leaves in
        `record`) the next version. Without one: raises NotFound when it is gone.
        """
        ...

    def delete(self, kind: type[Struct], id: str) -> None:  # noqa: A002 - the column's name
        """Remove a record; nothing happens when it is absent."""
        ...

    def query(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """Plain SQL for what the above cannot say, `?` for each value; only inside `store/`."""
        ...

    def atomic(self, fn: Callable[[], R]) -> R:
        """A savepoint: what `fn` did is undone when it raises, the transaction goes on."""
        ...


class Store(Protocol):
    async def open(self) -> None:
        """Connect and migrate. Raises StoreVersionError when the data is from a newer Chevet."""
        ...

    async def close(self) -> None:
        """Finish what was asked for, then let go of the engine."""
        ...

    async def run(self, fn: Callable[[Tx], R]) -> R:
        """Run `fn` in a write transaction; what it returns is durable when this returns.

        Raises Unavailable when the engine cannot be reached, is locked by another process, or is full.
        """
        ...

    async def read(self, fn: Callable[[Tx], R]) -> R:
        """Run `fn` on a read-only snapshot."""
        ...


__all__ = ["R", "Store", "StoreVersionError", "T", "Tx"]
