"""What is no whole export of a version that we know is refused, and leaves nothing behind."""

import json
from collections.abc import AsyncIterator, Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from db.database import Database, connected
from db.dump import latest
from engines.dumps.export import export
from engines.dumps.load import load
from server.exports import run_export, run_load
from tests.conftest import cloned
from tests.engines.dumps.house import Silent, ask, do, empty
from tests.world import settle

HELD = "select (select count(*) from account), (select count(*) from contact), (select count(*) from lead)"
TIES = "select count(*) from pg_constraint where contype = 'f'"


@pytest.fixture(scope="module")
async def source(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of the small company."""
    folder = tmp_path_factory.mktemp("source") / "export"
    async with cloned(server, template) as dsn, connected(dsn) as db:
        await settle(db)
        await export(db, folder, Silent())
    return folder


@pytest.fixture(scope="module")
async def target(server: str, template: str) -> AsyncIterator[Database]:
    """A database that stays empty, whatever is tried."""
    async with empty(server, template) as found:
        yield found


def copied(source: Path, to: Path) -> Path:
    """A copy of the export, to be changed."""
    to.mkdir()
    for path in source.iterdir():
        (to / path.name).write_bytes(path.read_bytes())
    return to


def told(folder: Path, change: Callable[[Any], None]) -> None:
    """Changes what the manifest says."""
    said = json.loads((folder / "manifest.json").read_text())
    change(said)
    (folder / "manifest.json").write_text(json.dumps(said))


def rewritten(folder: Path, table: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Changes every row of a table, and the manifest with it."""
    path = folder / f"{table}.ndjson"
    rows = [json.loads(line) for line in path.read_bytes().split(b"\n") if line]
    for row in rows:
        change(row)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    digest = sha256(path.read_bytes()).hexdigest()
    told(folder, lambda said: said["tables"][table].update(sha256=digest))


def _newer(folder: Path) -> None:
    told(folder, lambda said: said.update(migration=latest() + 1))


def _newer_format(folder: Path) -> None:
    told(folder, lambda said: said.update(format=2))


def _no_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def _broken_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text('{"format": 1, "tables": [')


def _another_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text('{"name": "a web app", "icons": []}')


def _one_byte(folder: Path) -> None:
    path = folder / "contact.ndjson"
    path.write_bytes(path.read_bytes().replace(b"Arbour", b"Harbor"))


def _one_row_less(folder: Path) -> None:
    path = folder / "contact.ndjson"
    path.write_bytes(path.read_bytes().split(b"\n", 1)[1])


def _no_file(folder: Path) -> None:
    (folder / "lead_stage.ndjson").unlink()


def _unknown_table(folder: Path) -> None:
    (folder / "spell.ndjson").write_text("")
    empty_part = {"columns": ["id"], "rows": 0, "sha256": sha256(b"").hexdigest()}
    told(folder, lambda said: said["tables"].update(spell=empty_part))


def _unknown_column(folder: Path) -> None:
    told(folder, lambda said: said["tables"]["contact"]["columns"].append("shoe_size"))


def _computed_column(folder: Path) -> None:
    told(folder, lambda said: said["tables"]["contact"]["columns"].append("full_name"))


def _wrong_value(folder: Path) -> None:
    rewritten(folder, "lead", lambda row: row.update(created_at="soon"))


def _broken_rule(folder: Path) -> None:
    rewritten(folder, "account", lambda row: row.update(name=""))


def _nobody(folder: Path) -> None:
    nobody = {"account_id": "0190f5fe-0000-7000-8000-000000000001"}
    rewritten(folder, "lead", lambda row: row.update(nobody))


def _no_month(folder: Path) -> None:
    told(folder, lambda said: said["months"].append("2026-13"))


def _no_columns(folder: Path) -> None:
    told(folder, lambda said: said["tables"]["contact"].update(columns=[]))


def _no_text(folder: Path) -> None:
    path = folder / "contact.ndjson"
    path.write_bytes(path.read_bytes().replace(b"Arbour", b"\xff\xfe"))
    digest = sha256(path.read_bytes()).hexdigest()
    told(folder, lambda said: said["tables"]["contact"].update(sha256=digest))


def _no_custom_field(folder: Path) -> None:
    rewritten(folder, "custom_field", lambda row: row.update(name="x') ; drop table contact; --"))


REFUSED = [
    (_newer, "The export is of a newer version of Leadgraph (migration"),
    (_newer_format, "The export is written in a way that only a newer version of Leadgraph reads."),
    (_no_manifest, "There is no manifest.json in"),
    (_broken_manifest, "is damaged: it does not say what an export holds."),
    (_another_manifest, "is damaged: it does not say what an export holds."),
    (_no_month, "is damaged: it does not say what an export holds."),
    (_no_columns, "is damaged: it does not say what an export holds."),
    (_no_text, "contact.ndjson holds a row that is no text in UTF-8."),
    (_no_custom_field, "custom_field"),
    (_one_byte, "The export is damaged: contact.ndjson is not as it was written"),
    (_one_row_less, "The export is damaged: contact.ndjson is not as it was written"),
    (_no_file, "The export is damaged: lead_stage.ndjson is missing."),
    (_unknown_table, "The export holds a table that this version does not know: spell."),
    (_unknown_column, "The export holds a column that this version does not know: contact.shoe_size."),
    (_computed_column, "The export holds a column that this version does not know: contact.full_name."),
    (_wrong_value, "lead.ndjson holds a row that the table does not take: "),
    (
        _broken_rule,
        "account.ndjson holds a row that the table does not take: it breaks the rule account_name_check.",
    ),
    (
        _nobody,
        "lead.ndjson names a record that is not in the export: it breaks the rule lead_account_id_fkey.",
    ),
]


@pytest.mark.parametrize(("damage", "sentence"), REFUSED, ids=lambda value: getattr(value, "__name__", ""))
async def test_what_does_not_fit_is_refused_in_a_sentence_and_leaves_nothing(
    source: Path,
    target: Database,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[Path], None],
    sentence: str,
) -> None:
    ties = await ask(target, TIES)
    folder = copied(source, tmp_path / "export")
    damage(folder)
    assert await run_load(target, [folder]) == 1
    said = capsys.readouterr().err
    assert sentence in said
    assert said.endswith(".\n")
    assert await ask(target, HELD) == [(0, 0, 0)]
    assert await ask(target, TIES) == ties


