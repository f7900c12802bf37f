"""What one statement reads: a record's columns, and the to-one records and sums folded into it."""

from collections.abc import Sequence
from functools import cache, cached_property
from typing import Any

from db.formulas import Formula
from db.insights import Counting
from db.sql import Args
from domain import events
from domain.custom_fields import CustomField
from domain.custom_interactions import CustomInteractionType
from domain.insights import Measure
from domain.interaction_properties import ID, PROPERTIES
from domain.interactions import InteractionType
from domain.records import Account, Contact, Lead, Opportunity
from domain.subscriptions import Segment, SubscriptionCenter, SubscriptionList
from domain.suppression import SuppressedAddress
from domain.views import SavedView

TABLES: dict[type[Any], str] = {
    Account: "account",
    Contact: "contact",
    Lead: "lead",
    Opportunity: "opportunity",
    CustomField: "custom_field",
    **{record: table for record, table in events.TABLES.items() if hasattr(record, "id")},
    SubscriptionList: "subscription_list",
    SuppressedAddress: "suppressed_address",
    SubscriptionCenter: "subscription_center",
    Segment: "segment",
    SavedView: "saved_view",
    CustomInteractionType: "interaction_type",
}
"""The records that can be joined by their id."""
_TYPES = frozenset(kind.name for kind in InteractionType)
_KINDS = _TYPES | {kind.name for kind in Measure}


class Shape:
    """The columns of a statement, each at its place in the row; the key of the row comes first."""

    def __init__(self, record: type[Any], key: str = "id") -> None:
        self.questions: list[Sums | Reach] = []
        self.computes = False
        self._places: dict[str, int] = {}
        self._last: tuple[tuple[Counting, ...], str | None, str] = ((), None, "")
        self._own: dict[str, None] = {}
        self._joins: list[str | Sums | Reach] = []
        self._joined: dict[tuple[str, str], Part] = {}
        self.part = Part(self, "t", record)
        self.part.column(key)

    def place(self, expression: str) -> int:
        """Where the row holds the value of the expression."""
        return self._places.setdefault(expression, len(self._places))

    def join(self, part: "Part", record: type[Any], by: str) -> "Part":
        """The to-one record whose id the part's column `by` holds; joined once."""
        known = self._joined.get((part.alias, by))
        if known is None:
            key, alias = part.expression(by), f"j{len(self._joined)}"
            self._joins.append(f"left join {TABLES[record]} {alias} on {alias}.id = {key}")
            known = self._joined[part.alias, by] = Part(self, alias, record)
        return known

    def ask(self, question: "Sums | Reach") -> int:
        """Folds sums into the statement; which of its questions they are."""
        self.questions.append(question)
        self._joins.append(question)
        return len(self.questions) - 1

    def row_of(self, record: Any) -> list[Any]:
        """A row of this shape that holds a record."""
        names = (place.removeprefix("t.") for place in self._places)
        return [getattr(record, name, None) for name in names]

    def own(self, name: str) -> str:
        """A column of the record that the statement is about."""
        self._own[name] = None
        return f"t.{name}"

    @property
    def joins(self) -> int:
        """How many records and sums are folded in."""
        return len(self._joins)

    @property
    def is_more_than_columns(self) -> bool:
        """Whether what is read lies in other rows too: a page is found first, and that read for its rows."""
        return self.computes or bool(self._joins)

    @cached_property
    def columns(self) -> str:
        """The columns of the record that the statement needs."""
        return ", ".join(f"t.{name}" for name in self._own)

    @cached_property
    def select(self) -> str:
        """The select list."""
        return ", ".join(self._places)

    @cached_property
    def width(self) -> int:
        """How many values a row has; what a statement adds of its own comes after them."""
        return len(self._places)

    def joined(self, countings: tuple[Counting, ...], args: Args, only: str = "") -> str:
        """The joins, with what counts for each question; sums are read for the rows that `only` says."""
        if not self._joins:
            return ""
        if not all(counting.is_fixed for counting in countings):
            return self._join(countings, args, only)
        if self._last[:2] != (countings, only):
            self._last = (countings, only, self._join(countings, args, only))
        return self._last[2]

    def _join(self, countings: tuple[Counting, ...], args: Args, only: str) -> str:
        due = iter(countings)
        texts = (join if isinstance(join, str) else join.text(next(due), args, only) for join in self._joins)
        return " ".join(texts)

    @cached_property
    def signature(self) -> tuple[str, ...]:
        """What tells shapes apart: equal ones read the same."""
        joins = (join if isinstance(join, str) else join.signature for join in self._joins)
        return (self.part.record.__name__, *self._places, *joins)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Shape) and self.signature == other.signature

    @cached_property
    def _hash(self) -> int:
        return hash(self.signature)

    def __hash__(self) -> int:
        return self._hash


class Part:
    """One record within a shape: the statement's own, or one that is joined to it."""

    def __init__(self, shape: Shape, alias: str, record: type[Any]) -> None:
        self.shape = shape
        self.alias = alias
        self.record = record

    def expression(self, column: str) -> str:
        """The column, as the statement names it; a property that names a record, as that record's id."""
        if column.startswith(PROPERTIES):
            return _linked(self.expression("properties"), column.removeprefix(PROPERTIES))
        return self.shape.own(column) if self.alias == "t" else f"{self.alias}.{column}"

    def column(self, name: str) -> int:
        """The place of the column's value."""
        return self.shape.place(self.expression(name))

    def text(self, name: str) -> int:
        """The place of the column's value, written as text."""
        return self.shape.place(f"{self.expression(name)}::text")

    def formula(self, formula: Formula) -> int:
        """The place of the formula's value."""
        self.shape.computes = True
        return self.shape.place(formula.on(self.expression))

    def one(self, record: type[Any], by: str) -> "Part":
        """The to-one record whose id the column holds."""
        return self.shape.join(self, record, by)


