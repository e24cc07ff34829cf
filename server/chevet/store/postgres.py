"""The store on PostgreSQL, for several server processes: psycopg's pool, in threads.

Transactions are SERIALIZABLE, so `fn` sees what it would see behind SQLite's one writer. The first try runs
beside others; a conflict makes the second try run alone, behind an advisory lock that first tries share: it
cannot meet another conflict, whatever the load. So the audit trail, which every writer extends, needs no lock.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from typing import Any

import psycopg
from psycopg import Connection, IsolationLevel
from psycopg.errors import DeadlockDetected, SerializationFailure, UniqueViolation
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from chevet.errors import Conflict, Unavailable
from chevet.store import R, Tx
from chevet.store.schema import POSTGRES_TYPES, migrate
from chevet.store.transaction import SqlTx

CONNECTIONS = 8
WAIT_S = 5
"""How long a unit may wait for a thread or a connection. A restart of PostgreSQL is waited for."""
RECONNECT_S = 2
"""Then the next unit tries anew, so that a long outage is not followed by a long back-off."""
LOCK_SHARED = b"select pg_advisory_xact_lock_shared(1667786102)"
LOCK_ALONE = b"select pg_advisory_lock(1667786102)"
UNLOCK_ALONE = b"select pg_advisory_unlock(1667786102)"
"""The advisory lock of Chevet's writers: 0x63686576, “chev”."""
SETTINGS = b"""set lock_timeout = '10s'; set statement_timeout = '30s';
    set idle_in_transaction_session_timeout = '60s'"""
_CONFLICTS = (SerializationFailure, DeadlockDetected)

Rows = Connection[dict[str, Any]]


class PostgresTx(SqlTx):
    def __init__(self, connection: Rows) -> None:
        super().__init__()
        self._connection = connection

    def execute(self, sql: str, values: tuple[Any, ...]) -> tuple[list[dict[str, Any]], int]:
        cursor = self._connection.execute(_with_marks(sql), values or None)
        return (cursor.fetchall() if cursor.description else []), cursor.rowcount

    def savepoint(self) -> AbstractContextManager[Any]:
        return self._connection.transaction()

    @contextmanager
    def unique_guard(self) -> Iterator[None]:
        try:
            with self.savepoint():
                yield
        except UniqueViolation as error:
            raise Conflict("taken", "a unique column is taken") from error


class PostgresStore:
    """`url` is a libpq connection string: postgresql://user@host/database."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool: ConnectionPool[Rows] | None = None
        self._threads: ThreadPoolExecutor | None = None

    async def open(self) -> None:
        self._pool = _pool(self._url)
        self._threads = ThreadPoolExecutor(CONNECTIONS, "store")
        try:
            await self._in_thread(self._prepare)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        threads, self._threads = self._threads, None
        pool, self._pool = self._pool, None
        if threads is not None:
            await asyncio.to_thread(threads.shutdown)
        if pool is not None:
            await asyncio.to_thread(pool.close)

    async def run(self, fn: Callable[[Tx], R]) -> R:
        return await self._in_thread(self._write, fn)

    async def read(self, fn: Callable[[Tx], R]) -> R:
        return await self._in_thread(self._read, fn)

    async def _in_thread(self, work: Callable[..., R], *values: Any) -> R:
        if self._threads is None or self._pool is None:
            raise Unavailable("store-closed")
        loop, asked = asyncio.get_running_loop(), time.monotonic()
        return await loop.run_in_executor(self._threads, _in_time, asked, work, self._pool, *values)

    # --- threads ---

    @staticmethod
    def _prepare(pool: ConnectionPool[Rows]) -> None:
        """Several processes may start at once: migrations run alone."""
        with _trouble():
            pool.open(wait=True, timeout=WAIT_S)
            with pool.connection() as connection:
                migrate(lambda fn: _alone(connection, fn), POSTGRES_TYPES)

    @staticmethod
    def _write(pool: ConnectionPool[Rows], fn: Callable[[Tx], R]) -> R:
        with _trouble(), pool.connection() as connection:
            try:
                return _beside_others(connection, fn)
            except _CONFLICTS:
                return _alone(connection, fn)

    @staticmethod
    def _read(pool: ConnectionPool[Rows], fn: Callable[[Tx], R]) -> R:
        with _trouble(), pool.connection() as connection:
            connection.isolation_level = IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            with connection.transaction():
                return fn(PostgresTx(connection))


def _in_time(asked: float, work: Callable[..., R], *values: Any) -> R:
    """In an outage, those that queue behind the first to wait fail with them, not one after the other."""
    if time.monotonic() - asked > WAIT_S:
        raise Unavailable("store-unavailable", "waited too long for a connection")
    return work(*values)


def _pool(url: str) -> ConnectionPool[Rows]:
    return ConnectionPool(
        url,
        connection_class=Connection[dict[str, Any]],
        kwargs={"row_factory": dict_row, "autocommit": True},
        configure=_configure,
        min_size=1,
        max_size=CONNECTIONS,
        open=False,
        timeout=WAIT_S,
        reconnect_timeout=RECONNECT_S,
        check=_check,
    )


def _configure(connection: Rows) -> None:
    connection.execute(SETTINGS)


def _check(connection: Rows) -> None:
    """A connection that the server has dropped meanwhile is replaced before it is handed out."""
    connection.execute(b"")


def _beside_others(connection: Rows, fn: Callable[[Tx], R]) -> R:
    return _transaction(connection, fn, LOCK_SHARED)


def _alone(connection: Rows, fn: Callable[[Tx], R]) -> R:
    """The lock is the session's: it must be held before the transaction takes its snapshot."""
    connection.execute(LOCK_ALONE)
    try:
        return _transaction(connection, fn)
    finally:
        if not connection.broken:  # a session that is gone holds no lock
            connection.execute(UNLOCK_ALONE)


def _transaction(connection: Rows, fn: Callable[[Tx], R], first: bytes | None = None) -> R:
    connection.isolation_level = IsolationLevel.SERIALIZABLE
    connection.read_only = False
    tx = PostgresTx(connection)
    try:
        with connection.transaction():
            if first:
                connection.execute(first)
            return fn(tx)
    except BaseException:
        tx.forget_versions()
        raise


@lru_cache(maxsize=512)
def _with_marks(sql: str) -> bytes:
    """The marks of psycopg for ours. No statement of ours has a question mark inside a literal."""
    return sql.replace("%", "%%").replace("?", "%s").encode()


@contextmanager
def _trouble() -> Iterator[None]:
    """A server that is away, full or stuck is no fault of the code that met it."""
    try:
        yield
    except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout, PoolClosed) as error:
        raise Unavailable("store-unavailable", str(error)) from error
