"""The catalogue of insights: what is counted, and what follows from it (domain.md 4).

A count is one line; from it come the graph's field, its description and docs/insights.md. A rate is a
property over counts: add first, divide last, so it holds for one contact and for ten thousand.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import Enum
from functools import cache
from operator import itemgetter
from typing import Any, Self

from domain.interactions import BOUNCES, ENGAGEMENT, STOPPED, Category, InteractionType, engaging


class Measure(Enum):
    """What is counted besides the interactions of a type: copies once, and interactions of a special sort."""

    DELIVERED = "Copies delivered, less those that bounced afterwards."
    UNIQUE_OPEN = "Copies opened at least once, less those that bounced afterwards."
    UNIQUE_MESSAGE_CLICK = "Copies of which any link was clicked at least once."
    UNIQUE_LINK_CLICK = "Links clicked at least once, per copy."
    UNSUBSCRIBE = "Copies whose subscription-centre link led to leaving a list."
    SUBSCRIPTION_SUBMITTED = "Copies whose subscription centre was submitted."
    UNIQUE_SUBMISSION = "Copies that led to a form submission."
    DUPLICATE = "Messages withheld because the address had had them already."
    SUPPRESSED_ATTEMPT = "Bounces and complaints shown for addresses that were not sent to any more."
    GENERATED_LEAD = "Submissions from a message that created a new lead."


class Attribution(Enum):
    """Whose interactions are an account's (domain.md 4.4)."""

    CURRENT_MEMBERS = "What its present members did since they belong to it."
    DURING_MEMBERSHIP = "What present and former members did while they belonged to it."
    ALL_TIME = "What its present members did at any time, also before they came."


Kind = InteractionType | Measure
_BY_NAME: Mapping[str, Kind] = {kind.name: kind for kind in (*InteractionType, *Measure)}


@dataclass(frozen=True, slots=True)
class Sum:
    """How often something happened, first and last; a machine row holds what machines add."""

    kind: str
    n: int
    first_at: datetime | None
    last_at: datetime | None


def count(*kinds: Kind, doc: str) -> Any:
    """A KPI that is the sum of these kinds; `doc` is its description in the graph."""
    return field(default=0, metadata={"kinds": frozenset(kind.name for kind in kinds), "doc": doc})


def ratio(numerator: int, denominator: int) -> float | None:
    """The fraction 0..1; null, never 0, where the denominator is zero (domain.md 4.1)."""
    return numerator / denominator if denominator else None


_T = InteractionType
_M = Measure


