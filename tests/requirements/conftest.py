"""Who asks in the tests of requirements: the small invented company, in a database of the module's own."""

import pytest

from db.database import Database
from tests.requirements import filled
from tests.requirements.graph import Graph


@pytest.fixture(scope="module")
def graph(world: Database) -> Graph:
    """Asks the small invented company; a test changes only what it has made itself."""
    return Graph(world)


@pytest.fixture(scope="module")
async def full(graph: Graph) -> Graph:
    """The same with records that have a value in every field that can be given."""
    await filled.settle(graph)
    return graph
