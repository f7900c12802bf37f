import asyncio
import json
import signal
import sys
from pathlib import Path

import pytest

from db.database import Database
from tests.engines.imports.house import ask, contacts, mapping, one

ROWS = 25_000
PEOPLE = """
name = "{source}"
about = "People, and their visits."
source = "{source}"
[[file]]
match = "people.csv"
[file.contact]
key = "id"
first_name = "name"
[file.interaction]
key = "visit:{{id}}"
type = {{ fixed = "WEBSITE_VISITED" }}
contact_id = "id"
occurred_at = {{ fixed = "2020-02-01" }}
"""


async def started(dsn: str, folder: Path) -> asyncio.subprocess.Process:
    command = (dsn, str(folder / "report.json"), mapping(folder, PEOPLE), str(folder / "people.csv"))
    module = ("-m", "tests.engines.imports.command")
    return await asyncio.create_subprocess_exec(
        sys.executable, *module, *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )


async def under_way(db: Database, format: str, process: asyncio.subprocess.Process) -> None:
    for _ in range(2_000):
        if await ask(db, "select 1 from import_run where format = $1 and rows_done >= 2000", format):
            return
        assert process.returncode is None, (await process.communicate())[1].decode()
        await asyncio.sleep(0.01)
    raise AssertionError("the import does not get under way")


async def rows_done(db: Database, format: str) -> int:
    found: int = await one(db, "select rows_done from import_run where format = $1", format)
    return found


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
async def test_a_broken_off_import_leaves_whole_batches_and_goes_on(
    database: Database, dsn: str, tmp_path: Path, how: signal.Signals
) -> None:
    path, format = tmp_path / "people.csv", tmp_path.name
    path.write_text("id,name\n" + "".join(f"{number},N{number}\n" for number in range(ROWS)))
    process = await started(dsn, tmp_path)
    await under_way(database, format, process)
    process.send_signal(how)
    out, errors = await process.communicate()
    done = await rows_done(database, format)
    assert done % 1_000 == 0
    assert done < ROWS
    if how is signal.SIGINT:
        assert process.returncode == 130, errors.decode()
        assert "Traceback" not in errors.decode() + out.decode()
        assert "Interrupted." in errors.decode()
        assert f"Its first {done} rows are in; the same command goes on from there." in out.decode()
    await settled(database, format, done)

    process = await started(dsn, tmp_path)
    out, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    await settled(database, format, ROWS)
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["files"][0]["went_on_from_row"] == done
    assert report["files"][0]["entities"]["contact"]["created"] == ROWS
    assert report["files"][0]["entities"]["interaction"]["stored"] == ROWS


async def settled(db: Database, source: str, rows: int) -> None:
    """So many contacts are there, so many interactions, and their sums agree."""
    for _ in range(500):
        busy = "select count(*) from pg_stat_activity where datname = current_database() and state = 'active'"
        if await one(db, busy) == 1:
            break
        await asyncio.sleep(0.01)
    assert len(await contacts(db, source)) == rows
    assert await one(db, "select count(*) from interaction where source = $1", source) == rows
    sums = (
        "select coalesce(sum(n), 0)::int from contact_rollup where contact_id in"
        " (select record_id from source_key where source = $1)"
    )
    assert await one(db, sums, source) == rows
