"""Insights of contacts, carried up to their leads and accounts (domain.md 4)."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from db.insights import Counting
from db.loaders import Batch, Reach
from db.scopes import reaching, summing
from domain.insights import WITHOUT_ON_ACCOUNTS, Attribution, Insights, Sum, fold
from domain.interactions import Category
from domain.records import LeadBasis
from domain.refusals import Refused
from domain.scopes import About, Owner, Scope
from domain.windows import Window, reasonable, twelve_months_before
from resolvers import identity
from resolvers.context import Info

CURRENT = Attribution.CURRENT_MEMBERS
_FLAGS = {CURRENT: "", Attribution.DURING_MEMBERSHIP: "f", Attribution.ALL_TIME: "a"}
"""How a question's attribution stands in the global id of its insights."""


@dataclass(frozen=True)
class Question:
    """What insights are asked for: the window, and who counts.

    `usual` stands for the last 12 months, `since_created` for a window that begins with the lead.
    """

    window: Window
    usual: bool = True
    machines: bool = False
    attribution: Attribution = CURRENT
    since_created: bool = False
    about: About = About()

    def counting(self, owner: str) -> Counting:
        """What counts for such an owner; only accounts have members who come and go."""
        return self.whole if owner == "account" else replace(self.whole, attribution=CURRENT)

    @cached_property
    def whole(self) -> Counting:
        """What counts, and whose interactions are an account's."""
        return Counting(self.window, self.machines, self.attribution, self.since_created)

    def scope(self, owner: Owner) -> Scope:
        """Which facts count for such an owner."""
        about, is_account = self.about, owner is Owner.ACCOUNT
        attribution = (self.attribution if is_account else CURRENT).name
        ids = about.journey_id, about.message_id
        return Scope(owner, self.window, self.machines, attribution, *ids, is_account and about.below)

    def sums(self, owner: str) -> Batch[tuple[Sum, ...]]:
        """How often each kind was met by such an owner."""
        return summing(self.scope(Owner[owner.upper()]), self.counting(owner))

    def since(self, created_at: datetime) -> "Question":
        """The question of a record whose window begins with it."""
        if not self.since_created:
            return self
        window = Window(created_at, self.window.to_at)
        return replace(self, window=window, usual=False, since_created=False)

    def parts(self) -> tuple[str, ...]:
        """The question as part of a global id, so that caches never mix two answers."""
        ends = (self.window.from_at, self.window.to_at)
        moments = [f"{moment.timestamp():.6f}" if moment else "" for moment in ends]
        if self.usual:
            moments[0] = "usual"
        flags = f"{'m' if self.machines else ''}{_FLAGS[self.attribution]}"
        return "/".join(moments), flags, *self.about.parts()


@dataclass(frozen=True)
class Answer:
    """The insights of one contact, account or lead, with what they were asked for."""

    type_name: str
    owner: Any
    question: Question
    insights: Insights

    @property
    def global_id(self) -> str:
        """The id of owner and question together."""
        return identity.to_global(self.type_name, self.owner.id, *self.question.parts())

    @property
    def from_at(self) -> datetime | None:
        """Where the window begins."""
        return self.question.window.from_at

    @property
    def to_at(self) -> datetime | None:
        """Where the window ends."""
        return self.question.window.to_at

    @property
    def basis(self) -> LeadBasis:
        """Whose interactions these are, where a lead's."""
        basis: LeadBasis = self.owner.basis
        return basis


def ask(
    now: datetime,
    from_: datetime | None,
    to: datetime | None,
    *,
    usual: bool,
    machines: bool = False,
    attribution: Attribution = CURRENT,
    since_created: bool = False,
    about: About = About(),  # noqa: B008 - a value
) -> Question:
    """The question that these arguments mean; `usual` where no `from` was given."""
    start = twelve_months_before(to or now) if usual else from_
    return Question(Window.between(start, to), usual, machines, attribution, since_created, about)


@dataclass(frozen=True)
class Aggregate:
    """Whose sums make a record's insights: the first owner's whose key the record has (domain.md 4.3)."""

    type_name: str
    owners: tuple[tuple[str, str], ...]
    without: frozenset[Category] = frozenset()
    created: str | None = None
    """The attribute where a window may begin, where each record has a window of its own."""

    async def answer(self, root: Any, info: Info, question: Question) -> Answer:
        """The record's insights; those of nobody where it has no owner."""
        if self.created:
            question = question.since(getattr(root, self.created))
        for owner, by in self.owners:
            key = getattr(root, by)
            if key is not None:
                sums = await info.context.load(question.sums(owner), key)
                return Answer(self.type_name, root, question, fold(sums, self.without))
        return Answer(self.type_name, root, question, Insights())


of_contact = Aggregate("ContactInsights", (("contact", "id"),))
of_account = Aggregate("AccountInsights", (("account", "id"),), WITHOUT_ON_ACCOUNTS)
of_lead = Aggregate(
    "LeadInsights", (("contact", "contact_id"), ("account", "account_id")), created="created_at"
)


async def reach(root: Answer, info: Info) -> Reach:
    """How many contacts the account has and how many of them engaged in the window."""
    question = root.question
    batch = reaching(question.scope(Owner.ACCOUNT), question.counting("contact"))
    return await info.context.load(batch, root.owner.id)


def question_of(parts: list[str], now: datetime, id: str) -> Question:
    """The question that the tail of a global id of insights holds."""
    try:
        span, flags, *about = parts
        start, end = span.split("/")
        to = _moment(end) if end else None
        from_ = _moment(start) if start not in ("", "usual") else None
        narrowed = About.of(about)
    except (ValueError, OverflowError, OSError, Refused):
        raise identity.not_an_id(id) from None
    attribution = next((whose for whose, flag in _FLAGS.items() if flag and flag in flags), CURRENT)
    usual, machines = start == "usual", "m" in flags
    return ask(now, from_, to, usual=usual, machines=machines, attribution=attribution, about=narrowed)


def _moment(timestamp: str) -> datetime:
    return reasonable(datetime.fromtimestamp(float(timestamp), UTC))
