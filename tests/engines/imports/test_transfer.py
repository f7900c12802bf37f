import gzip
import json
from pathlib import Path

import pytest

from db.database import Database
from engines.imports import declared, files, report, transfer
from engines.imports.mapping import Unusable
from tests.engines.imports.house import (
    NOW,
    Silent,
    ask,
    bring,
    contacts,
    counts,
    mapping,
    one,
    only,
    refusals,
)


def table(path: Path, *lines: str) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


async def test_a_file_is_taken_once_however_often_it_is_imported(database: Database, tmp_path: Path) -> None:
    format = mapping(tmp_path)
    path = table(tmp_path / "people.csv", "id,firstName,lastName", "1,Ann,Ash", "2,Bob,Birch")
    assert counts(await bring(database, format, path), "contact") == {"created": 2}
    assert counts(await bring(database, format, path), "contact") == {"unchanged": 2}
    table(path, "id,firstName,lastName", "1,Ann,Ash", "2,Bob,Beech")
    assert counts(await bring(database, format, path), "contact") == {"unchanged": 1, "updated": 1}
    assert await contacts(database, tmp_path.name) == [("Ann", "Ash"), ("Bob", "Beech")]


async def test_a_file_without_a_header_is_refused_with_its_first_row(
    database: Database, tmp_path: Path
) -> None:
    path = table(
        tmp_path / "people.csv", "d1bd,johndoe@example.com,John,Doe", "f5c5,jane@example.com,Jane,Doe"
    )
    found = only(await bring(database, mapping(tmp_path), path))
    assert found.refused == (
        'people.csv has no column "id" and no column "email", which says what a row is about;'
        " its first row reads: d1bd, johndoe@example.com, John, Doe."
    )
    assert await contacts(database, tmp_path.name) == []


async def test_a_file_without_an_identifier_is_refused(database: Database, tmp_path: Path) -> None:
    path = table(tmp_path / "people.csv", "firstName,lastName", "John,Doe")
    assert 'has no column "id"' in str(only(await bring(database, mapping(tmp_path), path)).refused)


async def test_an_empty_file_is_refused(database: Database, tmp_path: Path) -> None:
    found = await bring(database, mapping(tmp_path), table(tmp_path / "people.csv"))
    assert only(found).refused == "people.csv is empty: it has not even a row of column names."
    assert not found.clean


async def test_one_of_two_identifiers_is_enough_and_none_is_not(database: Database, tmp_path: Path) -> None:
    path = table(
        tmp_path / "people.csv",
        "id,email,firstName,lastName",
        ",,John,Doe",
        ",janedoe@example.com,Jane,Doe",
        "a4ef,,Alice,Johnson",
        "b8c5,bob@example.com,Bob,Smith",
    )
    found = await bring(database, mapping(tmp_path), path)
    assert counts(found, "contact") == {"created": 3, "refused": 1}
    assert refusals(found) == [(2, "id, email", None, "the row does not say which record it is about")]


async def test_a_bad_value_is_refused_and_its_row_goes_on(database: Database, tmp_path: Path) -> None:
    path = table(
        tmp_path / "people.csv",
        "id,email,firstName,phone",
        "1,no address,Ann,-6854",
        "2,bob@example.com,Bob,983.566.0706x9509",
    )
    found = await bring(database, mapping(tmp_path), path)
    assert counts(found, "contact") == {"created": 2, "values_refused": 2}
    assert refusals(found) == [
        (2, "email", "no address", "does not have the shape of an e-mail address"),
        (2, "phone", "-6854", "was computed by a spreadsheet and is not a telephone number"),
    ]
    assert await contacts(database, tmp_path.name, "first_name, email, mobile_phone") == [
        ("Ann", None, None),
        ("Bob", "bob@example.com", "983.566.0706x9509"),
    ]


async def test_what_is_empty_or_stands_for_nothing_erases_nothing(database: Database, tmp_path: Path) -> None:
    format = mapping(tmp_path)
    await bring(database, format, table(tmp_path / "people.csv", "id,firstName,lastName", "1,Ann,Ash"))
    await bring(database, format, table(tmp_path / "people2.csv", "id,firstName,lastName", "1,,-"))
    await bring(database, format, table(tmp_path / "people3.csv", "id,firstName", "1,Anna"))
    assert await contacts(database, tmp_path.name) == [("Anna", "Ash")]


