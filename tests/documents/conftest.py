"""The world that the documents speak about."""

import pytest

from db.database import Database
from tests.world import settle


@pytest.fixture(scope="module")
async def world(database: Database) -> Database:
    """The small invented company, for reading."""
    await settle(database)
    return database
