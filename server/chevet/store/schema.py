"""The tables and how they came to be: a list that only grows. Never edit a migration that was released.

Each migration runs in one transaction together with the version row, so a crash leaves the one before.
"""

from collections.abc import Callable, Mapping
from typing import Any

from chevet.store import StoreVersionError, Tx

SQLITE_TYPES: Mapping[str, str] = {
    "text": "text",
    "real": "real",
    "int": "integer",
    "blob": "blob",
    "end": " strict",
}
POSTGRES_TYPES: Mapping[str, str] = {
    # byte order, as SQLite compares
    "text": 'text collate "C"',
    "real": "double precision",
    "int": "bigint",
    "blob": "bytea",
    "end": "",
}

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """create table organization (
            id {text} not null primary key,
            kind {text} not null,
            name {text} not null,
            caller_name {text} not null,
            referents {text} not null,
            version {int} not null
        ){end}""",
        """create table account (
            id {text} not null primary key,
            username {text} not null unique,
            password_hash {text} not null,
            display_name {text} not null,
            role {text} not null,
            organization_id {text} not null,
            mobile {text},
            email {text},
            created_at {real} not null,
            version {int} not null
        ){end}""",
        """create table session (
            id {text} not null primary key,
            account_id {text} not null,
            created_at {real} not null,
            last_seen_at {real} not null,
            expires_at {real} not null
        ){end}""",
        "create index session_by_account on session (account_id)",
        "create index session_by_expiry on session (expires_at)",
        """create table challenge (
            id {text} not null primary key,
            account_id {text} not null,
            code_hash {text} not null,
            created_at {real} not null,
            expires_at {real} not null,
            attempts {int} not null,
            used_at {real}
        ){end}""",
        "create index challenge_by_account on challenge (account_id, created_at)",
        "create index challenge_by_expiry on challenge (expires_at)",
        """create table encounter (
            id {text} not null primary key,
            kind {text} not null,
            status {text} not null,
            organization_id {text} not null,
            practitioner_id {text} not null,
            created_at {real} not null,
            started_at {real},
            finished_at {real},
            version {int} not null
        ){end}""",
        "create index encounter_by_practitioner on encounter (practitioner_id, status)",
        """create table invitation (
            id {text} not null primary key,
            encounter_id {text} not null,
            token_hash {text} not null unique,
            code_hash {text} not null unique,
            status {text} not null,
            created_at {real} not null,
            expires_at {real} not null,
            phone {text},
            email {text},
            redeemed_at {real},
            seat_generation {int} not null,
            version {int} not null
        ){end}""",
        "create index invitation_by_encounter on invitation (encounter_id)",
        "create index invitation_by_expiry on invitation (status, expires_at)",
        """create table timeline_entry (
            id {text} not null primary key,
            encounter_id {text} not null,
            step {text} not null,
            at {real} not null,
            detail {text}
        ){end}""",
        "create index timeline_entry_by_encounter on timeline_entry (encounter_id, at)",
        """create table delivery (
            id {text} not null primary key,
            invitation_id {text} not null,
            channel {text} not null,
            recipient {text} not null,
            status {text} not null,
            reason {text},
            provider_id {text},
            created_at {real} not null,
            updated_at {real} not null,
            version {int} not null
        ){end}""",
        "create index delivery_by_invitation on delivery (invitation_id)",
        "create index delivery_by_provider on delivery (provider_id)",
        """create table job (
            id {text} not null primary key,
            kind {text} not null,
            payload {text} not null,
            run_at {real} not null,
            locked_until {real},
            attempts {int} not null,
            done_at {real},
            failed_at {real},
            error {text},
            dedup {text} unique
        ){end}""",
        "create index job_due on job (run_at) where done_at is null and failed_at is null",
        """create table audit_record (
            id {text} not null primary key,
            seq {int} not null unique,
            at {real} not null,
            actor {text} not null,
            action {text} not null,
            object {text} not null,
            detail {text} not null,
            mac {text} not null,
            previous_mac {text} not null
        ){end}""",
        """create table audit_head (
            id {text} not null primary key,
            seq {int} not null,
            last_mac {text} not null,
            mac {text} not null
        ){end}""",
    ),
    (
        """create table encounter_key (
            id {text} not null primary key,
            wrapped {blob} not null,
            created_at {real} not null
        ){end}""",
        """create table sealed_content (
            id {text} not null primary key,
            encounter_id {text} not null,
            content {blob} not null
        ){end}""",
        "create index sealed_content_by_encounter on sealed_content (encounter_id)",
        """create table photo (
            id {text} not null primary key,
            encounter_id {text} not null,
            photo_id {text} not null,
            width {int} not null,
            height {int} not null,
            size {int} not null,
            created_at {real} not null
        ){end}""",
        "create index photo_by_encounter on photo (encounter_id, created_at)",
    ),
    (
        """create table patient (
            id {text} not null primary key,
            organization_id {text} not null,
            birth_name {text} not null,
            birth_first_names {text} not null,
            birth_date {text} not null,
            sex {text} not null,
            birth_place_code {text} not null,
            used_name {text},
            used_first_name {text},
            ins_number {text},
            ins_oid {text},
            identity_status {text} not null,
            created_at {real} not null,
            version {int} not null
        ){end}""",
        "create index patient_by_birth_date on patient (organization_id, birth_date)",
        """create table appointment (
            id {text} not null primary key,
            organization_id {text} not null,
            practitioner_id {text} not null,
            encounter_id {text} not null unique,
            status {text} not null,
            start_at {real} not null,
            end_at {real} not null,
            created_at {real} not null,
            patient_id {text},
            reason {text} not null,
            contact_role {text} not null,
            contact_name {text} not null,
            phone {text},
            email {text},
            channel {text},
            is_immediate {int} not null,
            is_training {int} not null,
            sequence {int} not null,
            cancelled_because {text} not null,
            version {int} not null
        ){end}""",
        "create index appointment_by_practitioner on appointment (practitioner_id, start_at)",
        """create table participant (
            id {text} not null primary key,
            encounter_id {text} not null,
            role {text} not null,
            name {text} not null,
            status {text} not null,
            created_at {real} not null,
            account_id {text},
            invitation_id {text} unique,
            entered_at {real},
            admitted_at {real},
            left_at {real},
            precall {text},
            precall_at {real},
            version {int} not null
        ){end}""",
        "create index participant_by_encounter on participant (encounter_id, created_at)",
        """create table intake (
            id {text} not null primary key,
            consent {int},
            consent_at {real},
            consent_by {text} not null,
            refusal_reason {text} not null,
            place {text} not null,
            callback_phone {text},
            present {text} not null,
            identity_checked_at {real},
            identity_means {text} not null,
            suitability {text},
            suitability_at {real},
            version {int} not null
        ){end}""",
    ),
    (
        "alter table participant add column fresh_at {real}",
        "alter table participant add column reason {text} not null default ''",
        "alter table timeline_entry add column participant_id {text}",
        "create index appointment_by_encounter on appointment (encounter_id)",
    ),
    ("alter table appointment add column language {text} not null default 'fr'",),
)