@dataclass(frozen=True, slots=True)
class EmailInsights:
    """The e-mail KPIs of domain.md 4.7 over any number of contacts.

    Rates are fractions 0..1, null when nothing stands below the line. Image blocking lowers opens; mail
    forwarded by a mail client credits the first recipient; privacy proxies and scanners inflate opens and
    clicks, and are left out unless asked for.
    """

    sent: int = count(_T.EMAIL_SENT, doc="Messages that passed all gates and were sent.")
    delivered: int = count(_M.DELIVERED, doc="Copies delivered, less those that bounced afterwards.")
    inflow: int = count(_T.ACTIVITY_CONTACT_DISPATCHED, doc="Times a contact entered a journey.")
    failed: int = count(
        _T.ACTIVITY_CONTACT_PROCESSING_FAILED,
        _T.EMAIL_SENDING_FAILED,
        doc="Times a tile or a sending failed for a technical reason.",
    )
    duplicate_contacts: int = count(
        _M.DUPLICATE, doc="Messages withheld because another contact of the address had them already."
    )
    stopped_contacts: int = count(*STOPPED, doc="Times a contact was stopped in a journey.")
    blocked: int = count(
        _T.EMAIL_BLOCKED,
        _T.EMAIL_CONTAINS_BLOCK_LISTED_LINKS,
        _T.INVALID_RECIPIENT_ADDRESS,
        _T.INVALID_SENDER_ADDRESS,
        _T.INVALID_REPLY_TO_ADDRESS,
        _T.OUT_OF_EMAIL_CREDITS,
        doc="Messages that the system chose not to send, duplicates included.",
    )
    total_opens: int = count(_T.EMAIL_OPENED, doc="All opens, repeats included.")
    unique_opens: int = count(_M.UNIQUE_OPEN, doc="Copies opened at least once, less those that bounced.")
    total_clicks: int = count(
        _T.EMAIL_CLICKED, doc="All clicks, repeats included; may exceed opens and deliveries."
    )
    unique_link_clicks: int = count(_M.UNIQUE_LINK_CLICK, doc="Clicks, at most one per link of a copy.")
    unique_message_clicks: int = count(
        _M.UNIQUE_MESSAGE_CLICK, doc="Copies with at least one click on any link."
    )
    forwards: int = count(_T.EMAIL_FORWARDED, doc="Messages forwarded by the forward form.")
    feedback_loops: int = count(_T.EMAIL_FEEDBACK_LOOP, doc="Messages marked as spam.")
    hard_bounces: int = count(_T.EMAIL_HARD_BOUNCED, doc="Bounces: the address does not exist.")
    soft_bounces: int = count(_T.EMAIL_SOFT_BOUNCED, doc="Bounces: refused for now.")
    block_bounces: int = count(_T.EMAIL_BLOCK_BOUNCED, doc="Bounces: filtered or block-listed.")
    suppressed_attempts: int = count(
        _M.SUPPRESSED_ATTEMPT,
        doc="Of the bounces and complaints, those shown for suppressed addresses: nothing was transmitted.",
    )
    unsubscribes: int = count(
        _M.UNSUBSCRIBE, doc="Copies whose subscription-centre link led to leaving a list, each once."
    )
    subscriptions_submitted: int = count(
        _M.SUBSCRIPTION_SUBMITTED, doc="Copies whose subscription centre was submitted at least once."
    )
    unique_submissions: int = count(
        _M.UNIQUE_SUBMISSION, doc="Copies that led to at least one form submission."
    )
    generated_leads: int = count(
        _M.GENERATED_LEAD, doc="Submissions that came from a message and created a new lead."
    )

    @property
    def blocked_contacts(self) -> int:
        """Contacts withheld by the e-mail gate, once for each message withheld, duplicates aside."""
        return self.blocked - self.duplicate_contacts

    @property
    def segment_contacts(self) -> int:
        """Contacts in the audience: those sent to and those withheld as duplicates, blocked or stopped."""
        return self.sent + self.duplicate_contacts + self.blocked_contacts + self.stopped_contacts

    @property
    def processed(self) -> int:
        """Rendered and ready to send: the inflow without the stopped and the failed."""
        return self.inflow - self.stopped_contacts - self.failed

    @property
    def unopened(self) -> int:
        """Delivered copies that were not opened: delivered less unique opens."""
        return self.delivered - self.unique_opens

    @property
    def bounces(self) -> int:
        """Hard, soft and block bounces together."""
        return self.hard_bounces + self.soft_bounces + self.block_bounces

    @property
    def open_rate(self) -> float | None:
        """Unique opens per delivered copy."""
        return ratio(self.unique_opens, self.delivered)

    @property
    def click_through_rate(self) -> float | None:
        """Copies clicked per delivered copy (CTR)."""
        return ratio(self.unique_message_clicks, self.delivered)

    @property
    def click_to_open_rate(self) -> float | None:
        """Copies clicked per copy opened (CTOR); may exceed 1, as clicks without image load count."""
        return ratio(self.unique_message_clicks, self.unique_opens)

    @property
    def delivery_rate(self) -> float | None:
        """Delivered copies per message sent."""
        return ratio(self.delivered, self.sent)

    @property
    def bounce_rate(self) -> float | None:
        """All bounces per message sent."""
        return ratio(self.bounces, self.sent)

    @property
    def hard_bounce_rate(self) -> float | None:
        """Hard bounces per message sent; prefer under 0.02, 0.08 is the limit."""
        return ratio(self.hard_bounces, self.sent)

    @property
    def soft_bounce_rate(self) -> float | None:
        """Soft bounces per message sent."""
        return ratio(self.soft_bounces, self.sent)

    @property
    def blocked_rate(self) -> float | None:
        """Blocked messages per contact that entered a journey."""
        return ratio(self.blocked, self.inflow)

    @property
    def send_rate(self) -> float | None:
        """Messages sent per contact that entered a journey."""
        return ratio(self.sent, self.inflow)

    @property
    def spam_rate(self) -> float | None:
        """Messages marked as spam per delivered copy; 0.003 is the limit."""
        return ratio(self.feedback_loops, self.delivered)

    @property
    def unsubscribe_rate(self) -> float | None:
        """Unsubscribes per delivered copy."""
        return ratio(self.unsubscribes, self.delivered)

    @property
    def submission_rate(self) -> float | None:
        """Unique form submissions per delivered copy."""
        return ratio(self.unique_submissions, self.delivered)

    @property
    def subscription_rate(self) -> float | None:
        """Unique subscription-centre submissions per delivered copy."""
        return ratio(self.subscriptions_submitted, self.delivered)

    @classmethod
    def of(cls, sums: Mapping[str, int]) -> Self:
        """The KPIs that follow from these sums by kind."""
        return cls(*[sum([sums.get(kind, 0) for kind in kinds]) for kinds in _counted()])


