"""How the tables come to be, and survive a crash on the way."""

import asyncio
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from chevet.model.people import Organization
from chevet.store import StoreVersionError, schema
from chevet.store.engines import open_store
from chevet.store.tables import KINDS, table_of
from chevet.store.transaction import SqlTx
from tests.store.people import organization

CRASH = Path(__file__).with_name("crash.py")


class Crash(BaseException):
    """Nothing may catch this."""


def crash_at(monkeypatch, store_class, statement):
    """The `statement`-th statement of the process, counted from 0, is its last."""
    left = [statement]
    execute = store_class.execute

    def counting(self, sql, values):
        if not left[0]:
            raise Crash
        left[0] -= 1
        return execute(self, sql, values)

    monkeypatch.setattr(store_class, "execute", counting)


@pytest.mark.proves("F55")
async def test_a_migration_that_stops_at_any_statement_starts_again_clean(store_url, tmp_path, monkeypatch):
    crashes = 0
    while await crashes_when_it_opens(store_url, tmp_path, monkeypatch, statement=crashes):
        crashes += 1
        assert set(await tables(store_url, tmp_path)) in whole_migrations()
    assert crashes > len(KINDS)
    store = open_store(store_url, tmp_path)
    await store.open()
    await store.run(lambda tx: tx.insert(organization(id="o")))
    assert (await store.read(lambda tx: tx.get(Organization, "o"))).id == "o"
    await store.close()


def whole_migrations():
    """The tables after each number of migrations; at the very first the file may have none."""
    left = [set(), {"schema_version"}]
    for statements in schema.MIGRATIONS:
        names = re.findall(r"create table (\w+)", " ".join(statements))
        left.append(left[-1] | set(names))
    return left


async def crashes_when_it_opens(store_url, tmp_path, monkeypatch, statement):
    store = open_store(store_url, tmp_path)
    with monkeypatch.context() as patched:
        for each in SqlTx.__subclasses__():
            crash_at(patched, each, statement)
        try:
            await store.open()
        except Crash:
            return True
        finally:
            await store.close()
    return False


async def tables(store_url, tmp_path):
    """What a half-done migration left."""
    if store_url == "sqlite":
        with closing(sqlite3.connect(tmp_path / "chevet.db")) as connection:
            rows = connection.execute("select name from sqlite_master where type = 'table'").fetchall()
    else:
        with psycopg.connect(store_url) as connection:
            sql = "select table_name from information_schema.tables where table_schema = current_schema()"
            rows = connection.execute(sql).fetchall()
    return [name for (name,) in rows]


@pytest.mark.proves("F55")
def test_a_process_killed_at_any_statement_of_a_migration_starts_again_clean(tmp_path):
    done = subprocess.run(
        [sys.executable, CRASH, "migrate", "sqlite", tmp_path], capture_output=True, check=True
    )
    killed, version = map(int, done.stdout.split())
    assert killed > len(KINDS)
    assert version == len(schema.MIGRATIONS)


async def test_data_of_a_newer_version_is_refused_and_left_alone(store_url, tmp_path):
    store = open_store(store_url, tmp_path)
    await store.open()
    await store.run(lambda tx: tx.query("update schema_version set version = 99"))
    await store.close()
    for _ in range(2):
        store = open_store(store_url, tmp_path)
        with pytest.raises(StoreVersionError):
            await store.open()
        await store.close()


async def test_two_processes_may_start_at_once(store_url, tmp_path):
    stores = [open_store(store_url, tmp_path) for _ in range(4)]
    await asyncio.gather(*(store.open() for store in stores))
    versions = [
        await store.read(lambda tx: tx.query("select version from schema_version")) for store in stores
    ]
    assert versions == [[{"version": len(schema.MIGRATIONS)}]] * 4
    for store in stores:
        await store.close()


async def test_every_column_of_every_struct_is_in_its_table_and_no_other(store, store_url):
    sql = "select name from pragma_table_info(?)"
    if store_url != "sqlite":
        sql = """select column_name as name from information_schema.columns
            where table_schema = current_schema() and table_name = ?"""
    for table in map(table_of, KINDS):
        rows = await store.read(lambda tx, name=table.name: tx.query(sql, name))
        assert {row["name"] for row in rows} == set(table.columns), table.name