async def test_an_export_of_an_older_version_takes_defaults_for_what_it_does_not_tell(
    source: Path, server: str, template: str, tmp_path: Path
) -> None:
    folder = copied(source, tmp_path / "export")

    def older(said: Any) -> None:
        said["migration"] = 7
        said["tables"]["contact"]["columns"].remove("consent_level")
        del said["tables"]["event_team_member"]

    told(folder, older)
    rewritten(folder, "contact", lambda row: row.pop("consent_level"))
    async with empty(server, template) as other:
        await load(other, folder, Silent())
        assert await ask(other, "select distinct consent_level from contact") == [(0,)]
        assert await ask(other, "select count(*) from contact") == [(4,)]
        assert await ask(other, "select count(*) from event_team_member") == [(0,)]


async def test_a_database_that_holds_records_is_left_alone(
    world: Database, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = await ask(world, HELD)
    assert await run_load(world, [source]) == 1
    assert "The database is not empty: it holds rows in account." in capsys.readouterr().err
    assert await ask(world, HELD) == before


async def test_a_database_that_somebody_uses_is_left_alone(
    target: Database, source: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.dumping._PATIENCE", "50ms")
    async with target.transaction() as tx:
        await tx.rows("test", text="select from contact")
        assert await run_load(target, [source]) == 1
    assert "Somebody else works with the database: end what serves it" in capsys.readouterr().err
    assert await ask(target, HELD) == [(0, 0, 0)]


async def test_an_export_is_one_folder(target: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run_load(target, [Path("one"), Path("two")]) == 1
    assert "An export is one folder: name it alone." in capsys.readouterr().err


async def test_the_command_says_what_it_has_done(
    world: Database, server: str, template: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run_export(world, tmp_path / "one") == 0
    said = capsys.readouterr().err
    assert f"tables are written to {tmp_path / 'one'}." in said
    async with empty(server, template) as other:
        assert await run_load(other, [tmp_path / "one"]) == 0
        assert capsys.readouterr().err.split(" are ")[0] == said.split(" are ")[0]
    assert await run_export(world, tmp_path / "one") == 1
    assert "is there already" in capsys.readouterr().err


async def test_a_place_that_cannot_be_written_is_told(
    world: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert await run_export(world, tmp_path / "file" / "export") == 1
    assert "cannot be read or written" in capsys.readouterr().err


async def test_custom_fields_that_are_found_by_have_their_index_again(
    server: str, template: str, tmp_path: Path
) -> None:
    field = (
        "insert into custom_field (id, version, entity, name, label, type, indexed, created_at, updated_at)"
        " values ('0190f5fe-0000-7000-8000-00000000abcd', 1, 'CONTACT', 'shoeSize', 'Shoe size',"
        " 'INTEGER', true, now(), now())"
    )
    async with empty(server, template) as first, empty(server, template) as other:
        await do(first, field)
        await export(first, tmp_path / "one", Silent())
        await load(other, tmp_path / "one", Silent())
        names = await ask(other, "select indexname from pg_indexes where indexname like 'contact_custom_%'")
        assert len(names) == 1
