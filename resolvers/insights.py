"""Insights of contacts, carried up to their leads and accounts (domain.md 4)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from db.loaders import Reach, Reaches, Sums
from domain.insights import WITHOUT_ON_ACCOUNTS, Insights, fold
from domain.records import Lead, LeadBasis
from domain.refusals import Refused
from domain.windows import Window, reasonable, twelve_months_before
from resolvers import identity
from resolvers.context import Info


@dataclass(frozen=True)
class Question:
    """What insights are asked for: the window, and who counts; `usual` stands for the last 12 months."""

    window: Window
    usual: bool = True
    machines: bool = False
    former: bool = False

    def parts(self) -> tuple[str, ...]:
        """The question as part of a global id, so that caches never mix two answers."""
        ends = (self.window.from_at, self.window.to_at)
        moments = [f"{moment.timestamp():.6f}" if moment else "" for moment in ends]
        if self.usual:
            moments[0] = "usual"
        flags = f"{'m' if self.machines else ''}{'f' if self.former else ''}"
        return "/".join(moments), flags


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
    former: bool = False,
) -> Question:
    """The question that these arguments mean; `usual` where no `from` was given."""
    start = twelve_months_before(to or now) if usual else from_
    return Question(Window.between(start, to), usual, machines, former)


async def of_contact(root: Any, info: Info, question: Question) -> Answer:
    """A contact's insights: those of its interactions."""
    sums = await info.context.load(Sums("contact", question.window, question.machines), root.id)
    return Answer("ContactInsights", root, question, fold(sums))


async def of_account(root: Any, info: Info, question: Question) -> Answer:
    """An account's insights: those of its members' interactions while members (domain.md 4.4)."""
    sums = await info.context.load(_account_sums(question), root.id)
    return Answer("AccountInsights", root, question, fold(sums, without=WITHOUT_ON_ACCOUNTS))


async def of_lead(root: Lead, info: Info, question: Question) -> Answer:
    """A lead's insights: its contact's, else its account's members', else none (domain.md 4.3)."""
    match root.basis:
        case LeadBasis.CONTACT:
            batch, key = Sums("contact", question.window, question.machines), root.contact_id
        case LeadBasis.ACCOUNT:
            batch, key = _account_sums(question), root.account_id
        case LeadBasis.NONE:
            return Answer("LeadInsights", root, question, Insights())
    assert key is not None
    sums = await info.context.load(batch, key)
    return Answer("LeadInsights", root, question, fold(sums))


def since_created(question: Question, lead: Lead) -> Question:
    """The same question from the lead's creation on."""
    return Question(Window(lead.created_at, question.window.to_at), False, question.machines, question.former)


async def reach(root: Answer, info: Info) -> Reach:
    """How many contacts the account has and how many of them engaged in the window."""
    return await info.context.load(Reaches(root.question.window, root.question.machines), root.owner.id)


def _account_sums(question: Question) -> Sums:
    return Sums("account", question.window, question.machines, question.former)


def question_of(parts: list[str], now: datetime, id: str) -> Question:
    """The question that the tail of a global id of insights holds."""
    try:
        span, flags = parts
        start, end = span.split("/")
        to = _moment(end) if end else None
        from_ = _moment(start) if start not in ("", "usual") else None
    except (ValueError, OverflowError, OSError, Refused):
        raise identity.not_an_id(id) from None
    return ask(now, from_, to, usual=start == "usual", machines="m" in flags, former="f" in flags)


def _moment(timestamp: str) -> datetime:
    return reasonable(datetime.fromtimestamp(float(timestamp), UTC))
