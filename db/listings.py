"""What may be listed: each list once, with its orders, its parents and its filters."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from domain.facts import Interaction
from domain.fields import Field, fields_by
from domain.interactions import Category, InteractionType
from domain.lists import AccountSort, ContactSort, LeadSort, OpportunitySort
from domain.records import Account, Contact, HistoryEntry, Lead, Opportunity
from domain.views import SavedView


@dataclass(frozen=True)
class Sort:
    """An order: an expression and its type; `nullable` where a record may have no value.

    What is ordered `by_id` shows the expression, the same for all; what is `ranked` is ordered by a search.
    An index has what is `indexed`, with the id; of anything else, a page is taken of the whole table. What is
    `partial` has an index that leaves out the records without a value: they are read along their ids.
    """

    expression: str
    type: str
    nullable: bool = False
    by_id: bool = False
    ranked: bool = False
    indexed: bool = True
    partial: bool = False


@dataclass(frozen=True)
class Listing:
    """A list of records: rows `t` of a source, what orders them, and whose they may be."""

    name: str
    record: type[Any]
    source: str
    sorts: Mapping[str, Sort]
    parents: Mapping[str, str] = field(default_factory=dict)
    filters: Mapping[str, str] = field(default_factory=dict)
    condition: str = "true"
    searched: str | None = None
    found: str = ""

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def is_table(self) -> bool:
        """Whether its rows are those of one table: an id says which."""
        return " " not in self.source.removesuffix(" t")


_TYPES: Mapping[Any, str] = {
    int: "bigint",
    Decimal: "numeric",
    date: "date",
    datetime: "timestamptz",
    bool: "boolean",
}
"""The types of what is ordered; codes of choices are whole numbers."""
_PARTLY = {"last_used_in_campaign"}
"""What an index has of those records alone that have a value."""


def _by_start(column: str, *, nullable: bool = False) -> Sort:
    """By the first 200 characters: what no text is too long for."""
    return Sort(f'left(t.{column} collate "C", 200)', "text", nullable)


def _sorts(orders: type[Enum], *indexed: str) -> Mapping[str, Sort]:
    """The orders that an enum offers; an index has those that are named."""
    return {name: _by(field, name in indexed) for name, field in fields_by(orders).items()}


def _by(field: Field, indexed: bool) -> Sort:
    """By a field, of a text by its start."""
    if field.kind is str:
        return replace(_by_start(field.name, nullable=field.nullable), indexed=indexed)
    type, partial = _TYPES.get(field.kind, "bigint"), field.name in _PARTLY
    return Sort(f"t.{field.name}", type, field.nullable, indexed=indexed, partial=partial)


_MOMENTS = {
    "CREATED_AT": Sort("t.created_at", "timestamptz"),
    "UPDATED_AT": Sort("t.updated_at", "timestamptz"),
}
_OCCURRED = {"OCCURRED_AT": Sort("t.occurred_at", "timestamptz")}
_NOT_ON_ACCOUNTS = ", ".join(
    f"'{kind.name}'" for kind in InteractionType if kind.category is Category.SUBSCRIPTION
)
# Asked row by row, so that a page is read along the account's index and ends with its last row; as a join the
# planner would gather and sort all that the account's contacts ever did.
_OF_MEMBERS = "(select member.account_id from contact member where member.id = t.contact_id) = t.account_id"
_TIMELINE = {
    "types": "t.type = any({}::text[])",
    "names": f"(t.type = any({{0}}::text[]) or t.type = '{InteractionType.CUSTOM.name}'"
    " and t.properties ->> 'name' = any({0}::text[]))",
    "from": "t.occurred_at >= {}::timestamptz",
    "to": "t.occurred_at < {}::timestamptz",
}

accounts = Listing(
    "accounts",
    Account,
    "account t",
    _sorts(
        AccountSort,
        "NAME",
        "CREATED_AT",
        "UPDATED_AT",
        "REVENUE",
        "NUMBER_OF_EMPLOYEES",
    ),
    {"account": "t.parent_account_id"},
    searched="account",
)
contacts = Listing(
    "contacts",
    Contact,
    "contact t",
    _sorts(
        ContactSort,
        "NAME",
        "LAST_NAME",
        "EMAIL",
        "CITY",
        "JOB_TITLE",
        "LAST_USED_IN_CAMPAIGN",
        "CREATED_AT",
        "UPDATED_AT",
    ),
    {"account": "t.account_id", "contact": "t.parent_contact_id"},
    searched="contact",
)
leads = Listing(
    "leads",
    Lead,
    "lead t",
    _sorts(
        LeadSort,
        "TOPIC",
        "CREATED_AT",
        "UPDATED_AT",
        "ESTIMATED_AMOUNT",
        "ESTIMATED_CLOSE_DATE",
    ),
    {"contact": "t.contact_id", "account": "t.account_id"},
    searched="lead",
)
orphan_leads = Listing(
    "orphan_leads",
    Lead,
    "lead t",
    leads.sorts,
    condition="t.contact_id is null and t.account_id is null",
    searched="lead",
)
opportunities = Listing(
    "opportunities",
    Opportunity,
    "opportunity t",
    _sorts(
        OpportunitySort,
        "CREATED_AT",
        "UPDATED_AT",
        "ESTIMATED_VALUE",
        "ESTIMATED_CLOSE_DATE",
    ),
    {"account": "t.account_id", "contact": "t.contact_id"},
)
interactions = Listing(
    "interactions", Interaction, "interaction t", _OCCURRED, {"contact": "t.contact_id"}, _TIMELINE
)
member_interactions = Listing(
    "member_interactions",
    Interaction,
    "interaction t",
    _OCCURRED,
    {"account": "t.account_id"},
    _TIMELINE,
    condition=_OF_MEMBERS,
)
account_interactions = Listing(
    "account_interactions",
    Interaction,
    "interaction t",
    _OCCURRED,
    {"account": "t.account_id"},
    _TIMELINE,
    condition=f"{_OF_MEMBERS} and t.type not in ({_NOT_ON_ACCOUNTS})",
)
orphan_interactions = Listing(
    "orphan_interactions",
    Interaction,
    "(select *, null::uuid as contact_id, null::uuid as account_id from orphan_interaction) t",
    _OCCURRED,
    filters=_TIMELINE,
)
record_history = Listing(
    "record_history",
    HistoryEntry,
    "record_history t",
    {"VERSION": Sort("t.version", "int")},
    {"record": "t.record_id"},
)
saved_views = Listing(
    "saved_views",
    SavedView,
    "saved_view t",
    {"NAME": _by_start("name")},
    filters={"entity": "t.entity = {}", "reader": "(t.shared or coalesce(t.owner, '') = {})"},
)
