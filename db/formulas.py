"""Formulas: values that SQL computes of a row and a few related rows, as if they were columns of it.

The same rules stand in the domain as functions, for one record at a time; a test holds both equal.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from domain.options import ConsentLevel, State
from domain.pipeline import LeadState
from domain.records import Account, Contact, Lead
from domain.standing import LeadWarning, UnscorableReason
from domain.subscriptions import Segment, SubscriptionList
from domain.suppression import AddressState

_COLUMN = re.compile(r"\{t\}\.(\w+)")
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True)
class Formula:
    """A value of a kind of record: an expression over its row `{t}`, and the type of what it gives.

    Of an enum that is no option set, and of lists of one, the expression gives the members' names. In a
    subselect, tables need names that no statement uses: no `t`, and none of a letter and a number.
    `conditions` say, of each member, when it is given: lists are filtered by them along more ways than by the
    whole expression.
    """

    record: type[Any]
    name: str
    expression: str
    kind: Any
    conditions: tuple[tuple[Enum, str], ...] = ()

    @property
    def full_name(self) -> str:
        """The name under which its statement is known."""
        return f"{self.table}_{self.name}"

    @property
    def table(self) -> str:
        """The record's table."""
        return _WORDS.sub("_", self.record.__name__).lower()

    @property
    def reads_others(self) -> bool:
        """Whether it reads other rows than the record's own."""
        return re.search(r"\bselect\b", self.expression) is not None

    def on(self, column: Callable[[str], str]) -> str:
        """The expression, with the row's columns as a statement names them."""
        return _written(self.expression, column)

    def any_of(self, values: Iterable[Any], column: Callable[[str], str]) -> str:
        """The condition that one of these values is given."""
        due = frozenset(values)
        found = [_written(condition, column) for value, condition in self.conditions if value in due]
        return f"({' or '.join(found)})" if found else "false"


def _written(expression: str, column: Callable[[str], str]) -> str:
    return f"({_COLUMN.sub(lambda found: column(found[1]), expression)})"


def _any(table: str, *conditions: str) -> str:
    return f"exists (select from {table} where {' and '.join(conditions)})"


def _names(found: Mapping[LeadWarning, str]) -> str:
    """The names of those that hold, in this order."""
    each = (f"case when {condition} then '{warning.name}' end" for warning, condition in found.items())
    return f"array_remove(array[{', '.join(each)}]::text[], null)"


_MEMBER = "member.master_id is null"
_ACTIVE = f"member.state = {State.ACTIVE:d}"
_BY_ACCOUNT = "{t}.contact_id is null and {t}.account_id is not null"
_OF_ACCOUNT = "member.account_id = {t}.account_id"
_NO_PARENT = "{t}.contact_id is null and {t}.account_id is null"
_NO_CONTACTS = f"{_BY_ACCOUNT} and not {_any('contact member', _OF_ACCOUNT, _MEMBER)}"
_NONE_ACTIVE = f"{_BY_ACCOUNT} and not {_any('contact member', _OF_ACCOUNT, _MEMBER, _ACTIVE)}"
_OF_CONTACT = "parent.id = {t}.contact_id"
_IS_CHILD = _any("contact parent", _OF_CONTACT, "parent.is_child")
_IS_CLOSED = f"{{t}}.state <> {LeadState.OPEN:d}"
_REASONS: dict[UnscorableReason, str] = {
    UnscorableReason.NO_PARENT: _NO_PARENT,
    UnscorableReason.ACCOUNT_WITHOUT_CONTACTS: _NO_CONTACTS,
    UnscorableReason.CONTACT_IS_CHILD: _IS_CHILD,
    UnscorableReason.CLOSED: _IS_CLOSED,
}
"""Each where none before it holds; no two of the first three hold at once."""
_CLOSED_ALONE = f"{_IS_CLOSED} and not ({_NO_PARENT}) and not ({_NO_CONTACTS}) and not {_IS_CHILD}"
_WARNINGS: Mapping[LeadWarning, str] = {
    LeadWarning.NO_PARENT: _NO_PARENT,
    LeadWarning.ACCOUNT_WITHOUT_CONTACTS: _NO_CONTACTS,
    LeadWarning.ACCOUNT_WITHOUT_ACTIVE_CONTACTS: (
        f"{_NONE_ACTIVE} and {_any('contact member', _OF_ACCOUNT, _MEMBER)}"
    ),
    LeadWarning.ACCOUNT_INACTIVE: (
        f"{_BY_ACCOUNT} and "
        + _any("account parent", "parent.id = {t}.account_id", f"parent.state = {State.INACTIVE:d}")
    ),
    LeadWarning.CONTACT_INACTIVE: _any("contact parent", _OF_CONTACT, f"parent.state = {State.INACTIVE:d}"),
    LeadWarning.CONTACT_WITHOUT_GUARDIAN: _any(
        "contact parent", _OF_CONTACT, "parent.is_child", "parent.guardian_id is null"
    ),
}
_GUARDIANS = "(select guardian.consent_level from contact guardian where guardian.id = {t}.guardian_id)"

