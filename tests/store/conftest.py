"""The store under test, once on each engine."""

import pytest

from chevet.model.keys import Keys
from chevet.store.engines import open_store

ENGINES = ["sqlite", "postgresql"]


@pytest.fixture(params=ENGINES)
def store_url(request):
    return "sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres_url")


@pytest.fixture
async def store(store_url, tmp_path):
    opened = open_store(store_url, tmp_path)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def keys():
    return Keys(b"k" * 32)
