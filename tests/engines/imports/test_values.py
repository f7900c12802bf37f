from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.interactions import InteractionType
from domain.options import Gender
from domain.pipeline import LeadSource
from engines.imports import values
from engines.imports.fields import Kind, fields_of
from engines.imports.values import Reading, Unreadable


def read(cell: Any, kind: Kind, **how: Any) -> Any:
    return values.read(cell, Reading(kind, **how))


@pytest.mark.parametrize(
    ("cell", "kind", "value"),
    [
        ("  two  blanks ", Kind.TEXT, "two blanks"),
        ("Interested  in full time MBA", Kind.ANY, "Interested in full time MBA"),
        (14, Kind.ANY, 14),
        (14, Kind.TEXT, "14"),
        ("1,234,567.50", Kind.NUMBER, Decimal("1234567.50")),
        ("0.0", Kind.NUMBER, Decimal("0.0")),
        ("100.0", Kind.WHOLE, 100),
        ("85 %", Kind.PERCENT, 85),
        ("TRUE", Kind.YES_NO, True),
        ("True", Kind.YES_NO, True),
        ("Yes", Kind.YES_NO, True),
        ("1", Kind.YES_NO, True),
        (False, Kind.YES_NO, False),
        ("no", Kind.YES_NO, False),
        ("001-811-506-2553x442", Kind.PHONE, "001-811-506-2553x442"),
        ("(067)681-4908", Kind.PHONE, "(067)681-4908"),
        ("983.566.0706x9509", Kind.PHONE, "983.566.0706x9509"),
        ("+1 (408) 505-1578", Kind.PHONE, "+1 (408) 505-1578"),
        ("c.ortiz@songpress.example", Kind.EMAIL, "c.ortiz@songpress.example"),
    ],
)
def test_a_cell_is_read_as_its_kind(cell: Any, kind: Kind, value: Any) -> None:
    assert read(cell, kind) == value


@pytest.mark.parametrize(
    ("cell", "kind", "reason"),
    [
        ("-6854", Kind.PHONE, "computed by a spreadsheet"),
        ("1.23457E+11", Kind.PHONE, "computed by a spreadsheet"),
        ("#VALUE!", Kind.PHONE, "computed by a spreadsheet"),
        ("none", Kind.PHONE, "too few digits"),
        ("fcb67ef339b691956cc85fa12be6490c", Kind.EMAIL, "shape of an e-mail address"),
        ("a@b@example.com", Kind.EMAIL, "shape of an e-mail address"),
        ("a@localhost", Kind.EMAIL, "shape of an e-mail address"),
        ("1,5", Kind.NUMBER, "not a number"),
        ("NaN", Kind.NUMBER, "not a number"),
        ("1.5", Kind.WHOLE, "not a whole number"),
        ("1e30", Kind.WHOLE, "too large"),
        ("101", Kind.PERCENT, "too large"),
        ("maybe", Kind.YES_NO, "neither yes nor no"),
        ("a\x00b", Kind.TEXT, "NUL"),
        ("a\ud800b", Kind.TEXT, "cannot be kept"),
        (["a\x00b"], Kind.ANY, "NUL"),
        (2**70, Kind.ANY, "cannot be kept"),
        ("x" * 501, Kind.TEXT, "longer than 500"),
    ],
)
def test_a_cell_that_holds_no_such_value_says_why(cell: Any, kind: Kind, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(cell, kind, longest=500)


def test_a_decimal_comma_is_read_where_the_mapping_says_so() -> None:
    assert read("1.234,5", Kind.NUMBER, decimal=",") == Decimal("1234.5")


@pytest.mark.parametrize(
    ("entity", "field", "text", "option"),
    [
        ("contact", "gender", "Female", Gender.FEMALE),
        ("lead", "source", "word_of_mouth", LeadSource.WORD_OF_MOUTH),
        ("lead", "source", "Trade  Show", LeadSource.TRADE_SHOW),
        ("lead", "source", "192350100", LeadSource.LANDING_PAGE),
        ("interaction", "type", "EmailOpened", InteractionType.EMAIL_OPENED),
    ],
)
def test_an_option_is_known_by_name_label_and_code(entity: str, field: str, text: str, option: Any) -> None:
    assert read(text, Kind.OPTION, choices=fields_of(entity)[field].choices) is option


@given(st.one_of(st.text(), st.integers(), st.floats(), st.booleans()), st.sampled_from(list(Kind)))
def test_any_cell_is_read_or_refused(cell: Any, kind: Kind) -> None:
    choices = fields_of("contact")["gender"].choices
    with suppress(Unreadable):
        read(cell, kind, choices=choices, format="YYYY-M-D")
