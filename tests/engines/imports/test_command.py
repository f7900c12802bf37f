import json
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from db.database import Database, Transaction
from domain.intake import Incoming, Received
from engines import customers
from engines.imports import transfer
from server.imports import run_import
from tests.engines.imports.house import contacts, mapping


async def test_what_was_done_is_printed_and_written_down(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    format = mapping(tmp_path)
    (tmp_path / "people.csv").write_text("id,firstName,email\n1,Ann,nothing [bold]\n2,Bob,\n")
    assert await run_import(database, format, [tmp_path], None) == 0
    out, said = capsys.readouterr()
    assert "mapping.toml is left out: No part of the mapping names it." in out
    assert 'people.csv, line 2, email "nothing [bold]": does not have the shape of an e-mail address' in out
    assert "The whole report is in leadgraph-import-people.json." in said
    report = json.loads((tmp_path / "leadgraph-import-people.json").read_text())
    assert report["files"][0]["entities"]["contact"]["created"] == 2
    assert report["left_out"] == [{"file": "mapping.toml", "because": "No part of the mapping names it."}]


@pytest.mark.parametrize(
    ("format", "path", "sentence"),
    [
        ("nothing", "people.csv", 'There is no mapping "nothing": name one of contoso,'),
        ("contoso", "nowhere", "There is no file or folder"),
        ("contoso", ".", "There is no file of contoso in"),
    ],
)
async def test_a_command_that_cannot_be_meant_is_answered_in_a_sentence(
    database: Database,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    format: str,
    path: str,
    sentence: str,
) -> None:
    assert await run_import(database, format, [tmp_path / path], None) == 2
    assert sentence in capsys.readouterr().err
    assert not os.listdir(tmp_path)


async def test_a_refused_file_is_exit_status_1(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "people.csv").write_text("firstName\nAnn\n")
    format, to = mapping(tmp_path), tmp_path / "report.json"
    assert await run_import(database, format, [tmp_path / "people.csv"], to) == 1
    assert 'Refused: people.csv has no column "id"' in capsys.readouterr().out
    assert json.loads(to.read_text())["files"][0]["finished"] is False


async def test_a_database_that_is_lost_leaves_whole_batches(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"{number},N\n" for number in range(1_500))
    (tmp_path / "people.csv").write_text("id,firstName\n" + rows)
    whole = customers.receive

    async def lost(tx: Transaction, batch: Sequence[Incoming], now: datetime) -> list[Received]:
        if len(batch) < 1_000:
            raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")
        return await whole(tx, batch, now)

    monkeypatch.setattr(customers, "receive", lost)
    monkeypatch.setattr(transfer, "BATCH", 1_000)
    arguments: tuple[Any, ...] = (mapping(tmp_path), [tmp_path / "people.csv"], tmp_path / "report.json")
    assert await run_import(database, *arguments) == 1
    out, said = capsys.readouterr()
    assert "The database cannot be reached any more: connection was closed" in said
    assert "Its first 1000 rows are in; the same command goes on from there." in out
    assert len(await contacts(database, tmp_path.name)) == 1_000
    monkeypatch.setattr(customers, "receive", whole)
    assert await run_import(database, *arguments) == 0
    assert len(await contacts(database, tmp_path.name)) == 1_500