async def test_a_short_last_row_lacks_its_last_cells(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("id,firstName,action\n1,Ann,subscribe\n2,Bob,\n3,Cy")
    found = await bring(database, mapping(tmp_path), path)
    assert counts(found, "contact") == {"created": 3}
    told = "first_name, attributes ->> 'action'"
    assert await contacts(database, tmp_path.name, told) == [
        ("Ann", "subscribe"),
        ("Bob", None),
        ("Cy", None),
    ]


async def test_a_row_with_too_many_cells_is_refused_as_a_row(database: Database, tmp_path: Path) -> None:
    path = table(tmp_path / "people.csv", "id,firstName", "1,Ann,stray", "2,Bob")
    found = await bring(database, mapping(tmp_path), path)
    assert (only(found).rows, only(found).rows_refused) == (2, 1)
    assert refusals(found) == [(2, None, None, "the row has 3 cells where the header has 2")]


DATED = """
name = "dated"
about = "Visits."
source = "{source}"
[[file]]
match = "*.csv"
zone = "Europe/Berlin"
[file.interaction]
key = "visit:{{id}}"
type = {{ fixed = "WEBSITE_VISITED" }}
contact_id = "who"
occurred_at = "at"
"""


async def test_dates_that_can_be_read_in_two_ways_refuse_the_file(database: Database, tmp_path: Path) -> None:
    path = table(tmp_path / "visits.csv", "id,who,at", "1,x,01/02/2020", "2,x,03/04/2020")
    found = only(await bring(database, mapping(tmp_path, DATED), path))
    assert found.refused == (
        'visits.csv writes its dates in column "at" so that D/M/YYYY reads them as well as M/D/YYYY,'
        ' and differently: say in the mapping which it is (dates = "…").'
    )


async def test_a_date_in_another_format_than_its_column_is_refused(
    database: Database, tmp_path: Path
) -> None:
    path = table(
        tmp_path / "visits.csv", "id,who,at", "1,x,13/02/2020", "2,x,03/04/2020", "3,x,2020-04-03", "4,x,"
    )
    found = await bring(database, mapping(tmp_path, DATED), path)
    assert only(found).dates == {"at": "D/M/YYYY"}
    assert counts(found, "interaction") == {"waiting": 2, "refused": 2, "values_refused": 1}
    assert refusals(found) == [
        (4, "at", "2020-04-03", "is not a date written D/M/YYYY"),
        (4, "at", "2020-04-03", "an interaction needs its occurred_at, and this gives none"),
        (5, "at", "", "an interaction needs its occurred_at, and this gives none"),
    ]
    moments = await ask(
        database, "select occurred_at from orphan_interaction where source = $1 order by 1", tmp_path.name
    )
    assert [str(at) for (at,) in moments] == ["2020-02-12 23:00:00+00:00", "2020-04-02 22:00:00+00:00"]


async def test_an_interaction_of_the_future_is_refused(database: Database, tmp_path: Path) -> None:
    path = table(tmp_path / "visits.csv", "id,who,at", "1,x,2030-02-13")
    found = await bring(database, mapping(tmp_path, DATED), path)
    assert refusals(found) == [(2, "at", "2030-02-13", "An interaction cannot lie in the future.")]


async def test_what_waits_goes_to_its_contact_when_that_is_imported(
    database: Database, tmp_path: Path
) -> None:
    visits = table(tmp_path / "visits.csv", "id,who,at", "1,x,2020-02-13", "2,y,2020-02-14")
    found = await bring(database, mapping(tmp_path, DATED), visits)
    assert counts(found, "interaction") == {"waiting": 2}
    await bring(database, mapping(tmp_path), table(tmp_path / "people.csv", "id,firstName", "x,Ann"))
    stored = "select count(*) from interaction where source = $1"
    assert await one(database, stored, tmp_path.name) == 1


SALES = """
name = "sales"
about = "A row is a company, its lead and, when won, its sale."
source = "{source}"
[[file]]
match = "*.csv"
[file.account]
key = "company"
name = "company"
[file.lead]
key = "lead"
account_id = "company"
topic = ["topic", {{ fixed = "Anything" }}]
source = {{ column = "from", values = {{ "paid search" = "ADVERTISEMENT" }}, otherwise = "OTHER" }}
attributes.profile = {{ column = "profile", list = "," }}
attributes.origin = {{ column = "from", values = ["paid search", "social"] }}
[file.opportunity]
when = {{ column = "won", is = ["1", "yes"] }}
key = "lead"
name = "Sale to {{company:4}}"
account_id = "company"
originating_lead_id = "lead"
status = {{ fixed = "WON" }}
estimated_value = {{ column = "value", nothing = ["0.0"] }}
"""


async def test_a_row_becomes_several_records_that_know_each_other(database: Database, tmp_path: Path) -> None:
    path = table(
        tmp_path / "sales.csv",
        "lead,company,topic,from,profile,won,value",
        '1,Acme Ltd,Kettles,paid_search,"cat, wolf",1,10.50',
        "2,Acme Ltd,,Paid  Search,,no,0.0",
        "3,,Pots,radio,,YES,7",
    )
    found = await bring(database, mapping(tmp_path, SALES), path)
    assert counts(found, "account") == {"created": 1, "unchanged": 1, "refused": 1}
    assert counts(found, "lead") == {"created": 3}
    assert counts(found, "opportunity") == {"created": 1, "refused": 1}
    assert [reason for _, _, _, reason in refusals(found)] == [
        "the row does not say which record it is about",
        "The opportunity needs a name.",
    ]
    leads = await ask(
        database,
        "select topic, source, attributes, account_id is not null from lead where id in"
        " (select record_id from source_key where source = $1) order by topic",
        tmp_path.name,
    )
    assert leads == [
        ("Anything", 1, {"origin": "paid search"}, True),
        ("Kettles", 1, {"origin": "paid search", "profile": ["cat", "wolf"]}, True),
        ("Pots", 10, {"origin": "radio"}, False),
    ]
    sales = "select name, estimated_value::text, originating_lead_id is not null from opportunity"
    assert await ask(database, sales) == [("Sale to Acme", "10.50", True)]


async def test_a_reference_to_nobody_refuses_the_record(database: Database, tmp_path: Path) -> None:
    text = PARTED = SALES.replace('[file.account]\nkey = "company"\nname = "company"\n', "")
    assert text == PARTED
    path = table(tmp_path / "sales.csv", "lead,company,topic", "1,Nobody,Kettles")
    found = await bring(database, mapping(tmp_path, text), path)
    assert refusals(found) == [(2, "company", "Nobody", "No account has the key 'Nobody'.")]


async def test_files_come_in_the_order_of_the_mapping(database: Database, tmp_path: Path) -> None:
    text = """
name = "two"
about = "Companies and their people."
source = "{source}"
[[file]]
match = "z-companies.csv"
[file.account]
key = "id"
name = "name"
[[file]]
match = "a-people.csv"
[file.contact]
key = "id"
account_id = "company"
[[left_out]]
match = "readme.txt"
because = "It is for people."
"""
    table(tmp_path / "z-companies.csv", "id,name", "c,Acme")
    table(tmp_path / "a-people.csv", "id,company", "p,c")
    table(tmp_path / "readme.txt", "Hello")
    found = await bring(database, mapping(tmp_path, text), tmp_path)
    assert [Path(file.file).name for file in found.files] == ["z-companies.csv", "a-people.csv"]
    assert counts(found, "contact") == {"created": 1}


async def test_a_file_that_the_mapping_does_not_name_is_refused_when_it_is_asked_for(
    database: Database, tmp_path: Path
) -> None:
    path = table(tmp_path / "other.txt", "x")
    with pytest.raises(
        Unusable, match=r"other.txt is not a file of people: No part of the mapping names it."
    ):
        await bring(database, mapping(tmp_path), path)
    with pytest.raises(Unusable, match="There is no file or folder"):
        await bring(database, mapping(tmp_path), tmp_path / "nowhere")


def many(count: int) -> list[str]:
    return ["id,firstName", *(f"{number},N{number}" for number in range(1, count + 1))]


async def test_a_cut_archive_keeps_its_whole_rows_and_goes_on_when_it_is_whole(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "BATCH", 10)
    format, path = mapping(tmp_path), tmp_path / "people.csv.gz"
    packed = gzip.compress("\n".join(many(5_000)).encode(), mtime=0)
    path.write_bytes(packed[: len(packed) // 2])
    first = await bring(database, format, path)
    assert not first.clean
    cut = only(first)
    assert cut.stopped is not None
    assert f"line {cut.rows + 2}: the packed file is cut off or damaged" in cut.stopped
    assert f"Its first {cut.rows} rows are in; the same command goes on from there." in cut.stopped
    assert 0 < cut.rows < 5_000
    assert len(await contacts(database, tmp_path.name)) == cut.rows

    path.write_bytes(packed)
    second = await bring(database, format, path)
    assert second.clean
    assert only(second).went_on_from_row == cut.rows
    assert counts(second, "contact") == {"created": 5_000}
    assert counts(await bring(database, format, path), "contact") == {"unchanged": 5_000}


async def test_a_file_that_has_changed_since_it_broke_is_read_from_its_beginning(
    database: Database, tmp_path: Path
) -> None:
    format = mapping(tmp_path)
    path = table(tmp_path / "people.csv", *many(1_500), '1501,"open')
    assert "line 1502: a quotation mark is opened here" in str(
        only(await bring(database, format, path)).stopped
    )
    changed = many(1_500)
    changed[3] = "3,Ada"
    found = await bring(database, format, table(path, *changed))
    assert only(found).went_on_from_row is None
    assert counts(found, "contact") == {"unchanged": 1_499, "updated": 1}


async def test_what_was_refused_before_a_break_is_in_the_report_of_the_rest(
    database: Database, tmp_path: Path
) -> None:
    format, refused = mapping(tmp_path), [f"{number},N,nothing" for number in range(1_500)]
    path = table(tmp_path / "people.csv", "id,firstName,email", *refused, '1500,"open')
    assert (await bring(database, format, path)).number_refused == 1_500
    table(path, "id,firstName,email", *refused, "1500,N,nothing")
    found = await bring(database, format, path)
    assert only(found).went_on_from_row == 1_500
    assert found.number_refused == 1_501
    assert refusals(found)[0] == (2, "email", "nothing", "does not have the shape of an e-mail address")
    assert await one(database, "select count(*) from import_refusal where file = $1", str(path)) == 0


async def test_the_files_before_the_one_that_broke_are_not_read_again(
    database: Database, tmp_path: Path
) -> None:
    format = mapping(tmp_path)
    table(tmp_path / "people1.csv", *many(30))
    broken = table(tmp_path / "people2.csv", "id,firstName", '31,"open')
    await bring(database, format, tmp_path)
    table(broken, "id,firstName", "31,Cy")
    found = await bring(database, format, tmp_path)
    assert [file.went_on_from_row for file in found.files] == [30, None]
    assert counts(found, "contact") == {"created": 31}


async def test_the_report_is_a_file_with_every_refusal(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = declared.plan(mapping(tmp_path))
    path = table(tmp_path / "people.csv", "id,firstName,email", *(f"{n},Ann,nothing" for n in range(50)))
    chosen, _ = files.choose(plan, [path])
    with report.reporting(plan.name) as found:
        await transfer.bring(database, plan, chosen, found, Silent(), lambda: NOW)
        report.write(found, tmp_path / "report.json")
    assert len(found.first) == report.SHOWN
    told = json.loads((tmp_path / "report.json").read_text())
    assert len(told["refusals"]) == 50
    assert told["refusals"][49] == {
        "file": str(path),
        "line": 51,
        "entity": "contact",
        "column": "email",
        "value": "nothing",
        "reason": "does not have the shape of an e-mail address",
        "whole": False,
    }
    assert told["files"][0]["entities"]["contact"]["values_refused"] == 50
