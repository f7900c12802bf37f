"""What a facet says of its values leads to them: its filters, passed back, list as many as it has counted."""

from collections.abc import Iterator
from enum import Enum
from typing import Any

import pytest

from db.database import Database
from domain.facets import MOST_FACETS, AccountFacet, ContactFacet, LeadFacet
from domain.fields import fields_by, fields_of
from domain.intake import ENTITIES as RECORDS
from domain.options import Option
from tests.db.test_orders import varied
from tests.engines.asking import Client

__all__ = ["varied"]
ENTITIES: dict[str, type[Enum]] = {"contact": ContactFacet, "account": AccountFacet, "lead": LeadFacet}
SHOWN = """{ field missingWhere missing { value precision } others { value }
  buckets { value label where count { value precision } account { id name } } }"""


def _asked(entity: str, arguments: str) -> str:
    kind = f"[{entity.capitalize()}Facet!]!"
    return f"query ($by: {kind}) {{ {entity}Facets(by: $by{arguments}) {SHOWN} }}"


async def facets(
    client: Client, entity: str, arguments: str = "", names: list[str] | None = None
) -> list[Any]:
    """All facets of a kind of record, or some, as many at once as can be asked for."""
    by, found = names or [one.name for one in ENTITIES[entity]], []
    for begun in range(0, len(by), MOST_FACETS):
        answer = await client.ask(_asked(entity, arguments), by=by[begun : begun + MOST_FACETS])
        found.extend(answer[f"{entity}Facets"])
    assert [one["field"] for one in found] == by
    return found


def _filters(facet: Any) -> Iterator[tuple[Any, int]]:
    for bucket in facet["buckets"]:
        yield bucket["where"], bucket["count"]["value"]
    yield facet["missingWhere"], facet["missing"]["value"]


@pytest.mark.parametrize("entity", ENTITIES)
async def test_the_filter_of_each_value_lists_as_many_as_it_counts(varied: Database, entity: str) -> None:
    client = Client(varied)
    kind = f"{entity.capitalize()}Where!"
    listed = f"query ($where: {kind}) {{ {entity}s(where: $where, first: 1) {{ totalCount {{ value }} }} }}"
    counts = 0
    for facet in await facets(client, entity, ", values: 3"):
        for where, count in _filters(facet):
            found = await client.ask(listed, where=where)
            assert found[f"{entity}s"]["totalCount"]["value"] == count, (facet["field"], where)
            counts += count > 0
    assert counts > 2 * len(ENTITIES[entity])


async def test_values_go_by_their_names_and_in_words(varied: Database) -> None:
    names = ["GENDER", "MARKETING_ONLY", "ACCOUNT", "CITY", "RELATIONSHIP_TYPES"]
    found = {one["field"]: one["buckets"] for one in await facets(Client(varied), "contact", "", names)}
    assert {(one["value"], one["label"]) for one in found["GENDER"]} == {
        ("MALE", "Male"),
        ("FEMALE", "Female"),
    }
    assert {(one["value"], one["label"]) for one in found["MARKETING_ONLY"]} == {
        ("true", "Yes"),
        ("false", "No"),
    }
    assert all(one["value"] == one["account"]["id"] for one in found["ACCOUNT"])
    assert all(one["label"] == one["account"]["name"] for one in found["ACCOUNT"])
    assert all(one["value"] == one["label"] and one["account"] is None for one in found["CITY"])
    assert {"CUSTOMER", "COMPETITOR"} <= {one["value"] for one in found["RELATIONSHIP_TYPES"]}


async def test_counts_are_of_what_is_meant_and_searched_for(varied: Database) -> None:
    client = Client(varied)
    (whole,) = await facets(client, "contact", "", ["STATE"])
    (some,) = await facets(client, "contact", ", where: {state: {eq: INACTIVE}}", ["STATE"])
    assert some["buckets"] == [one for one in whole["buckets"] if one["value"] == "INACTIVE"]
    (found,) = await facets(client, "contact", ', search: "no such words at all"', ["STATE"])
    assert (found["buckets"], found["missing"]["value"]) == ([], 0)


@pytest.mark.parametrize(
    ("arguments", "number"),
    [("", 11), (", values: 0", 1), (", values: 101", 1), (", where: {state: null}", 1)],
)
async def test_what_is_too_much_is_refused(varied: Database, arguments: str, number: int) -> None:
    by = [one.name for one in ContactFacet][:number]
    assert await Client(varied).refused(_asked("contact", arguments), by=by) == "INVALID"


def test_every_choice_and_every_yes_or_no_can_be_counted() -> None:
    for entity, members in ENTITIES.items():
        record: Any = RECORDS[entity]
        for field in fields_of(record).values():
            if field.kind is bool or (isinstance(field.kind, type) and issubclass(field.kind, Option)):
                assert field in fields_by(members).values(), field
