"""The demo's leads and what became of them: the livelier the people behind one, the further it comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from domain.intake import Incoming, Key
from domain.pipeline import STATE_OF_OPPORTUNITY as OPPORTUNITY_STATES
from domain.pipeline import STATE_OF_STATUS as LEAD_STATES
from domain.pipeline import (
    BudgetStatus,
    LeadSource,
    LeadSourceType,
    LeadStage,
    LeadState,
    LeadStatus,
    OpportunityStatus,
    PurchaseTimeFrame,
    Rating,
)
from engines.demo.days import Span, at_work
from engines.demo.houses import SOURCE, House
from engines.demo.people import Person
from engines.demo.words import FIRST_NAMES, LAST_NAMES, PRODUCTS, Product

LEADS = 300
OF_ACCOUNTS = 40
OF_NOBODY = 18
QUALIFIED = 58
DISQUALIFIED = 52
_SOURCES = {
    LeadSource.LANDING_PAGE: 34,
    LeadSource.WEB: 20,
    LeadSource.TRADE_SHOW: 9,
    LeadSource.SEMINAR: 9,
    LeadSource.ADVERTISEMENT: 8,
    LeadSource.PARTNER: 6,
    LeadSource.EXTERNAL_REFERRAL: 5,
    LeadSource.WORD_OF_MOUTH: 4,
    LeadSource.EMPLOYEE_REFERRAL: 3,
    LeadSource.OTHER: 2,
}
FROM_FORMS = (LeadSource.LANDING_PAGE, LeadSource.WEB, LeadSource.ADVERTISEMENT)
"""The sources whose leads begin with a form that the contact submits."""
_LOST = (LeadStatus.LOST, LeadStatus.CANNOT_CONTACT, LeadStatus.NO_LONGER_INTERESTED, LeadStatus.CANCELED)


@dataclass(frozen=True, slots=True)
class Interest:
    """A lead as the story needs it; `warmth` decides how far it comes."""

    number: int
    person: Person | None
    house: House | None
    product: Product
    source: LeadSource
    created_at: datetime
    warmth: float
    status: LeadStatus
    stage: LeadStage
    closed_at: datetime | None

    @property
    def key(self) -> str:
        """The lead's key in the demo."""
        return f"lead-{self.number:04}"


def interests(span: Span, crowd: Sequence[Person], places: Sequence[House]) -> list[Interest]:
    """The leads, in the order in which they came up."""
    rng = Random("leads")
    parents = _parents(rng, span, crowd, places)
    warmths = [_warmth(rng, person, house) for person, house in parents]
    fates = _fates(rng, warmths)
    found = [
        _interest(rng, span, parent, warmth, fate)
        for parent, warmth, fate in zip(parents, warmths, fates, strict=True)
    ]
    found.sort(key=lambda draft: draft["created_at"])
    return [Interest(number=number, **draft) for number, draft in enumerate(found, 1)]


def _parents(
    rng: Random, span: Span, crowd: Sequence[Person], places: Sequence[House]
) -> list[tuple[Person | None, House | None]]:
    able = [p for p in crowd if p.created_at < span.at(0.85) and p.blocked != "CONTACT_INACTIVE"]
    weights = [0.02 + person.liveliness**3 for person in able]
    people = rng.choices(able, weights, k=LEADS - OF_ACCOUNTS - OF_NOBODY)
    of_people = [(person, person.house if rng.random() < 0.22 else None) for person in people]
    of_places = [(None, place) for place in rng.choices(places, k=OF_ACCOUNTS)]
    return [*of_people, *of_places, *[(None, None)] * OF_NOBODY]


def _warmth(rng: Random, person: Person | None, house: House | None) -> float:
    behind = person.liveliness if person else house.liveliness * 0.8 if house else 0.1
    return behind + rng.gauss(0, 0.09)


