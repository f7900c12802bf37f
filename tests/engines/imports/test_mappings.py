from pathlib import Path

import pytest

from engines.imports import declared
from engines.imports.mapping import Plan, Unusable

HEAD = 'name = "n"\nabout = "a"\nsource = "s"\n'
FILE = HEAD + '[[file]]\nmatch = "*.csv"\n'
CONTACT = FILE + '[file.contact]\nkey = "id"\n'


def plan(folder: Path, text: str) -> Plan:
    path = folder / "mine.toml"
    path.write_text(text)
    return declared.plan(str(path))


@pytest.mark.parametrize("name", declared.names())
def test_every_shipped_mapping_can_be_read(name: str) -> None:
    assert declared.plan(name).name == name


def test_these_mappings_are_shipped() -> None:
    assert declared.names() == ["contoso", "easy-spaces", "hubspot", "marketo", "olist", "x-education"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name = ", "mine.toml is not a TOML file: "),
        (HEAD, "mine.toml: it names no file: it needs a [[file]]."),
        (HEAD + "colour = 1\n", 'mine.toml: a mapping has no "colour"; it has about, file, '),
        (FILE, "mine.toml: file 1: its rows become nothing: it needs one of account, contact, "),
        (FILE + "[file.person]\n", 'mine.toml: file 1: a file has no "person"; it has account, '),
        (FILE + "[file.contact]\n", 'mine.toml: file 1: contact: it has no "key": without one, '),
        (CONTACT + 'colour = "c"\n', 'file 1: contact: a contact has no field "colour"; what has no field'),
        (CONTACT + 'full_name = "c"\n', 'a contact has no field "full_name"'),
        (
            CONTACT + 'gender = { fixed = "OTTER" }\n',
            'contact: gender: "OTTER" is not one of the field\'s options',
        ),
        (
            CONTACT + 'gender = { column = "g", values = { f = "FEMAIL" } }\n',
            'contact: gender: "FEMAIL" is not one of the field\'s options (FEMALE, MALE).',
        ),
        (
            CONTACT + 'city = { colum = "c" }\n',
            'contact: city: "colum" means nothing here; known are as, before,',
        ),
        (
            CONTACT + 'city = { values = { a = "b" } }\n',
            'city: it needs one of "column", "template" and "fixed".',
        ),
        (
            CONTACT + 'birth_date = { column = "b", dates = "%d" }\n',
            'birth_date: "%d" is no way of writing a date',
        ),
        (
            CONTACT + 'city = { column = "b", dates = "D-M-YYYY" }\n',
            'city: "dates" are for dates and moments',
        ),
        (CONTACT + 'birth_date = { column = "b", zone = "Berlin" }\n', 'there is no time zone "Berlin"'),
        (
            CONTACT + 'city = { column = "b", as = "number" }\n',
            'city: a field knows what it is: "as" is for attrib',
        ),
        (
            CONTACT + 'attributes.a = { column = "b", as = "colour" }\n',
            'attributes.a: "as" is one of text, number',
        ),
        (CONTACT + 'when = { column = "c" }\n', 'contact: when: it has either "is" or "is_not".'),
        (CONTACT + 'fill = "yes"\n', 'contact: "fill" is true or false.'),
        (CONTACT + "city = []\n", "contact: city: it names no column."),
        (FILE + 'encoding = "utf-9"\n[file.contact]\nkey = "id"\n', 'file 1: there is no encoding "utf-9".'),
        (FILE + 'format = "xlsx"\n[file.contact]\nkey = "id"\n', 'file 1: there is no format "xlsx"'),
        (
            FILE + '[file.interaction]\nkey = "id"\n',
            'interaction: it has no "type", and an interaction needs one.',
        ),
        (FILE + '[file.lead]\nkey = "i"\nsince = 2018-01-01\n', 'lead: only a contact has a "since"'),
    ],
)
def test_a_mapping_that_cannot_be_used_says_why_and_where(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(Unusable) as no:
        plan(tmp_path, text)
    assert sentence in str(no.value)


def test_a_name_that_nothing_has_is_answered_with_the_names_there_are() -> None:
    with pytest.raises(Unusable, match='There is no mapping "salesforce": name one of contoso, easy-spaces'):
        declared.plan("salesforce")


def test_a_file_is_matched_packed_or_not_and_in_either_case(tmp_path: Path) -> None:
    part = plan(tmp_path, CONTACT.replace("*.csv", "Leads*.csv")).parts[0]
    assert part.takes("leads_2.csv.gz")
    assert part.takes("LEADS.CSV")
    assert not part.takes("leads.json")
