"""Records that are a name and a few words are kept alike, by statements that write what is said."""

import re
from dataclasses import fields
from typing import Any

import pytest

from db.sql import statement
from engines import centers, segments, subscription_lists, views, websites
from engines.named import Named

KINDS = [
    websites.WEBSITES,
    websites.REDIRECTS,
    segments.SEGMENTS,
    views.VIEWS,
    centers._CENTERS,
    subscription_lists._LISTS,
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.table)
def test_a_change_writes_what_is_said_in_the_places_that_its_statement_has_for_it(kind: Named[Any]) -> None:
    text = statement(f"{kind.table}_update")
    placed = {int(place): name for name, place in re.findall(r"(\w+) = \$(\d+)", text)}
    expected = ("id", *kind.written, "updated_at")
    assert [placed[place] for place in sorted(placed)] == list(expected)
    assert set(expected) <= {field.name for field in fields(kind.record)}
