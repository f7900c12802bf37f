"""Counts by group in the graph: of each value how many records hold it, and how to list these."""

# mypy: disable-error-code="valid-type"
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry import UNSET
from strawberry.utils.str_converters import to_camel_case

from domain.facets import (
    MOST_FACETS,
    MOST_VALUES,
    USUAL_VALUES,
    AccountFacet,
    ContactFacet,
    Counted,
    LeadFacet,
)
from domain.fields import Field
from domain.lists import MOST_FOUND, Precision, Total
from domain.options import Option
from resolvers import facets, relations
from resolvers.context import Info
from resolvers.facets import Faceted
from resolvers.identity import to_global
from resolvers.relations import Relation
from schema.customers import Account
from schema.filters import AccountWhere, ContactWhere, LeadWhere, places_in, to_criterion
from schema.graph import argument, choice, column, declared, described, relation
from schema.lists import Count, Search
from schema.scalars import JSON
from schema.sources import Buckets, Faceting

for _facet in (AccountFacet, ContactFacet, LeadFacet):
    choice(_facet)
Where = dict[str, Any]


@described
class Bucket:
    """A value of a facet, and how many records hold it."""

    value: str = column(
        "The value: of a choice its name in the schema; `true` or `false`; of an account its global id."
    )
    label: str = column("The value in words: of a choice the source's, of an account its name.")
    count: Count = column("How many records hold it.")
    where: JSON = column("An input for the list's `where` that means these records: pass it as a variable.")
    account: Account | None = relation(
        "The account, of a facet by account.", Relation(relations.account, "account_id")
    )


@described
class Facet:
    """How many of the records that are meant hold which value of one field."""

    field: str = column("What was counted by: the name in `by`.")
    buckets: list[Bucket] = declared(
        "The most frequent values, the largest count first.", Buckets(), lambda root: root.buckets
    )
    others: Count = column("How many records hold a value that is not among these.")
    missing: Count = column("How many records hold no value.")
    missing_where: JSON = column("An input for the list's `where` that means the records without a value.")


@dataclass(frozen=True)
class _Bucket:
    value: str
    label: str
    count: Total
    where: Where
    account_id: UUID | None


@dataclass(frozen=True)
class _Facet:
    field: str
    buckets: list[_Bucket]
    others: Total
    missing: Total
    missing_where: Where


def _facet_of(name: str, counted: Counted, accounts: Mapping[UUID, Any], where: Any) -> _Facet:
    field, more = counted.field, Precision.AT_LEAST if counted.more else Precision.EXACT
    buckets = [
        _Bucket(
            _value(one.value),
            _label(one.value, accounts),
            Total(one.count, more),
            _meaning(field, one.value, where),
            one.value if isinstance(one.value, UUID) else None,
        )
        for one in counted.buckets
    ]
    others, missing = Total(counted.others, more), Total(counted.missing, more)
    return _Facet(name, buckets, others, missing, _missing(field, where))


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Enum():
            return value.name
        case UUID():
            return to_global("Account", value)
        case _:
            return str(value)


def _label(value: Any, accounts: Mapping[UUID, Any]) -> str:
    match value:
        case bool():
            return "Yes" if value else "No"
        case Option():
            return value.label
        case Enum():
            return value.name.replace("_", " ").capitalize()
        case UUID():
            return str(accounts[value].name) if value in accounts else ""
        case _:
            return str(value)


def _meaning(field: Field, value: Any, where: Any) -> Where:
    """The filter that means the records with the value."""
    if field.kind is UUID:
        return {_related(field): {"id": {"eq": _value(value)}}}
    given = value if isinstance(value, bool) else _value(value)
    return _at(field, where, {"has" if field.several else "eq": given})


def _missing(field: Field, where: Any) -> Where:
    """The filter that means the records without a value."""
    if field.kind is UUID:
        return {"not": {_related(field): {}}}
    if field.several:
        return {"not": {"or": [_at(field, where, {"has": one.name}) for one in field.kind]}}
    return _at(field, where, {"isNull": True})


def _related(field: Field) -> str:
    return to_camel_case(field.name.removesuffix("_id"))


def _at(field: Field, where: Any, filter: Where) -> Where:
    for name in reversed(_places(where)[field.name]):
        filter = {name: filter}
    return filter


@cache
def _places(where: Any) -> Mapping[str, tuple[str, ...]]:
    return dict(places_in(where))


def _faceted(words: str, source: Faceted, where: Any) -> Any:
    """A field that counts the records of a list by facets."""
    usual = f"usually {USUAL_VALUES}, at most {MOST_VALUES}"
    offered: Any = source.facets
    given_where: Any = Annotated[
        where | None, argument("Which records are meant; all where not given.", name="where")
    ]

    async def resolve(
        info: Info,
        by: Annotated[list[offered], argument(f"By what; at most {MOST_FACETS} at once.")],
        where_: given_where = UNSET,
        search: Search = UNSET,
        values: Annotated[int, argument(f"How many values of each are listed: {usual}.")] = USUAL_VALUES,
    ) -> Any:
        words = None if search is UNSET else search
        found = await facets.count(info, source, by, to_criterion(where_), words, values)
        accounts = await facets.accounts_of(info, found)
        return [_facet_of(one.name, it, accounts, where) for one, it in zip(by, found, strict=True)]

    return declared(f"{words} {_COUNTED}", Faceting(resolve), resolve)


_COUNTED = (
    "How many hold which value, in the order of `by`. A search counts what it finds as its list does: of"
    f" more than {MOST_FOUND:,} records, so many are counted, and every count says AT_LEAST."
)


@strawberry.type
class FacetQueries:
    contact_facets: list[Facet] = _faceted("Contacts by group.", facets.contacts, ContactWhere)
    account_facets: list[Facet] = _faceted("Accounts by group.", facets.accounts, AccountWhere)
    lead_facets: list[Facet] = _faceted("Leads by group.", facets.leads, LeadWhere)
