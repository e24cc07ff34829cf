"""What both engines share of a transaction: structs in, SQL out. Only how SQL is run differs."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from msgspec import Struct

from chevet.errors import Conflict, InvalidInput, NotFound
from chevet.store import R, T
from chevet.store.tables import Table, table_of


class SqlTx(ABC):
    """A `Tx` over SQL that SQLite and PostgreSQL both understand."""

    def __init__(self) -> None:
        self._updated: list[tuple[Any, int]] = []  # records whose version grew, and the one before

    @abstractmethod
    def execute(self, sql: str, values: tuple[Any, ...]) -> tuple[list[dict[str, Any]], int]:
        """The rows, and how many were touched."""

    @abstractmethod
    def savepoint(self) -> AbstractContextManager[Any]:
        """What happens inside is undone when it raises."""

    @abstractmethod
    def unique_guard(self) -> AbstractContextManager[Any]:
        """Turns a violated unique column into Conflict and leaves the transaction usable."""

    def insert(self, record: Struct) -> None:
        table = table_of(type(record))
        row = table.to_row(record)
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" for _ in row)
        sql = f'insert into "{table.name}" ({names}) values ({marks}) on conflict do nothing'
        if not self._change(sql, *row.values()):
            raise Conflict("taken", f"{table.name}: the id or a unique column is taken")

    def get(self, kind: type[T], id: str) -> T:  # noqa: A002 - the column's name
        table = table_of(kind)
        rows = self.query(f'select * from "{table.name}" where id = ?', id)
        if not rows:
            raise NotFound("not-found", f"no such {table.name}")
        return table.from_row(rows[0])

    def find(self, kind: type[T], *, order: str = "id", limit: int = 100, **equal: Any) -> list[T]:
        table = table_of(kind)
        values = {name: table.to_value(name, value) for name, value in equal.items()}
        tests = [f'"{name}" is null' if value is None else f'"{name}" = ?' for name, value in values.items()]
        where = f" where {' and '.join(tests)}" if tests else ""
        sql = f'select * from "{table.name}"{where} order by {_ordering(table, order)} limit ?'
        rows = self.query(sql, *(value for value in values.values() if value is not None), limit)
        return [table.from_row(row) for row in rows]

    def update(self, record: T) -> T:
        table = table_of(type(record))
        row = table.to_row(record)
        key = [row.pop("id")]
        where = "id = ?"
        if table.has_version:
            key.append(row["version"])
            row["version"] += 1
            where += " and version = ?"
        assignments = ", ".join(f'"{name}" = ?' for name in row)
        with self.unique_guard():
            changed = self._change(
                f'update "{table.name}" set {assignments} where {where}', *row.values(), *key
            )
        return self._updated_record(table, record, changed=bool(changed))

    def delete(self, kind: type[Struct], id: str) -> None:  # noqa: A002 - the column's name
        self._change(f'delete from "{table_of(kind).name}" where id = ?', id)

    def query(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        return self.execute(sql, _checked(values))[0]

    def atomic(self, fn: Callable[[], R]) -> R:
        mark = len(self._updated)
        try:
            with self.savepoint():
                return fn()
        except BaseException:
            self.forget_versions(mark)
            raise

    def forget_versions(self, mark: int = 0) -> None:
        """What was updated since `mark` was undone: the records get their versions back."""
        while len(self._updated) > mark:
            record, version = self._updated.pop()
            record.version = version

    def _change(self, sql: str, *values: Any) -> int:
        return self.execute(sql, _checked(values))[1]

    def _updated_record(self, table: Table[T], record: T, *, changed: bool) -> T:
        if not changed and table.has_version:
            raise Conflict("stale", f"{table.name} was changed by another writer")
        if not changed:
            raise NotFound("not-found", f"no such {table.name}")
        if table.has_version:
            versioned: Any = record
            self._updated.append((versioned, versioned.version))
            versioned.version += 1
        return record


def _ordering(table: Table[Any], order: str) -> str:
    """Ties are broken by id; nulls come first going up, last going down, on both engines."""
    name = order.removeprefix("-")
    if name not in table.columns:
        raise ValueError(f"{table.name} has no column {name!r}")
    down = order.startswith("-")
    nulls = (" nulls last" if down else " nulls first") if name in table.nullable else ""
    return f'"{name}"{" desc" if down else ""}{nulls}' + ("" if name == "id" else ', "id"')


def _checked(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """PostgreSQL cannot hold the character NUL: neither engine takes it."""
    if any(isinstance(value, str) and "\x00" in value for value in values):
        raise InvalidInput("bad-text", "the character NUL is not text")
    return values
