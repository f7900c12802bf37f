import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.imports.columns import rows_of
from engines.imports.mapping import Part
from engines.imports.sources import Broken, Row, kind_of, opened


def rows(path: Path, content: str | bytes, **part: object) -> list[Row]:
    return list(streamed(path, content, **part))


def streamed(path: Path, content: str | bytes, **said: object) -> Iterator[Row]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    part = Part(("*",), (), **said)  # type: ignore[arg-type]
    with opened(path, part) as file:
        yield from rows_of(file, part, kind_of(path, part) or "")


def test_a_byte_order_mark_carriage_returns_and_a_missing_last_line_end_are_no_matter(tmp_path: Path) -> None:
    found = rows(tmp_path / "a.csv", b"\xef\xbb\xbfid,name\r\n1,Ann\r\n2,Bob")
    assert [(row.line, row.cells) for row in found] == [
        (2, {"id": "1", "name": "Ann"}),
        (3, {"id": "2", "name": "Bob"}),
    ]


def test_a_nameless_last_column_is_dropped(tmp_path: Path) -> None:
    assert [row.cells for row in rows(tmp_path / "a.csv", "id,name,\n1,Ann,\n")] == [
        {"id": "1", "name": "Ann"}
    ]


def test_separators_and_line_ends_inside_quotes_belong_to_the_cell(tmp_path: Path) -> None:
    found = rows(tmp_path / "a.csv", 'id,note\n1,"6) $750 - $1,000"\n2,"two\nlines"\n3,plain\n')
    assert [row.line for row in found] == [2, 3, 5]
    assert [row.cells["note"] for row in found] == ["6) $750 - $1,000", "two\nlines", "plain"]


def test_a_short_row_lacks_its_last_cells_and_a_long_one_is_refused(tmp_path: Path) -> None:
    found = rows(tmp_path / "a.csv", "id,name\n1\n2,Bob,,\n3,Cy,?\n")
    assert [(row.line, row.cells, row.fault) for row in found] == [
        (2, {"id": "1"}, None),
        (3, {"id": "2", "name": "Bob"}, None),
        (4, {}, "has 3 cells where the header has 2"),
    ]


def test_tabs_separate_where_the_name_says_so_and_other_signs_where_the_mapping_does(tmp_path: Path) -> None:
    assert rows(tmp_path / "a.tsv", "id\tname\n1\tAnn, Bob\n")[0].cells["name"] == "Ann, Bob"
    assert rows(tmp_path / "a.csv", "id;name\n1;Ann\n", separator=";")[0].cells["name"] == "Ann"


def test_a_quotation_mark_inside_a_cell_refuses_its_row_alone(tmp_path: Path) -> None:
    found = rows(tmp_path / "a.csv", 'id,name\n1,"An"n"\n2,Bob\n')
    assert [(row.line, row.fault) for row in found] == [
        (2, "has a quotation mark in the middle of a cell"),
        (3, None),
    ]


@pytest.mark.parametrize(
    ("name", "content", "whole", "sentence"),
    [
        ("a.csv", b'id,name\n1,Ann\n2,"Bob\n3,Cy\n', 1, "line 3: a quotation mark is opened here and never"),
        ("a.csv", b"id,name\n1,Ann\n2,B\xf6b\n3,Cy\n", 1, "line 3: holds bytes that are not UTF-8"),
        ("a.csv.gz", gzip.compress(b"id,name\n1,Ann\n2,Bob\n", mtime=0)[:-9], 2, "cut off or damaged"),
        ("a.csv.gz", b"\x1f\x8bnothing of the kind", 0, "line 1: the packed file is cut off or damaged"),
        (
            "a.ndjson",
            b'{"id": 1}\n{"id": 2, "na',
            1,
            "line 2: the file is cut off in the middle of an object",
        ),
        ("a.json", b'[{"id": 1},\n {"id": 2},\n {"id', 2, "line 3: the file is cut off or is not JSON"),
        ("a.json", b'[{"id": 1},\n {"id": 2}', 2, "line 2: the file is cut off before its end"),
        ("a.json", b'{"id": 1}', 0, "line 1: there is no list of records in the file"),
    ],
)
def test_a_broken_file_gives_what_is_whole_and_says_where_it_breaks(
    tmp_path: Path, name: str, content: bytes, whole: int, sentence: str
) -> None:
    found: list[Row] = []
    with pytest.raises(Broken) as broken:
        found.extend(streamed(tmp_path / name, content))
    assert sentence in str(broken.value)
    assert len(found) == whole


def test_records_of_a_tree_are_rows_with_the_line_they_begin_on(tmp_path: Path) -> None:
    text = (
        '{\n "about": {"records": 0},\n "records": [\n  {"id": 1, "of": {"type": "A"}},\n  {"id": 2}\n ]\n}'
    )
    found = rows(tmp_path / "a.json", text, records="records")
    assert [(row.line, row.cells) for row in found] == [(4, {"id": 1, "of.type": "A"}), (5, {"id": 2})]


def test_a_line_that_is_no_json_is_refused_alone(tmp_path: Path) -> None:
    found = rows(tmp_path / "a.ndjson", '{"id": 1}\n\n{"id": \n[2]\n{"id": 3}\n')
    assert [(row.line, row.fault is None) for row in found] == [(1, True), (3, False), (4, False), (5, True)]


def test_another_encoding_is_read_where_the_mapping_says_so(tmp_path: Path) -> None:
    assert (
        rows(tmp_path / "a.csv", "id,name\n1,Bö\n".encode("latin-1"), encoding="latin-1")[0].cells["name"]
        == "Bö"
    )
    text = "id,name\n1,Bö\n".encode("utf-16")
    assert rows(tmp_path / "a.csv", text, encoding="utf-16")[0].cells["name"] == "Bö"
