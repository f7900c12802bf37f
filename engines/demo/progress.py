"""How the demo's leads went from stage to stage, and how they ended."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from domain.intake import Incoming
from domain.pipeline import STATE_OF_STATUS, LeadStage, LeadStatus
from engines.demo.days import Span, at_work
from engines.demo.houses import SOURCE
from engines.demo.leads import Interest

_SHORT = (LeadStage.AUTOMATED_MARKETING_QUALIFICATION, LeadStage.SALES_ACCEPTANCE)
_LONG = tuple(LeadStage)[1:]
_PACE = timedelta(days=75)


class Change(NamedTuple):
    """What became otherwise in a record, and when."""

    at: datetime
    incoming: Incoming


def progress(span: Span, found: Sequence[Interest]) -> Iterator[Change]:
    """Each lead's way through the stages, from the inquiry it began as."""
    for interest in found:
        rng = Random(f"progress {interest.key}")
        stages = _stages(rng, interest.stage)
        until = interest.closed_at or min(span.end, interest.created_at + _PACE)
        moments = sorted(_between(rng, interest.created_at, until) for _ in stages)
        for at, stage in zip(moments, stages, strict=True):
            yield _change(interest, at, stage=stage)
        if interest.closed_at:
            ending = {"status": interest.status, "state": STATE_OF_STATUS[interest.status]}
            yield _change(interest, interest.closed_at, closed_at=interest.closed_at, **ending)
        elif interest.status is LeadStatus.CONTACTED:
            yield _change(interest, _between(rng, interest.created_at, until), status=interest.status)


def _stages(rng: Random, last: LeadStage) -> tuple[LeadStage, ...]:
    """The stages after the inquiry; most leads that reach sales skip the telephone."""
    way = _SHORT if last in _SHORT and rng.random() < 0.75 else _LONG
    return way[: way.index(last) + 1] if last in way else ()


def _between(rng: Random, start: datetime, end: datetime) -> datetime:
    moment = start + timedelta(seconds=int((end - start).total_seconds() * rng.uniform(0.02, 0.97)))
    at = at_work(rng, moment)
    return at if at < end else moment


def _change(interest: Interest, at: datetime, **values: Any) -> Change:
    return Change(at, Incoming("lead", SOURCE, (interest.key,), values))