@cache
def _counted() -> tuple[frozenset[str], ...]:
    """The kinds that each e-mail count adds up."""
    return tuple(f.metadata["kinds"] for f in fields(EmailInsights))


@dataclass(frozen=True, slots=True)
class TypeCount:
    """How many interactions there were of one type."""

    type: InteractionType
    count: int


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """How many interactions there were of one category."""

    category: Category
    count: int


@dataclass(frozen=True, slots=True)
class Insights:
    """How the contacts behind a record have met our marketing."""

    by_type: tuple[TypeCount, ...] = ()
    by_category: tuple[CategoryCount, ...] = ()
    first_interaction_at: datetime | None = None
    last_interaction_at: datetime | None = None
    last_engagement_at: datetime | None = None
    email: EmailInsights = EmailInsights()

    @property
    def interactions(self) -> int:
        """How many interactions there were, of any type."""
        return sum(entry.count for entry in self.by_type)


_TYPES: Mapping[str, tuple[int, InteractionType]] = {
    kind.name: (place, kind) for place, kind in enumerate(InteractionType)
}


def fold(sums: Iterable[Sum], without: frozenset[Category] = frozenset()) -> Insights:
    """The insights that follow from these sums, leaving the interactions of some categories out."""
    met = [entry for entry in sums if entry.n]
    placed = [(*_TYPES[entry.kind], entry) for entry in met if entry.kind in _TYPES]
    placed.sort(key=itemgetter(0))
    seen = [(kind, entry) for _, kind, entry in placed if kind.category not in without]
    lasts = [(entry.last_at, kind in ENGAGEMENT) for kind, entry in seen if entry.last_at]
    return Insights(
        by_type=tuple([TypeCount(kind, entry.n) for kind, entry in seen]),
        by_category=tuple(_by_category(seen)),
        first_interaction_at=min([entry.first_at for _, entry in seen if entry.first_at], default=None),
        last_interaction_at=max([last for last, _ in lasts], default=None),
        last_engagement_at=max([last for last, engaging in lasts if engaging], default=None),
        email=EmailInsights.of({entry.kind: entry.n for entry in met}),
    )


def _by_category(seen: list[tuple[InteractionType, Sum]]) -> Iterator[CategoryCount]:
    totals: dict[Category, int] = {}
    for kind, entry in seen:
        totals[kind.category] = totals.get(kind.category, 0) + entry.n
    return (CategoryCount(category, totals[category]) for category in Category if category in totals)


WITHOUT_ON_ACCOUNTS = frozenset({Category.SUBSCRIPTION})
"""Account insights give no subscription-list interactions (domain.md 4.4)."""
ENGAGED_ON_ACCOUNTS = engaging(WITHOUT_ON_ACCOUNTS)
"""What a contact does that counts as engaged for its account: for reach, and for who engaged most."""

MARKS: Mapping[InteractionType, str] = {
    _T.EMAIL_DELIVERED: "EMAIL_DELIVERED",
    _T.EMAIL_OPENED: "EMAIL_OPENED",
    _T.EMAIL_CLICKED: "EMAIL_CLICKED",
    _T.SEGMENT_UNSUBSCRIBED: "SEGMENT_UNSUBSCRIBED",
    _T.EMAIL_SUBSCRIPTION_SUBMIT: "EMAIL_SUBSCRIPTION_SUBMIT",
    _T.FORM_SUBMITTED: "FORM_SUBMITTED",
    **dict.fromkeys(BOUNCES, "BOUNCED"),
}
"""Which interactions leave a mark on the delivered copy that they are about."""