class Sums:
    """The sums of the first owner that a part has, folded into its statement."""

    def __init__(self, part: Part, owners: Sequence[tuple[str, str]], created: str | None = None) -> None:
        self._shape = part.shape
        self._created = part.expression(created) if created else None
        self._owners = _first_of([(owner, part.expression(by)) for owner, by in owners])
        self._values: dict[str, int] = {}
        self._by_kind = False
        self._due: set[str] = set()
        self.number = part.shape.ask(self)

    def count(self, kinds: frozenset[str]) -> int:
        """The place of how often these kinds were met."""
        return self._value(f"coalesce(sum(n::int){self._filter(kinds, always=_KINDS)}, 0)::int")

    def first(self, kinds: frozenset[str]) -> int:
        """The place of the first moment of these kinds."""
        return self._value(f"min(first_at){self._filter(kinds, always=_TYPES)}")

    def last(self, kinds: frozenset[str]) -> int:
        """The place of the last moment of these kinds."""
        return self._value(f"max(last_at){self._filter(kinds, always=_TYPES)}")

    def kinds(self) -> tuple[int, int]:
        """The places of all kinds that were met, and of how often each was."""
        self._by_kind = True
        self._due.update(_KINDS)
        return self._value("array_agg(kind)"), self._value("array_agg(n)")

    def _filter(self, kinds: frozenset[str], always: frozenset[str]) -> str:
        """Which rows count; none has to be left out where all that can count do."""
        self._due |= kinds
        return f" filter (where {_among(kinds)})" if kinds < always else ""

    def _value(self, expression: str) -> int:
        place = self._values.setdefault(expression, len(self._values))
        return self._shape.place(f"s{self.number}.a{place}")

    @property
    def signature(self) -> str:
        """What is read, but for what counts."""
        return f"{self._owners} {list(self._values)} {self._by_kind}"

    def text(self, counting: Counting, args: Args, only: str) -> str:
        """The join."""
        names = counting.names(args, self._created)
        rows = "\nunion all\n".join(counting.counted(owner, f"= {key}", names) for owner, key in self._owners)
        counts = f"from ({rows}) counted where (not machine or {names['machines']}){self._only()}{only}"
        if self._by_kind:
            sums = "kind, sum(n::int) as n, min(first_at) as first_at, max(last_at) as last_at"
            counts = f"from (select {sums} {counts} group by kind) summed where n <> 0"
        values = ", ".join(f"{value} as a{place}" for place, value in enumerate(self._values)) or "null"
        return f"left join lateral (select {values} {counts}) s{self.number} on true"

    def _only(self) -> str:
        return f" and {_among(frozenset(self._due))}" if len(self._due) < len(_KINDS) / 2 else ""


class Reach:
    """The members of an account and the engaged among them, folded into the account's statement."""

    def __init__(self, part: Part) -> None:
        self._shape = part.shape
        self._key = part.expression("id")
        self._engaged = False
        self.number = part.shape.ask(self)

    def contacts(self) -> int:
        """The place of how many members there are."""
        return self._shape.place(f"s{self.number}.contacts")

    def engaged(self) -> int:
        """The place of how many of them engaged."""
        self._engaged = True
        return self._shape.place(f"s{self.number}.engaged")

    @property
    def signature(self) -> str:
        """What is read, but for what counts."""
        return f"reach {self._key} {self._engaged}"

    def text(self, counting: Counting, args: Args, only: str) -> str:
        """The join."""
        engaged = (
            f", count(*) filter (where {counting.engaged(args)})::int as engaged" if self._engaged else ""
        )
        members = f"from contact member where member.account_id = {self._key}{only}"
        return (
            f"left join lateral (select count(*)::int as contacts{engaged} {members}) s{self.number} on true"
        )


def _linked(properties: str, key: str) -> str:
    """The id that a property holds, null where it holds none: as `linked` of the domain reads it."""
    value = f"{properties} ->> '{key}'"
    return f"case when {value} ~ '^{ID}$' then ({value})::uuid end"


@cache
def _among(kinds: frozenset[str]) -> str:
    """The condition that a kind is one of these; only types of interactions have a first and a last."""
    if len(kinds) == 1:
        return f"kind = '{next(iter(kinds))}'"
    if kinds <= _TYPES and len(kinds) > len(_TYPES) / 2:
        others = sorted(_TYPES - kinds)
        return "first_at is not null" + (
            f" and kind not in ({', '.join(map(repr, others))})" if others else ""
        )
    return f"kind in ({', '.join(map(repr, sorted(kinds)))})"


def _first_of(owners: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Each owner's key, null where an earlier owner has one."""
    found = []
    for place, (owner, key) in enumerate(owners):
        earlier = " and ".join(f"{other} is null" for _, other in owners[:place])
        found.append((owner, f"case when {earlier} then {key} end" if earlier else key))
    return found