def migrate(run: Callable[[Callable[[Tx], Any]], Any], types: Mapping[str, str]) -> None:
    """Bring the data to the newest version; `run` runs a function in one transaction and commits it.

    Raises StoreVersionError when the data is from a newer Chevet.
    """
    version = run(lambda tx: _version(tx, types))
    if version > len(MIGRATIONS):
        raise StoreVersionError(
            "store-too-new", f"the data has version {version}, this Chevet knows {len(MIGRATIONS)}"
        )
    for number in range(version + 1, len(MIGRATIONS) + 1):
        run(lambda tx, number=number: _apply(tx, number, types))


def _version(tx: Tx, types: Mapping[str, str]) -> int:
    """The version of the data, 0 when there is none yet."""
    tx.query("create table if not exists schema_version (version {int} not null){end}".format_map(types))
    rows = tx.query("select version from schema_version")
    if not rows:
        tx.query("insert into schema_version (version) values (0)")
    return rows[0]["version"] if rows else 0


def _apply(tx: Tx, number: int, types: Mapping[str, str]) -> None:
    """Unless another process, started at the same time, has just done it."""
    if _version(tx, types) >= number:
        return
    for statement in MIGRATIONS[number - 1]:
        tx.query(statement.format_map(types))
    tx.query("update schema_version set version = ?", number)
