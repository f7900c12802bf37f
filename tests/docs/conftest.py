"""A server for the guide's mutations and subscriptions."""

from collections.abc import Iterator

import pytest

from db.database import Database
from tests.conftest import served


@pytest.fixture(scope="module")
def writing(world: Database, dsn: str) -> Iterator[str]:
    """The address of a Leadgraph process over the small company, for writing."""
    with served(dsn) as address:
        yield address
