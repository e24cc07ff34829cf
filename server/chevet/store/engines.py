"""Which engine the configuration names."""

from pathlib import Path

from chevet.store import Store
from chevet.store.sqlite import SqliteStore


def open_store(url: str, data_dir: Path) -> Store:
    """`sqlite` is `data_dir`/chevet.db; `postgresql://…` needs the extra `postgres`. Open it before use."""
    if url == "sqlite":
        return SqliteStore(data_dir / "chevet.db")
    if url.startswith(("postgresql://", "postgres://")):
        from chevet.store.postgres import PostgresStore  # noqa: PLC0415 - psycopg is optional

        return PostgresStore(url)
    raise ValueError("database must be “sqlite” or start with postgresql://")