def _fates(rng: Random, warmths: Sequence[float]) -> list[tuple[LeadStatus, LeadStage]]:
    """Each lead's status and stage: the warmest are won, the coldest mostly given up."""
    ranks = sorted(range(len(warmths)), key=lambda number: -warmths[number])
    cold = ranks[len(ranks) // 3 :]
    weights = [1 + 3 * place / len(cold) for place in range(len(cold))]
    lost: dict[int, bool] = {}
    while len(lost) < DISQUALIFIED:
        lost[rng.choices(cold, weights)[0]] = True
    fates: dict[int, tuple[LeadStatus, LeadStage]] = {}
    for rank, number in enumerate(ranks):
        if rank < QUALIFIED:
            fates[number] = LeadStatus.QUALIFIED, LeadStage.SALES_ACCEPTANCE
        elif number in lost:
            fates[number] = rng.choice(_LOST), _stage(rng, rank / len(ranks) + 0.1)
        else:
            contacted = LeadStatus.CONTACTED if rng.random() < 0.5 - rank / 800 else LeadStatus.NEW
            fates[number] = contacted, _stage(rng, rank / len(ranks))
    return [fates[number] for number in range(len(warmths))]


def _stage(rng: Random, coldness: float) -> LeadStage:
    draw = coldness + rng.uniform(-0.15, 0.15)
    bounds = zip((0.28, 0.36, 0.46, 0.78), reversed(tuple(LeadStage)), strict=False)
    return next((stage for bound, stage in bounds if draw < bound), LeadStage.INQUIRY)


def _interest(
    rng: Random,
    span: Span,
    parent: tuple[Person | None, House | None],
    warmth: float,
    fate: tuple[LeadStatus, LeadStage],
) -> dict[str, Any]:
    person, house = parent
    closed = LEAD_STATES[fate[0]] is not LeadState.OPEN
    first = (person.created_at if person else span.at(0.02)) + timedelta(days=4)
    last = span.at(0.9 if closed else 0.995)
    begun = first + (last - first) * (rng.random() if closed else rng.random() ** 0.5)
    created_at = at_work(rng, begun.replace(microsecond=0))
    closed_at = at_work(rng, created_at + timedelta(hours=rng.randrange(200, 2600))) if closed else None
    return {
        "person": person,
        "house": house,
        "product": rng.choice(PRODUCTS),
        "source": rng.choices(tuple(_SOURCES), tuple(_SOURCES.values()))[0],
        "created_at": created_at,
        "warmth": warmth,
        "status": fate[0],
        "stage": fate[1],
        "closed_at": min(closed_at, span.at(0.999)) if closed_at else None,
    }


def lead(interest: Interest) -> Incoming:
    """The lead's record as it came in: what became of it is told by its progress."""
    rng = Random(interest.key)
    person, house = interest.person, interest.house
    values: dict[str, Any] = {
        "created_at": interest.created_at,
        "topic": interest.product.name,
        "source": interest.source,
        "source_type": _department(interest),
        "rating": _rating(interest),
        "estimated_amount": Decimal(interest.product.price * rng.randrange(1, 9)),
        "estimated_close_date": (interest.created_at + timedelta(days=rng.randrange(60, 200))).date(),
        "purchase_time_frame": rng.choice(tuple(PurchaseTimeFrame)),
        "budget_status": rng.choice(tuple(BudgetStatus)),
        **_who(rng, person, house),
    }
    if person:
        values["contact_id"] = Key(person.key)
    if house:
        values["account_id"] = Key(house.key)
    return Incoming("lead", SOURCE, (interest.key,), values)


def _department(interest: Interest) -> LeadSourceType:
    if interest.source in FROM_FORMS:
        return LeadSourceType.MARKETING
    return LeadSourceType.TELEPROSPECT if interest.number % 5 == 0 else LeadSourceType.SALES


def _rating(interest: Interest) -> Rating:
    if interest.warmth > 0.6:
        return Rating.HOT
    return Rating.WARM if interest.warmth > 0.38 else Rating.COLD


def _who(rng: Random, person: Person | None, house: House | None) -> dict[str, Any]:
    """The facts that a lead copies of its person and company; a lead of nobody has its own."""
    employer = house or (person.house if person else None)
    facts: dict[str, Any] = {}
    if person:
        facts = {"first_name": person.first, "last_name": person.last, "job_title": person.job}
        facts |= {"email": person.email} if person.email else {}
        facts |= {"city": person.city.name, "country": person.city.country}
    elif not house:
        first, last = rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES)
        facts = {"first_name": first, "last_name": last, "email": f"{first}.{last}@example.net".lower()}
    if employer:
        facts |= {"company_name": employer.firm.name, "industry": employer.firm.industry}
        facts |= {"number_of_employees": employer.firm.employees}
    return facts


def opportunities(span: Span, found: Sequence[Interest]) -> list[Incoming]:
    """The sales that the qualified leads became."""
    return [_sale(span, interest) for interest in found if interest.status is LeadStatus.QUALIFIED]


def _sale(span: Span, interest: Interest) -> Incoming:
    key = interest.key.replace("lead", "opportunity")
    rng = Random(key)
    assert interest.closed_at is not None
    begun = interest.closed_at
    decided_at = at_work(rng, begun + timedelta(hours=rng.randrange(300, 2600)))
    status = _outcome(rng) if decided_at < span.end else OpportunityStatus.IN_PROGRESS
    value = Decimal(interest.product.price * rng.randrange(1, 12))
    values: dict[str, Any] = {
        "created_at": begun,
        "name": interest.product.name,
        "originating_lead_id": Key(interest.key),
        "estimated_value": value,
        "estimated_close_date": (begun + timedelta(days=90)).date(),
        "state": OPPORTUNITY_STATES[status],
        "status": status,
        "rating": _rating(interest),
    }
    if status in (OpportunityStatus.WON, OpportunityStatus.OUT_SOLD, OpportunityStatus.CANCELED):
        values["actual_closed_at"] = decided_at
    if status is OpportunityStatus.WON:
        values["actual_value"] = value - value % 100
    return Incoming("opportunity", SOURCE, (key,), values | _parties(interest))


def _outcome(rng: Random) -> OpportunityStatus:
    statuses = OpportunityStatus.WON, OpportunityStatus.OUT_SOLD, OpportunityStatus.CANCELED
    return rng.choices((*statuses, OpportunityStatus.ON_HOLD), (64, 14, 10, 12))[0]


def _parties(interest: Interest) -> dict[str, Any]:
    employer = interest.house or (interest.person.house if interest.person else None)
    parties = {"contact_id": interest.person, "account_id": employer}
    return {field: Key(party.key) for field, party in parties.items() if party}
