"""Whatever a file holds is taken or refused: nothing in it makes an import fall over."""

import csv
import json
import random
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.database import Database
from domain.intake import ENTITIES
from engines.imports.columns import rows_of
from engines.imports.fields import ATTRIBUTES, INTERACTION, Kind, fields_of
from engines.imports.mapping import Part
from engines.imports.sources import Broken, opened
from tests.engines.imports.house import bring, counts

NASTY = (
    "",
    " ",
    "0",
    "-1",
    "1e29",
    "1e999",
    "-0.000000000000000000000000000000000000001",
    "12345678901234567890123456789",
    "9223372036854775808",
    "NaN",
    "Infinity",
    "100.0",
    "1,234.5",
    "٣",
    "yes",
    "Web",
    "Female",
    "CUSTOM",
    "Human",
    "EMAIL_OPENED",
    "ann@example.com",
    "+49 30 1234567",
    "5/8/1986",
    "2018-02-01",
    "2018-02-01 10:00:00+14:00",
    "0001-01-01",
    "9999-12-31T23:59:59Z",
    "1900-01-01",
    "a\x00b",
    "\ufffe",
    "\U0001f600" * 200,
    "x" * 3_000,
    "é" * 600,
    "'; drop table contact; --",
    "{City}",
    "\\u0000",
    "two\nlines",
    '"quoted"',
    "K1",
    "K2",
)

NEEDED = {"type": "CUSTOM", "occurred_at": "2020-02-01", "topic": "Any", "name": "Any"}


def mapping_of(entity: str) -> str:
    """A mapping that fills every field of an entity from the column of its name."""
    lines = [
        f'name = "any"\nabout = "a"\nsource = "any {entity}"',
        f'[[file]]\nmatch = "*"\n[file.{entity}]\nkey = "key"',
    ]
    for name, field in fields_of(entity).items():
        dated = ', dates = ["YYYY-M-D", "M/D/YYYY"]' if field.kind in (Kind.DATE, Kind.MOMENT) else ""
        otherwise = f', {{ fixed = "{NEEDED[name]}" }}' if name in NEEDED else ""
        lines.append(f'{name} = [{{ column = "{name}"{dated} }}{otherwise}]')
    for word in ("text", "number", "whole number", "yes or no", "telephone"):
        lines.append(f'{ATTRIBUTES[entity]}.{word.split()[0]} = {{ column = "any", as = "{word}" }}')
    lines.append(f'{ATTRIBUTES[entity]}.any = "any"')
    return "\n".join(lines)


@pytest.mark.parametrize("kind", ["csv", "json"])
@pytest.mark.parametrize("entity", [*ENTITIES, INTERACTION])
async def test_any_text_in_any_field_is_taken_or_refused(
    database: Database, tmp_path: Path, entity: str, kind: str
) -> None:
    dice = random.Random(f"{entity} {kind}")
    columns = ["any", *fields_of(entity)]
    others: tuple[object, ...] = (*NASTY, None, True, 2**70, 1.5, ["a", "\x00"], {"a": 1}, "\ud800")
    choice = NASTY if kind == "csv" else others
    rows = [
        {"key": f"K{number}", **{column: dice.choice(choice) for column in columns if dice.random() < 0.5}}
        for number in range(400)
    ]
    path = tmp_path / f"any.{kind}"
    with path.open("w", newline="", encoding="utf-8") as out:
        if kind == "json":
            json.dump(rows, out)
        else:
            table = csv.DictWriter(out, ["key", *columns])
            table.writeheader()
            table.writerows(rows)
    (tmp_path / "any.toml").write_text(mapping_of(entity))
    first = await bring(database, str(tmp_path / "any.toml"), path)
    again = await bring(database, str(tmp_path / "any.toml"), path)
    assert first.clean
    assert again.clean
    taken = counts(first, entity)
    assert taken.get("refused", 0) < 400
    names_its_kind = entity in ("account", "contact")  # and so may be taken when the one it names is there
    assert names_its_kind or not {"created", "stored", "waiting"} & set(counts(again, entity))


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.tsv", "a.json", "a.ndjson", "a.csv.gz"]))
def test_any_bytes_are_rows_or_a_broken_file(
    tmp_path_factory: pytest.TempPathFactory, held: bytes, name: str
) -> None:
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(held)
    part, at = Part(("*",), ()), 0
    with suppress(Broken), opened(path, part) as file:
        for row in rows_of(file, part, name.split(".")[1]):
            assert row.line >= at
            at = row.line


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00")), min_size=2, max_size=2)
    )
)
def test_what_the_csv_writer_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, cells: list[list[str]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "written.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([["a", "b"], *cells])
    part = Part(("*",), ())
    with opened(path, part) as file:
        read = [[row.cells.get("a"), row.cells.get("b")] for row in rows_of(file, part, "csv")]
    assert read == [row for row in cells if any(row)]
