"""The store on SQLite, for one server process: one writer thread with group commit, a few reader threads.

Every write transaction is opened by BEGIN IMMEDIATE on the one writer connection, so no upgrade from reader
to writer can fail with "database is locked" (F49). Up to 64 units share a commit and its fsync, each behind
its own savepoint. `synchronous=FULL` in WAL mode: what was acknowledged survives kill -9 (F50) and a power
cut (F51).
"""

import asyncio
import os
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from chevet.errors import Conflict, Unavailable
from chevet.store import R, Tx
from chevet.store.schema import SQLITE_TYPES, migrate
from chevet.store.transaction import SqlTx

GROUP = 64
"""Units that share one commit."""
READERS = 3
BUSY_S = 5
"""How long to wait for another process (a backup, the command line) that holds the write lock."""
WAL_LIMIT_BYTES = 64 * 1024 * 1024
_TROUBLE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
}
_UNIQUE = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}


class SqliteTx(SqlTx):
    def __init__(self, db: Database) -> None:
        super().__init__()
        self._db = db

    def execute(self, sql: str, values: tuple[Any, ...]) -> tuple[list[dict[str, Any]], int]:
        cursor = self._db.execute(sql, values)
        if cursor.description is None:
            return [], cursor.rowcount
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()], cursor.rowcount

    def savepoint(self) -> AbstractContextManager[Any]:
        return self._db.atomic()

    @contextmanager
    def unique_guard(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.IntegrityError as error:
            if error.sqlite_errorcode in _UNIQUE:
                raise Conflict("taken", "a unique column is taken") from error
            raise


class _Unit:
    """One `run`: what to do, and who waits for it."""

    def __init__(self, fn: Callable[[Tx], Any], loop: asyncio.AbstractEventLoop) -> None:
        self.fn = fn
        self.loop = loop
        self.future: asyncio.Future[Any] = loop.create_future()
        self.result: Any = None
        self.error: BaseException | None = None

    def settle(self) -> None:
        """In the event loop: hand over the outcome, unless nobody waits any more."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class SqliteStore:
    """`path` is the database file; its folder is made when it is absent."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._units: queue.SimpleQueue[_Unit | None] = queue.SimpleQueue()
        self._writer: threading.Thread | None = None
        self._readers: ThreadPoolExecutor | None = None
        self._local = threading.local()
        self._reader_connections: list[Database] = []

    async def open(self) -> None:
        await asyncio.to_thread(self._prepare)
        self._writer = threading.Thread(target=self._write_all, name="store-writer", daemon=True)
        self._writer.start()
        self._readers = ThreadPoolExecutor(READERS, "store-reader", self._connect_reader)

    async def close(self) -> None:
        writer, readers = self._writer, self._readers
        self._writer = self._readers = None
        if readers is not None:
            await asyncio.to_thread(readers.shutdown)
        for db in self._reader_connections:
            db.close()
        self._reader_connections.clear()
        if writer is not None:
            self._units.put(None)
            await asyncio.to_thread(writer.join)

    async def run(self, fn: Callable[[Tx], R]) -> R:
        if self._writer is None:
            raise Unavailable("store-closed")
        unit = _Unit(fn, asyncio.get_running_loop())
        self._units.put(unit)
        return await unit.future

    async def read(self, fn: Callable[[Tx], R]) -> R:
        if self._readers is None:
            raise Unavailable("store-closed")
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, fn)

    # --- threads ---

    def _prepare(self) -> None:
        """Make the file (for its owner only: journal files inherit that) and migrate it."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        with closing(connect(self._path)) as db, _trouble():
            migrate(lambda fn: _transaction(db, fn), SQLITE_TYPES)

    def _write_all(self) -> None:
        with closing(connect(self._path)) as db:
            while True:
                units, is_last = self._next_group()
                if units:
                    _write_group(db, units)
                for unit in units:
                    _hand_over(unit)
                if is_last:
                    return

    def _next_group(self) -> tuple[list[_Unit], bool]:
        """Wait for one unit, take those that queue behind it. True when the store is closing."""
        units: list[_Unit] = []
        while len(units) < GROUP:
            try:
                unit = self._units.get(block=not units)
            except queue.Empty:
                return units, False
            if unit is None:
                return units, True
            if not unit.future.cancelled():
                units.append(unit)
        return units, False

    def _connect_reader(self) -> None:
        self._local.db = connect(self._path, read_only=True)
        self._reader_connections.append(self._local.db)

    def _read(self, fn: Callable[[Tx], R]) -> R:
        db: Database = self._local.db
        with _trouble(), db.atomic():
            return fn(SqliteTx(db))


def connect(path: Path, *, read_only: bool = False) -> Database:
    mode = "ro" if read_only else "rw"
    uri = f"{path.resolve().as_uri()}?mode={mode}"
    connection = sqlite3.connect(
        uri, uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    db = Database(connection, recursive_triggers=False, execute_plugins=False)
    if not read_only:
        connection.execute("pragma journal_mode=wal")
        connection.execute("pragma synchronous=full")
        connection.execute(f"pragma journal_size_limit={WAL_LIMIT_BYTES}")
        connection.execute("pragma secure_delete=on")  # an erased number leaves no trace in free space
    return db


def _write_group(db: Database, units: list[_Unit]) -> None:
    """All units in one transaction; if that as a whole fails, each in its own."""
    try:
        _begin(db)
    except sqlite3.Error as error:
        for unit in units:
            unit.error = _as_unavailable(error)
        return
    try:
        for unit in units:
            _attempt(db, unit)
        db.conn.execute("commit")
    except sqlite3.Error:
        db.rollback()
        for unit in units:
            _write_alone(db, unit)


def _begin(db: Database) -> None:
    db.conn.execute("begin immediate")


def _attempt(db: Database, unit: _Unit) -> None:
    """Run a unit behind its savepoint. Raises only when the engine gave the whole transaction up."""
    tx = SqliteTx(db)
    unit.result = unit.error = None
    try:
        unit.result = tx.atomic(lambda: unit.fn(tx))
    except BaseException as error:
        unit.error = _as_unavailable(error)
        if not db.conn.in_transaction:
            raise sqlite3.OperationalError("the transaction was given up") from error


def _write_alone(db: Database, unit: _Unit) -> None:
    unit.error = None
    try:
        unit.result = _transaction(db, unit.fn)
    except BaseException as error:  # noqa: BLE001 - handed to who waits
        unit.error = _as_unavailable(error)


def _transaction(db: Database, fn: Callable[[Tx], R]) -> R:
    """One transaction of its own, on a connection that writes."""
    _begin(db)
    tx = SqliteTx(db)
    try:
        result = fn(tx)
        db.conn.execute("commit")
    except BaseException:
        db.rollback()
        tx.forget_versions()
        raise
    return result


def _as_unavailable(error: BaseException) -> BaseException:
    """Trouble with the disk or with another process is no fault of the code that met it."""
    if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF in _TROUBLE:
        unavailable = Unavailable("store-unavailable", str(error))
        unavailable.__cause__ = error
        return unavailable
    return error


@contextmanager
def _trouble() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise _as_unavailable(error) from error


def _hand_over(unit: _Unit) -> None:
    try:
        unit.loop.call_soon_threadsafe(unit.settle)
    except RuntimeError:  # the loop is closed: nobody waits
        return
