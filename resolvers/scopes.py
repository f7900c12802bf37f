"""From insights to the scope of the facts behind them: whose, and which of them (domain.md 4)."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from domain.scopes import Owner, Scope
from domain.windows import Window
from resolvers.insights import Aggregate, Answer, of_account, of_contact, of_lead

AGGREGATES: Mapping[str, Aggregate] = {one.type_name: one for one in (of_account, of_contact, of_lead)}
_OWNERS: Mapping[str, Owner] = {"contact": Owner.CONTACT, "account": Owner.ACCOUNT}


def scope_of(root: Answer) -> tuple[Scope, UUID] | None:
    """The scope of the insights and the key of their owner; None where there is nobody behind them."""
    for name, by in AGGREGATES[root.type_name].owners:
        key: UUID | None = getattr(root.owner, by)
        if key is not None:
            return _scope(_OWNERS[name], root), key
    return None


def whenever(scope: Scope) -> Scope:
    """The same scope without a window: what is known of links has none (domain.md 4.1)."""
    return replace(scope, window=Window())


def _scope(owner: Owner, root: Answer) -> Scope:
    question = root.question
    attribution = question.attribution.name if owner is Owner.ACCOUNT else "CURRENT_MEMBERS"
    return Scope(owner, question.window, question.machines, attribution)
