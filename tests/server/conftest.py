import pytest

from tests.server.product import running


@pytest.fixture
async def product(tmp_path):
    async with running(tmp_path) as product:
        yield product
