"""What goes on, with real clients: subscriptions through breaks, deferred parts in each client's format."""

import sys

import pytest

from tests.clients.node import run
from tests.clients.test_clients import tell


def test_clients_follow_and_take_parts(
    subtests: pytest.Subtests, serving: str, writing: str, company: str
) -> None:
    finished = run(
        "streams.mjs",
        LEADGRAPH_READING=serving,
        LEADGRAPH_WRITING=writing,
        LEADGRAPH_COMPANY=company,
        LEADGRAPH_PYTHON=sys.executable,
    )
    tell(subtests, finished)
