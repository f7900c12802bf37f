"""An export imported into an empty database gives the same graph, and the same export."""

import json
import stat
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from db.database import Database, connected
from db.dump import DUMPED
from engines.dumps.export import export
from engines.dumps.load import load
from engines.dumps.manifest import Refusal
from resolvers.context import Context
from schema.build import schema
from schema.plan import Executor
from tests.conftest import cloned
from tests.engines.dumps.filling import fill
from tests.engines.dumps.house import Silent, ask, contents, do, empty, exported
from tests.world import settle

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
INSIGHTS = """
{
  contacts(first: 20, orderBy: {field: NAME}) {
    totalCount { value }
    nodes {
      id fullName attributes account { name }
      insights(from: "2026-01-01T00:00:00Z") { interactions email { delivered uniqueOpens openRate } }
      interactions(first: 3) { nodes { type occurredAt properties } }
      events { registrations(first: 2) { nodes { event { name } responses { question answer } } } }
    }
  }
  accounts(first: 5) { nodes { name insights(from: null) { interactions email { delivered openRate } } } }
}
"""
SHAPE = """
select 'index', regexp_replace(indexdef, '_expr_idx\\d*', '_expr_idx') from pg_indexes
where schemaname = current_schema() and tablename !~ '_\\d{4}_\\d{2}$'
union all
select conrelid::regclass::text, conname || pg_get_constraintdef(oid) from pg_constraint
where connamespace = current_schema()::regnamespace and conrelid::regclass::text !~ '_\\d{4}_\\d{2}$'
order by 1, 2
"""


async def answer(db: Database) -> object:
    """What the graph says of the database."""
    outcome = await Executor(schema).run(Context(db, NOW, None, "test"), INSIGHTS)
    assert not outcome.errors
    return outcome.data


@pytest.fixture(scope="module")
async def full(server: str, template: str) -> AsyncIterator[Database]:
    """The small company, and a row in every table that it leaves empty."""
    async with cloned(server, template) as dsn, connected(dsn) as found:
        await settle(found)
        connection = await asyncpg.connect(dsn)
        await fill(connection)
        await connection.close()
        yield found


async def test_every_table_comes_back_as_it_was(
    full: Database, server: str, template: str, tmp_path: Path
) -> None:
    before = await exported(full, tmp_path / "one")
    assert {name for name, rows in before.items() if not rows} == set()
    assert set(before) == {"manifest.json", *(f"{table}.ndjson" for table in DUMPED)}
    async with empty(server, template) as other:
        await load(other, tmp_path / "one", Silent())
        assert await exported(other, tmp_path / "two") == before
        assert await answer(other) == await answer(full)


async def test_the_demo_company_comes_back_as_it_was(
    demo: str, server: str, template: str, tmp_path: Path
) -> None:
    async with connected(demo) as first, empty(server, template) as other:
        before = await exported(first, tmp_path / "one")
        await load(other, tmp_path / "one", Silent())
        assert await exported(other, tmp_path / "two") == before
        assert await answer(other) == await answer(first)


async def test_a_database_that_was_filled_has_the_keys_rules_and_indexes_of_the_first(
    full: Database, server: str, template: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.dumping._LARGE", 0)
    await export(full, tmp_path / "one", Silent())
    async with empty(server, template) as other:
        await load(other, tmp_path / "one", Silent())
        assert await ask(other, SHAPE) == await ask(full, SHAPE)


async def test_values_that_are_hard_to_write_come_back(server: str, template: str, tmp_path: Path) -> None:
    """Each is compared in PostgreSQL, not as it is written."""
    text = (
        "insert into contact (id, created_at, updated_at, last_name, description, annual_income, attributes)"
    )
    values = "values ('0190f5fe-0000-7000-8000-00000000000{n}', {at}, {at}, {name}, {text}, {number}, {json})"
    rows = [
        (
            "'infinity'::timestamptz",
            r"E'\\\"x\":null,'",
            r"E'a\tb\r\nc\\d\u2028\u0001\u007f'",
            "'NaN'",
            "'[]'",
        ),
        ("'-infinity'::timestamptz", "''", r"E'\\n\\\\.\n\\.'", "1e40", """'{"n": 1.10, "e": 1e400}'"""),
        ("'0044-03-15 12:00:00.000001+00 BC'::timestamptz", "'{\"a\":null}'", "'}'", "0.0000", "'\"text\"'"),
        ("'9999-12-31 23:59:59.999999+00'::timestamptz", "'🫖 ü'", "','", "-1.50", """'{"a": {"b":null}}'"""),
    ]
    async with empty(server, template) as first, empty(server, template) as other:
        for n, (at, name, words, number, attributes) in enumerate(rows):
            given = values.format(n=n, at=at, name=name, text=words, number=number, json=attributes)
            await do(first, f"{text} {given}")
        before = await exported(first, tmp_path / "one")
        await load(other, tmp_path / "one", Silent())
        assert await exported(other, tmp_path / "two") == before
        whole = "select contact::text from contact order by id"
        assert await ask(other, whole) == await ask(first, whole)


async def test_each_row_is_json_with_its_names_in_order(full: Database, tmp_path: Path) -> None:
    for name, lines in (await exported(full, tmp_path / "one")).items():
        if name != "manifest.json":
            for line in lines.removesuffix(b"\n").split(b"\n"):
                row = json.loads(line)
                assert list(row) == sorted(row)
                assert None not in row.values()


async def test_only_its_owner_can_read_an_export(full: Database, tmp_path: Path) -> None:
    await export(full, tmp_path / "one", Silent())
    assert stat.S_IMODE((tmp_path / "one").stat().st_mode) == 0o700


async def test_a_folder_that_holds_something_is_left_alone(full: Database, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(Refusal, match="is there already: name a folder that is not, or an empty one"):
        await export(full, tmp_path, Silent())
    assert set(contents(tmp_path)) == {"letter.txt"}


async def test_an_export_into_an_empty_folder_is_fine(full: Database, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    assert "manifest.json" in await exported(full, tmp_path / "one")


class _Leaves(Silent):
    """Somebody who ends it in the middle."""

    def begin(self, name: str, rows: int) -> None:
        if name == "lead":
            raise KeyboardInterrupt


async def test_an_export_that_is_ended_leaves_nothing(full: Database, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        await export(full, tmp_path / "one", _Leaves())
    assert contents(tmp_path) == {}
