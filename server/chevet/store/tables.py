"""How a struct becomes a row and comes back. Names of tables and columns come from here and nowhere else."""

import re
from typing import Any, Generic

import msgspec
from msgspec import Struct

from chevet.model.appointments import Appointment, Intake, Participant, Patient
from chevet.model.contents import EncounterKey, Photo, SealedContent
from chevet.model.people import Account, Organization
from chevet.model.records import AuditHead, AuditRecord, Challenge, Delivery, Job, Session
from chevet.model.timeline import TimelineEntry
from chevet.model.visits import Encounter, Invitation
from chevet.store import T

KINDS: tuple[type[Struct], ...] = (
    Organization,
    Account,
    Session,
    Challenge,
    Encounter,
    Invitation,
    TimelineEntry,
    Delivery,
    Job,
    AuditRecord,
    AuditHead,
    EncounterKey,
    SealedContent,
    Photo,
    Patient,
    Appointment,
    Participant,
    Intake,
)

_COLUMN_TYPES: dict[type, str] = {
    msgspec.inspect.StrType: "text",
    msgspec.inspect.EnumType: "text",
    msgspec.inspect.FloatType: "real",
    msgspec.inspect.IntType: "integer",
    msgspec.inspect.BoolType: "boolean",
    msgspec.inspect.BytesType: "blob",
}


class Table(Generic[T]):
    """One struct's table: `columns` maps each column to text, real, integer, boolean, blob or json."""

    def __init__(self, kind: type[T]) -> None:
        self.kind = kind
        self.name = re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()
        self.columns: dict[str, str] = {}
        self.nullable: set[str] = set()
        for name, hint in _fields(kind):
            self.columns[name], is_nullable = _column_type(hint)
            if is_nullable:
                self.nullable.add(name)
        self.has_version = "version" in self.columns

    def to_row(self, record: T) -> dict[str, Any]:
        """Column → value, as both engines take it: lists and dicts as JSON text, booleans as 0 and 1."""
        row = msgspec.to_builtins(record, builtin_types=(bytes,))
        return {name: self.to_value(name, row[name]) for name in self.columns}

    def to_value(self, name: str, value: Any) -> Any:
        """One column's value as both engines take it. Raises ValueError for a column that does not exist."""
        kind = self.columns.get(name)
        if kind is None:
            raise ValueError(f"{self.name} has no column {name!r}")
        if value is None or kind in ("real", "integer", "blob"):
            return value
        if kind == "json":
            return msgspec.json.encode(value).decode()
        return int(value) if kind == "boolean" else str(value)

    def from_row(self, row: dict[str, Any]) -> T:
        return msgspec.convert({name: self._from_value(name, row[name]) for name in self.columns}, self.kind)

    def _from_value(self, name: str, value: Any) -> Any:
        kind = self.columns[name]
        if value is None or kind not in ("json", "boolean"):
            return value
        return msgspec.json.decode(value) if kind == "json" else bool(value)


def _fields(kind: type[Struct]) -> list[tuple[str, msgspec.inspect.Type]]:
    described = msgspec.inspect.type_info(kind)
    assert isinstance(described, msgspec.inspect.StructType)
    return [(field.encode_name, field.type) for field in described.fields]


def _column_type(hint: msgspec.inspect.Type) -> tuple[str, bool]:
    """The column's type and whether it may be null. Whatever is not a plain value is kept as JSON."""
    if not isinstance(hint, msgspec.inspect.UnionType):
        return _COLUMN_TYPES.get(type(hint), "json"), False
    parts = [part for part in hint.types if not isinstance(part, msgspec.inspect.NoneType)]
    name = _COLUMN_TYPES.get(type(parts[0]), "json") if len(parts) == 1 else "json"
    return name, len(parts) < len(hint.types)


_TABLES: dict[type[Struct], Table[Any]] = {kind: Table(kind) for kind in KINDS}


def table_of(kind: type[T]) -> Table[T]:
    """Raises ValueError for a struct that has no table, so that none is ever made by mistake."""
    table = _TABLES.get(kind)
    if table is None:
        raise ValueError(f"{kind.__name__} has no table")
    return table


def records(kind: type[T], rows: list[dict[str, Any]]) -> list[T]:
    """Rows of a query that selected every column of `kind`."""
    table = table_of(kind)
    return [table.from_row(row) for row in rows]


def first_record(kind: type[T], rows: list[dict[str, Any]]) -> T | None:
    return table_of(kind).from_row(rows[0]) if rows else None
