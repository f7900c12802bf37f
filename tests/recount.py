"""A second reading of domain.md 4, from raw facts and without a database: what insights have to be."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.insights import Attribution, Insights, Sum, fold
from domain.interactions import Actor, Category, InteractionType

T = InteractionType
FIRSTS = {
    T.EMAIL_OPENED: "UNIQUE_OPEN",
    T.EMAIL_CLICKED: "UNIQUE_MESSAGE_CLICK",
    T.SEGMENT_UNSUBSCRIBED: "UNSUBSCRIBE",
    T.EMAIL_SUBSCRIPTION_SUBMIT: "SUBSCRIPTION_SUBMITTED",
    T.FORM_SUBMITTED: "UNIQUE_SUBMISSION",
}
BOUNCED = {T.EMAIL_HARD_BOUNCED, T.EMAIL_SOFT_BOUNCED, T.EMAIL_BLOCK_BOUNCED}


@dataclass(frozen=True)
class Fact:
    """One interaction, with the account that its contact belonged to at that moment."""

    contact: Any
    account: Any
    type: InteractionType
    at: datetime
    actor: Actor = Actor.UNKNOWN
    copy: Any = None
    link: str | None = None
    blocked_reason: str | None = None
    bounce_category: str | None = None
    lead_result: str | None = None


def recount(
    facts: Sequence[Fact],
    start: datetime | None,
    end: datetime | None,
    machines: bool,
    account: Any = None,
    without: frozenset[Category] = frozenset(),
) -> Insights:
    """The insights over these facts in the window, of an account's time if named.

    First occurrences are sought in all of time: they count where and when they happened.
    """

    def shown(fact: Fact) -> bool:
        inside = (start is None or fact.at >= start) and (end is None or fact.at < end)
        return inside and (account is None or fact.account == account)

    seen = [fact for fact in facts if machines or fact.actor is not Actor.MACHINE]
    kinds: Counter[str] = Counter()
    for fact in seen:
        if shown(fact):
            kinds.update(_kinds(fact))
    for kind, first in _firsts(facts, seen):
        kinds[kind] += shown(first)
    return fold(_sums(kinds, [fact for fact in seen if shown(fact)]), without)


def attributed(
    facts: Sequence[Fact], whose: Attribution, account: Any, member: Callable[[Any], Any]
) -> tuple[Sequence[Fact], Any]:
    """The facts that are attributed to an account, and the account within which they have to lie, if any."""
    if whose is Attribution.DURING_MEMBERSHIP:
        return facts, account
    own = [fact for fact in facts if member(fact.contact) == account]
    return own, None if whose is Attribution.ALL_TIME else account


def _kinds(fact: Fact) -> Iterable[str]:
    yield fact.type.name
    if fact.type is T.EMAIL_BLOCKED and fact.blocked_reason == "DUPLICATE_RECIPIENT_ADDRESS":
        yield "DUPLICATE"
    if fact.type in BOUNCED | {T.EMAIL_FEEDBACK_LOOP} and fact.bounce_category == "suppression-list":
        yield "SUPPRESSED_ATTEMPT"
    if fact.type is T.FORM_SUBMITTED and fact.copy and fact.lead_result == "CREATED":
        yield "GENERATED_LEAD"


def _firsts(facts: Sequence[Fact], seen: Sequence[Fact]) -> Iterable[tuple[str, Fact]]:
    """Each copy's first click and so on; its delivery and first opening, unless it bounced afterwards."""
    groups: defaultdict[Any, list[Fact]] = defaultdict(list)
    for fact in seen:
        if fact.copy and fact.type in FIRSTS:
            groups[FIRSTS[fact.type], fact.contact, fact.copy].append(fact)
        if fact.copy and fact.type is T.EMAIL_CLICKED and fact.link:
            groups["UNIQUE_LINK_CLICK", fact.contact, fact.copy, fact.link].append(fact)
        if fact.copy and fact.type is T.EMAIL_DELIVERED:
            groups["DELIVERED", fact.contact, fact.copy].append(fact)
    bounced = _bounced(facts)
    for key, group in groups.items():
        if key[0] in ("DELIVERED", "UNIQUE_OPEN") and key[1:] in bounced:
            continue
        yield key[0], min(group, key=lambda fact: fact.at)


def _bounced(facts: Sequence[Fact]) -> set[tuple[Any, Any]]:
    """The contacts and copies whose last bounce came no sooner than the last delivery, if there was one."""
    bounces: dict[tuple[Any, Any], datetime] = {}
    deliveries: dict[tuple[Any, Any], datetime] = {}
    for fact in facts:
        if fact.copy and (fact.type in BOUNCED or fact.type is T.EMAIL_DELIVERED):
            last = bounces if fact.type in BOUNCED else deliveries
            key = (fact.contact, fact.copy)
            last[key] = max(last.get(key, fact.at), fact.at)
    return {key for key, at in bounces.items() if key not in deliveries or at >= deliveries[key]}


def _sums(kinds: Counter[str], shown: Sequence[Fact]) -> Iterable[Sum]:
    moments: defaultdict[str, list[datetime]] = defaultdict(list)
    for fact in shown:
        moments[fact.type.name].append(fact.at)
    for kind, n in kinds.items():
        at = moments.get(kind)
        yield Sum(kind, n, min(at) if at else None, max(at) if at else None)
