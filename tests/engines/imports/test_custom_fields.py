"""Files fill the fields that a team has added; what a field does not take is refused with its column."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from db.database import Database
from domain.custom_fields import CustomFieldEntity, CustomFieldType
from engines import custom_fields
from engines.imports import declared
from engines.imports.mapping import Unusable
from tests.engines.imports.house import ask, bring, counts, mapping, refusals

NOW = datetime(2026, 1, 1, tzinfo=UTC)
T = CustomFieldType
MAPPING = """
name = "custom"
about = "People with fields of the team's own."
source = "{source}"

[[file]]
match = "*.csv"
separator = ";"

[file.contact]
key = "id"
last_name = "name"
custom.tier = "tier"
custom.score = "score"
custom.rate = {{ column = "rate", as = "number", decimal = "," }}
custom.vip = "vip"
custom.met = {{ column = "met", as = "date", dates = "D.M.YYYY" }}
custom.seen = "seen"
custom.likes = {{ column = "likes", list = "/" }}
{more}
"""
HEADER = "id;name;tier;score;rate;vip;met;seen;likes"


@pytest.fixture(scope="module")
async def filled(database: Database) -> Database:
    """A database with a field of each type."""
    types = (T.CHOICE, T.INTEGER, T.DECIMAL, T.BOOLEAN, T.DATE, T.DATE_TIME, T.CHOICES)
    names = ("tier", "score", "rate", "vip", "met", "seen", "likes")
    async with database.transaction() as tx:
        for name, type in zip(names, types, strict=True):
            words = ("gold", "tin") if type is T.CHOICE else ("tea", "cocoa")
            choices = [{"value": word, "label": word} for word in words] if type.chooses else []
            given = {"name": name, "label": name, "type": type, "choices": choices}
            await custom_fields.create(tx, {"entity": CustomFieldEntity.CONTACT, **given}, NOW)
    return database


def table(folder: Path, *lines: str) -> Path:
    """A file with these rows."""
    path = folder / "people.csv"
    path.write_text("".join(f"{line}\n" for line in (HEADER, *lines)))
    return path


async def held(database: Database, source: str) -> list[Mapping[str, Any]]:
    """What the contacts of a source hold."""
    keys = "select record_id from source_key where source = $1"
    text = f"select custom from contact where id in ({keys}) order by last_name"
    return [row[0] for row in await ask(database, text, source)]


async def test_a_files_values_become_values_of_the_fields_types(filled: Database, tmp_path: Path) -> None:
    format = mapping(tmp_path, MAPPING, more="")
    path = table(
        tmp_path,
        "1;Ash;gold;7;1.234,50;yes;5.3.2026;2026-03-01T09:30:00+02:00;tea/cocoa",
        "2;Birch;tin;;;;;;",
    )
    assert counts(await bring(filled, format, path), "contact") == {"created": 2}
    ash = {
        "tier": "gold",
        "score": 7,
        "rate": "1234.50",
        "vip": True,
        "met": "2026-03-05",
        "seen": "2026-03-01T07:30:00.000000Z",
        "likes": ["tea", "cocoa"],
    }
    assert await held(filled, tmp_path.name) == [ash, {"tier": "tin"}]
    assert counts(await bring(filled, format, path), "contact") == {"unchanged": 2}
    path = table(tmp_path, "1;Ash;tin;;;;;;")
    assert counts(await bring(filled, format, path), "contact") == {"updated": 1}
    assert (await held(filled, tmp_path.name))[0] == ash | {"tier": "tin"}


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("1;Ash;lead;;;;;;", "tier", "'lead' is none of the field's choices, which are: gold, tin."),
        ("1;Ash;;many;;;;;", "score", "'many' is no value of the type INTEGER."),
        ("1;Ash;;7.5;;;;;", "score", "'7.5' is no value of the type INTEGER."),
        ("1;Ash;;1e400000;;;;;", "score", "'1e400000' is no value of the type INTEGER."),
        ("1;Ash;;;;perhaps;;;", "vip", "'perhaps' is no value of the type BOOLEAN."),
        ("1;Ash;;;;;;yesterday;", "seen", "'yesterday' is no value of the type DATE_TIME."),
        (
            "1;Ash;;;;;;2026-03-01T09:30:00;",
            "seen",
            "'2026-03-01T09:30:00' is no value of the type DATE_TIME.",
        ),
    ],
)
async def test_what_a_field_does_not_take_refuses_the_record(
    filled: Database, tmp_path: Path, row: str, column: str, reason: str
) -> None:
    found = await bring(filled, mapping(tmp_path, MAPPING, more=""), table(tmp_path, row))
    assert [(at, why) for _, at, _, why in refusals(found)] == [(column, reason)]
    assert await held(filled, tmp_path.name) == []


async def test_what_fills_up_leaves_what_is_there(filled: Database, tmp_path: Path) -> None:
    path = table(tmp_path, "1;Ash;gold;7;;;;;")
    await bring(filled, mapping(tmp_path, MAPPING, more=""), path)
    path = table(tmp_path, "1;Ash;tin;8;;no;;;")
    await bring(filled, mapping(tmp_path, MAPPING, more="fill = true"), path)
    assert await held(filled, tmp_path.name) == [{"tier": "gold", "score": 7, "vip": False}]


async def test_a_field_that_is_not_there_refuses_what_names_it(filled: Database, tmp_path: Path) -> None:
    format = mapping(tmp_path, MAPPING, more='custom.nobody = "tier"')
    found = await bring(filled, format, table(tmp_path, "1;Ash;gold;;;;;;"))
    assert [why for *_, why in refusals(found)] == ["No custom field of contacts is named 'nobody'."]


def test_what_takes_no_fields_has_none_in_a_mapping(tmp_path: Path) -> None:
    text = MAPPING.replace("[file.contact]", "[file.opportunity]").replace("last_name", "name")
    with pytest.raises(Unusable, match='an opportunity has no field "custom"'):
        declared.plan(mapping(tmp_path, text, more=""))
