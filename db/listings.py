"""What may be listed: each list once, with its orders, its parents and its filters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.facts import Interaction
from domain.interactions import Category, InteractionType
from domain.records import Account, Contact, Lead, Opportunity


@dataclass(frozen=True)
class Sort:
    """An order: an expression and its type; `nullable` where a record may have no value.

    What is ordered `by_id` shows the expression, the same for all; what is `ranked` is ordered by a search.
    """

    expression: str
    type: str
    nullable: bool = False
    by_id: bool = False
    ranked: bool = False


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


def _by_start(column: str, *, nullable: bool = False) -> Sort:
    """By the first 200 characters: what no text is too long for."""
    return Sort(f'left(t.{column} collate "C", 200)', "text", nullable)


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
    "from": "t.occurred_at >= {}::timestamptz",
    "to": "t.occurred_at < {}::timestamptz",
}

accounts = Listing(
    "accounts",
    Account,
    "account t",
    {
        "NAME": _by_start("name"),
        **_MOMENTS,
        "REVENUE": Sort("t.revenue", "numeric", nullable=True),
        "NUMBER_OF_EMPLOYEES": Sort("t.number_of_employees", "bigint", nullable=True),
    },
    {"account": "t.parent_account_id"},
    searched="account",
)
contacts = Listing(
    "contacts",
    Contact,
    "contact t",
    {
        "NAME": _by_start("full_name"),
        "LAST_NAME": _by_start("last_name", nullable=True),
        "EMAIL": _by_start("email", nullable=True),
        **_MOMENTS,
    },
    {"account": "t.account_id", "contact": "t.parent_contact_id"},
    searched="contact",
)
leads = Listing(
    "leads",
    Lead,
    "lead t",
    {
        "TOPIC": _by_start("topic"),
        **_MOMENTS,
        "ESTIMATED_AMOUNT": Sort("t.estimated_amount", "numeric", nullable=True),
        "ESTIMATED_CLOSE_DATE": Sort("t.estimated_close_date", "date", nullable=True),
    },
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
    {
        **_MOMENTS,
        "ESTIMATED_VALUE": Sort("t.estimated_value", "numeric", nullable=True),
        "ESTIMATED_CLOSE_DATE": Sort("t.estimated_close_date", "date", nullable=True),
    },
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
