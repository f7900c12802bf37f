"""No change that breaks a client goes unnoticed: each stands in a note of docs/decisions."""

from pathlib import Path

import pytest
from graphql import build_schema

from schema.build import schema
from schema.history import Heading, allowances, changes, disputes, history, released, unannounced

DECISIONS = Path(__file__).parents[2] / "docs" / "decisions"
BEFORE = """
type Query { contacts(first: Int = 25): [Contact!]!  lead: Lead }
type Contact { id: ID!  name: String  fax: String  state: State! }
type Lead { id: ID! }
enum State { ACTIVE INACTIVE }
enum Sort { NAME }
input Order { by: Sort }
"""


def _after(old: str, new: str) -> str:
    assert old in BEFORE
    return BEFORE.replace(old, new)


def _found(after: str) -> list[str]:
    return [str(change) for change in changes(BEFORE, after) if change.needs_decision]


def test_every_change_that_breaks_a_client_is_decided_and_every_decision_is_carried_out() -> None:
    found = [change for _, some in history(released(), schema.as_str()) for change in some]
    assert disputes(found, allowances(DECISIONS)) == []


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (_after("fax: String", ""), "FIELD_REMOVED Field Contact.fax was removed."),
        (
            _after("name: String", "name: Int"),
            "FIELD_CHANGED_KIND Field Contact.name changed type from String to Int.",
        ),
        (_after("lead: Lead", "lead(id: ID!): Lead"), "REQUIRED_ARG_ADDED"),
        (
            _after("ACTIVE INACTIVE", "ACTIVE"),
            "VALUE_REMOVED_FROM_ENUM Enum value State.INACTIVE was removed.",
        ),
        (_after("ACTIVE INACTIVE", "ACTIVE INACTIVE GONE"), "VALUE_ADDED_TO_ENUM Enum value State.GONE"),
        (_after("= 25", "= 50"), "ARG_DEFAULT_VALUE_CHANGE"),
    ],
)
def test_a_planted_break_is_found_and_can_be_allowed(after: str, words: str) -> None:
    (found,) = _found(after)
    assert found.startswith(words)
    assert disputes(changes(BEFORE, after), []) == [f"No decision has the line `Allows: {found}`"]
    assert disputes(changes(BEFORE, after), [found]) == []


@pytest.mark.parametrize(
    "after",
    [
        _after("fax: String", "fax: String phone: String"),
        _after("first: Int = 25", "first: Int = 25, after: String"),
        _after("by: Sort", "by: Sort nulls: Boolean"),
        _after("{ NAME }", "{ NAME CREATED_AT }"),
        _after("lead: Lead", "lead: Lead!"),
        _after("fax: String", 'fax: String @deprecated(reason: "use name; removed after 2027-06-30")'),
    ],
)
def test_what_leaves_every_document_what_it_was_needs_no_decision(after: str) -> None:
    assert changes(BEFORE, after) != []
    assert _found(after) == []


def test_a_decision_that_was_never_carried_out_is_found() -> None:
    decided = "FIELD_REMOVED Field Contact.fax was removed."
    assert disputes(changes(BEFORE, BEFORE), [decided]) == [f"Allowed, but not changed: {decided}"]


def test_a_note_allows_by_lines_of_its_own(tmp_path: Path) -> None:
    note = "# Faxes go\n\nAllows: FIELD_REMOVED Field Contact.fax was removed.\n\nIt says Allows: nothing.\n"
    (tmp_path / "0001-faxes.md").write_text(note)
    assert allowances(tmp_path) == ["FIELD_REMOVED Field Contact.fax was removed."]


def test_what_is_decided_once_stays_decided_when_the_next_version_is_released() -> None:
    after = _after("fax: String", "")
    steps = dict(history({"1.0.0": BEFORE, "1.1.0": after}, after))
    assert [str(change) for change in steps["1.1.0"]] == ["FIELD_REMOVED Field Contact.fax was removed."]
    assert steps["Unreleased"] == []


def test_a_deprecation_is_told_under_its_own_heading() -> None:
    after = _after("fax: String", 'fax: String @deprecated(reason: "use name; removed after 2027-06-30")')
    (change,) = changes(BEFORE, after)
    assert change.heading is Heading.DEPRECATED
    assert change.words == "Contact.fax is deprecated: use name; removed after 2027-06-30"


def test_every_deprecation_says_what_to_use_and_the_day_of_its_end() -> None:
    assert unannounced(schema._schema) == []


@pytest.mark.parametrize(
    ("reason", "fine"),
    [
        ("use `name`; removed after 2027-06-30", True),
        ("Use `name`; removed after 2027-06-30.", True),
        ("use `name`", False),
        ("use ; removed after 2027-06-30", False),
        ("use `name`; removed after 2027-06-31", False),
        ("removed after 2027-06-30", False),
        ("No longer supported", False),
    ],
)
def test_a_reason_without_an_end_is_found(reason: str, fine: bool) -> None:
    planted = build_schema(
        f'type Query {{ fax: String @deprecated(reason: "{reason}")'
        f'  name(old: Int @deprecated(reason: "{reason}")): String }}'
    )
    assert unannounced(planted) == ([] if fine else ["Query.fax", "Query.name(old:)"])
