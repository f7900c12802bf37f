"""The commands of the page on handing interactions in do what it says, one after the other."""

import shutil
import subprocess
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest

from db.database import connected
from tests.conftest import cloned, served
from tests.docs import pages
from tests.docs.pages import GUIDE, SERVER
from tests.http.ingesting import people

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")


@pytest.fixture
async def address(server: str, template: str) -> AsyncIterator[str]:
    """The address of a process that knows the page's contact."""
    async with cloned(server, template) as dsn:
        async with connected(dsn) as database:
            await people(database, "demo", "contact-0001")
        with served(dsn) as found:
            yield found


def _same(shown: str, found: str) -> bool:
    """Whether a line is what the page shows, where ids may be cut short."""
    parts = shown.split("…")
    return found.startswith(parts[0]) and found.endswith(parts[-1])


def test_its_commands_are_answered_as_it_shows(address: str) -> None:
    blocks = [block for block in pages.blocks(GUIDE / "ingest.md") if block.language in ("bash", "ndjson")]
    commands = [(one, other) for one, other in pairwise(blocks) if one.language == "bash"]
    assert len(commands) >= 3
    for command, answer in commands:
        text = command.text.replace(SERVER, address)
        finished = subprocess.run(["bash", "-c", text], capture_output=True, text=True, check=True)
        found, shown = finished.stdout.splitlines(), answer.text.splitlines()
        assert len(found) == len(shown), finished.stdout
        assert [one for one, other in zip(shown, found, strict=True) if not _same(one, other)] == []
