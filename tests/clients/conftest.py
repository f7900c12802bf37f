"""Real server processes for real clients to write to."""

from collections.abc import AsyncIterator, Iterator

import pytest

from db.database import Database, connected
from domain.intake import Incoming
from engines.customers import receive
from tests.conftest import cloned, served
from tests.world import NOW, settle

GUESTS = ["Alder", "Beech", "Cherry", "Elder", "Fir", "Larch", "Oak", "Pine", "Rowan", "Yew"]


@pytest.fixture(scope="session")
async def company(server: str, template: str) -> AsyncIterator[str]:
    """The address of a database with the small company and ten contacts more, for writing."""
    async with cloned(server, template) as dsn:
        async with connected(dsn) as database:
            await settle(database)
            await _invite(database)
        yield dsn


async def _invite(database: Database) -> None:
    guests = [Incoming("contact", "world", (name.lower(),), {"last_name": name}) for name in GUESTS]
    async with database.transaction() as tx:
        await receive(tx, guests, NOW)


@pytest.fixture(scope="session")
def writing(company: str) -> Iterator[str]:
    """The address of a Leadgraph process that clients may write to."""
    with served(company) as address:
        yield address
