"""From the audience to the lead: how many went how far (domain.md 4.6), and how two windows compare."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from itertools import pairwise

from domain.insights import EmailInsights, Insights, ratio
from domain.windows import YEARS, Window, twelve_months_before


class FunnelStage(Enum):
    """How far a message has led."""

    SEGMENT = "Contacts in the audience: `segmentContacts` of the e-mail KPIs."
    SENT = "Messages sent: `sent`."
    DELIVERED = "Copies delivered: `delivered`."
    OPENED = "Copies opened: `uniqueOpens`."
    CLICKED = "Copies of which a link was clicked: `uniqueMessageClicks`."
    SUBMITTED = "Copies that led to the submission of a form: `uniqueSubmissions`."
    LEAD = "Leads that came of it: `generatedLeads`."


_COUNTS: Mapping[FunnelStage, str] = {
    FunnelStage.SEGMENT: "segment_contacts",
    FunnelStage.SENT: "sent",
    FunnelStage.DELIVERED: "delivered",
    FunnelStage.OPENED: "unique_opens",
    FunnelStage.CLICKED: "unique_message_clicks",
    FunnelStage.SUBMITTED: "unique_submissions",
    FunnelStage.LEAD: "generated_leads",
}


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """How many came to a stage, and which part they are of those at the stage before."""

    step: FunnelStage
    count: int
    rate: float | None


def funnel(email: EmailInsights) -> list[FunnelStep]:
    """The way from the audience to the lead; a step after nobody has no rate."""
    counts = [getattr(email, name) for name in _COUNTS.values()]
    rates = [None, *(ratio(count, before) for before, count in pairwise(counts))]
    return [FunnelStep(*step) for step in zip(_COUNTS, counts, rates, strict=True)]


def window_before(window: Window, usual: bool, now: datetime) -> Window | None:
    """The window of the same length that ends where this one begins; None where it begins with time itself.

    Of the usual window, twelve months before are the calendar's; of any other, its length in time.
    """
    start = window.from_at
    if start is None:
        return None
    if usual:
        return Window(twelve_months_before(start), start)
    try:
        before = start - (max(window.to_at or now, start) - start)
    except OverflowError:
        return None
    return Window(before, start) if before.year in YEARS else None


def per_month(found: Insights, window: Window, now: datetime) -> float | None:
    """Interactions per month of the window, up to now where it ends later; None where it has no beginning.

    A window that is open to the past begins with the first interaction. Months are the calendar's, and the
    rest is counted as the part that it is of the month it lies in; a shorter time counts as one month.
    """
    start = window.from_at or found.first_interaction_at
    if start is None:
        return None
    return found.interactions / max(1.0, months_between(start, min(window.to_at or now, now)))


def months_between(start: datetime, end: datetime) -> float:
    """How many months of the calendar lie between: whole ones, and the part of the last."""
    whole = (end.year - start.year) * 12 + end.month - start.month
    while whole > 0 and months_after(start, whole) > end:
        whole -= 1
    here, there = months_after(start, max(whole, 0)), months_after(start, max(whole, 0) + 1)
    return max(whole, 0) + (end - here) / (there - here)


def months_after(moment: datetime, months: int) -> datetime:
    """The same day and time so many months later; the last day of a month that has no such day."""
    month = moment.month - 1 + months
    first = moment.replace(year=moment.year + month // 12, month=month % 12 + 1, day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return first.replace(day=min(moment.day, (following - first).days))
