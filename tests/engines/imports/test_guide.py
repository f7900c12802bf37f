import re
from pathlib import Path

from db.database import Database
from engines.imports import declared, files, recipes
from tests.engines.imports.house import ask, bring, counts

GUIDE = (Path(__file__).parents[3] / "docs" / "import.md").read_text()
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", GUIDE, re.DOTALL)


async def test_the_example_of_the_guide_does_what_it_says(database: Database, tmp_path: Path) -> None:
    (companies, enquiries), (text,) = (
        [body for kind, body in BLOCKS if kind == of] for of in ("csv", "toml")
    )
    (tmp_path / "companies.csv").write_text(companies)
    (tmp_path / "enquiries.csv").write_text(enquiries)
    (tmp_path / "fair.toml").write_text(text)
    found = await bring(database, str(tmp_path / "fair.toml"), tmp_path)
    assert found.number_refused == 0
    assert counts(found, "account") == {"created": 2}
    assert counts(found, "contact") == {"created": 2}
    assert counts(found, "lead") == {"created": 2}
    assert counts(found, "opportunity") == {"created": 1}
    assert counts(found, "interaction") == {"stored": 2}
    text = (
        "select lead.topic, lead.source, contact.bulk_email_permission, account.name, occurred_at::text"
        " from lead join contact on contact.id = contact_id join account on account.id = contact.account_id"
        " join interaction on interaction.contact_id = contact.id order by lead.topic"
    )
    assert await ask(database, text) == [
        ("Anything we make", 8, 1, "Pots Ltd", "2021-02-28 08:00:00+00"),
        ("Kettles", 7, 0, "Kettle & Sons", "2021-02-12 09:30:00+00"),
    ]


def test_the_guide_has_every_word_of_a_mapping() -> None:
    words = declared.MAPPING | declared.FILE | declared.RECORD | recipes.RECIPE | {"file", "left_out"}
    assert {word for word in words if f"`{word}`" not in GUIDE and f"`[[{word}]]`" not in GUIDE} == set()


def test_the_guide_names_every_mapping_that_is_shipped() -> None:
    assert {name for name in declared.names() if f"`{name}`" not in GUIDE} == set()


def test_left_out_files_of_a_folder_are_told_with_the_reason(tmp_path: Path) -> None:
    (text,) = (body for kind, body in BLOCKS if kind == "toml")
    (tmp_path / "fair.toml").write_text(text)
    for name in ("companies.csv", "readme.txt", "stray.xlsx"):
        (tmp_path / name).write_text("No\n")
    _, left_out = files.choose(declared.plan(str(tmp_path / "fair.toml")), [tmp_path])
    assert [(path.name, because) for path, because in left_out] == [
        ("fair.toml", "No part of the mapping names it."),
        ("readme.txt", "It explains the columns."),
        ("stray.xlsx", "No part of the mapping names it."),
    ]