account_marketing_ready = Formula(
    Account,
    "marketing_ready",
    _any("contact member", "member.account_id = {t}.id", _MEMBER, _ACTIVE),
    bool,
)
contact_effective_consent = Formula(
    Contact,
    "effective_consent",
    "case when {t}.is_child then"
    f" least({{t}}.consent_level, coalesce({_GUARDIANS}, {ConsentLevel.NONE:d}), {ConsentLevel.MARKETING:d})"
    " else {t}.consent_level end",
    ConsentLevel,
)
_LISTED = "(listed.permanent or listed.listed_at <= now() and coalesce(listed.until > now(), true))"
_AS_WRITTEN = "listed.address = lower({t}.email)"
_BY_PATTERN = "listed.is_pattern", "lower({t}.email) like listed.likeness"
contact_address_state = Formula(
    Contact,
    "address_state",
    "case when {t}.email is null then null"
    f" when {_any('suppressed_address listed', _AS_WRITTEN, 'listed.permanent')}"
    f" then '{AddressState.PERMANENTLY_BLOCKED.name}'"
    f" when {_any('suppressed_address listed', _AS_WRITTEN, _LISTED)}"
    f" or {_any('suppressed_address listed', *_BY_PATTERN, _LISTED)}"
    f" then '{AddressState.ON_SUPPRESSION_LIST.name}' else '{AddressState.NOT_LISTED.name}' end",
    AddressState | None,
)
lead_scorable = Formula(
    Lead,
    "scorable",
    "not (" + " or ".join(f"({condition})" for condition in reversed(_REASONS.values())) + ")",
    bool,
)
lead_unscorable_reason = Formula(
    Lead,
    "unscorable_reason",
    "case " + " ".join(f"when {condition} then '{one.name}'" for one, condition in _REASONS.items()) + " end",
    UnscorableReason | None,
    tuple((_REASONS | {UnscorableReason.CLOSED: _CLOSED_ALONE}).items()),
)
lead_warnings = Formula(
    Lead, "warnings", _names(_WARNINGS), tuple[LeadWarning, ...], tuple(_WARNINGS.items())
)

subscription_list_members = Formula(
    SubscriptionList,
    "members",
    "(select count(*)::int from subscription stay where stay.list_id = {t}.id and stay.left_at is null)",
    int,
)
segment_members = Formula(
    Segment,
    "members",
    "(select count(*)::int from segment_member member where member.segment_id = {t}.id)",
    int,
)


def _by_record(formulas: Iterable[Formula]) -> Mapping[type[Any], Mapping[str, Formula]]:
    found: dict[type[Any], dict[str, Formula]] = {}
    for formula in formulas:
        found.setdefault(formula.record, {})[formula.name] = formula
    return found


FORMULAS = _by_record(
    (
        account_marketing_ready,
        contact_address_state,
        contact_effective_consent,
        lead_scorable,
        lead_unscorable_reason,
        lead_warnings,
        segment_members,
        subscription_list_members,
    )
)
"""The formulas of each kind of record, by name."""
