"""The audit trail: rows chained by a keyed digest (A57).

Nobody without the master key can edit, remove, reorder, insert or cut off a row unseen. The head row says
where the trail ends. Who puts back an older head together with the older tail is found by an anchor: the
`seq` and `mac` of some row, kept elsewhere.
"""

from typing import Any

import msgspec
from msgspec import Struct

from chevet.model.keys import Keys, new_id
from chevet.model.records import AuditHead, AuditRecord
from chevet.store import Tx
from chevet.store.tables import records

HEAD = "head"
PAGE = 1000


class AuditVerdict(Struct, kw_only=True):
    """How many `rows` stand, and the first `bad_seq` when the trail does not hold.

    `reason`: `changed`, `missing`, `unlinked`, `unexpected`, `cut` or `anchor`.
    """

    rows: int
    bad_seq: int | None = None
    reason: str | None = None


def append(
    tx: Tx,
    keys: Keys,
    *,
    at: float,
    actor: str,
    action: str,
    object: str,  # noqa: A002 - the column's name
    detail: dict[str, Any] | None = None,
) -> AuditRecord:
    """Add a row. `detail` holds codes and figures, never a name, a number or a secret."""
    head = _head(tx)
    record = AuditRecord(
        id=new_id(),
        seq=head.seq + 1 if head else 1,
        at=float(at),
        actor=actor,
        action=action,
        object=object,
        detail=msgspec.json.encode(detail or {}, order="sorted").decode(),
        mac="",
        previous_mac=head.last_mac if head else "",
    )
    record.mac = _row_mac(keys, record)
    tx.insert(record)
    _move_head(tx, keys, head, record)
    return record


def verify(tx: Tx, keys: Keys, anchor: tuple[int, str] | None = None) -> AuditVerdict:
    """Walk the whole trail. `anchor` is the `seq` and `mac` of a row that must still be there."""
    last: AuditRecord | None = None
    for record in _rows(tx):
        reason = _flaw(keys, record, last)
        if reason:
            expected = last.seq + 1 if last else 1
            return AuditVerdict(rows=expected - 1, bad_seq=min(expected, record.seq), reason=reason)
        if anchor and record.seq == anchor[0] and record.mac != anchor[1]:
            return AuditVerdict(rows=record.seq - 1, bad_seq=record.seq, reason="anchor")
        last = record
    return _verify_end(tx, keys, last, anchor)


def _verify_end(tx: Tx, keys: Keys, last: AuditRecord | None, anchor: tuple[int, str] | None) -> AuditVerdict:
    rows, mac = (last.seq, last.mac) if last else (0, "")
    head = _head(tx)
    if (head is None) != (last is None):
        return AuditVerdict(rows=rows, bad_seq=rows + 1, reason="cut")
    if head and (head.seq != rows or head.last_mac != mac or head.mac != _head_mac(keys, rows, mac)):
        return AuditVerdict(rows=rows, bad_seq=rows + 1, reason="cut")
    if anchor and anchor[0] > rows:
        return AuditVerdict(rows=rows, bad_seq=rows + 1, reason="anchor")
    return AuditVerdict(rows=rows)


def _flaw(keys: Keys, record: AuditRecord, last: AuditRecord | None) -> str | None:
    expected = last.seq + 1 if last else 1
    if record.seq != expected:
        return "missing" if record.seq > expected else "unexpected"
    if record.mac != _row_mac(keys, record):
        return "changed"
    return None if record.previous_mac == (last.mac if last else "") else "unlinked"


def _rows(tx: Tx) -> Any:
    """Every row by `seq`, a page at a time."""
    page = records(AuditRecord, tx.query("select * from audit_record order by seq limit ?", PAGE))
    while page:
        yield from page
        sql = "select * from audit_record where seq > ? order by seq limit ?"
        page = records(AuditRecord, tx.query(sql, page[-1].seq, PAGE))


def _head(tx: Tx) -> AuditHead | None:
    found = tx.find(AuditHead, id=HEAD, limit=1)
    return found[0] if found else None


def _move_head(tx: Tx, keys: Keys, head: AuditHead | None, record: AuditRecord) -> None:
    mac = _head_mac(keys, record.seq, record.mac)
    moved = AuditHead(id=HEAD, seq=record.seq, last_mac=record.mac, mac=mac)
    if head is None:
        tx.insert(moved)
    else:
        tx.update(moved)


def _row_mac(keys: Keys, row: AuditRecord) -> str:
    covered = [row.seq, row.id, row.at, row.actor, row.action, row.object, row.detail, row.previous_mac]
    return keys.mac("audit", msgspec.json.encode(covered).decode()).hex()


def _head_mac(keys: Keys, seq: int, last_mac: str) -> str:
    return keys.mac("audit-head", str(seq), last_mac).hex()
