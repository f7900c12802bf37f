"""The demo's contacts: who they are, how lively, and who changed accounts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from domain.intake import Incoming, Key
from domain.options import AccountRole, ContactMethod, Permission, RelationshipType, State
from engines.demo.days import Span
from engines.demo.houses import DESERTED, SCANNED, SOURCE, House, address, phone
from engines.demo.words import CITIES, DECIDERS, FIRST_NAMES, FREE_MAIL, JOBS, LAST_NAMES, City

CONTACTS = 600
LARGEST = 120
WITHOUT_ACCOUNT = 46


@dataclass(frozen=True, slots=True)
class Person:
    """A contact as the story needs it: `blocked` says why it gets no mail, `shares` whose address it has."""

    key: str
    number: int
    first: str
    last: str
    job: str
    department: str
    house: House | None
    city: City
    created_at: datetime
    joined_at: datetime
    liveliness: float
    email: str | None
    blocked: str | None = None
    shares: str | None = None
    proxied: bool = False
    above: str | None = None

    @property
    def scanned(self) -> bool:
        """Whether a machine follows every link before the person can."""
        return self.house is not None and self.house.firm.name == SCANNED


class Move(NamedTuple):
    """A contact's leaving an account for another, or for none."""

    contact_key: str
    account_key: str | None
    moved_at: datetime


def people(span: Span, places: Sequence[House]) -> list[Person]:
    """The contacts, in the order in which they became known."""
    rng = Random("people")
    employers = _employers(rng, places)
    names = rng.sample([(first, last) for first in FIRST_NAMES for last in LAST_NAMES], CONTACTS)
    starts = sorted(_known_at(rng, span) for _ in range(CONTACTS))
    found: list[Person] = []
    for number, (house, name, start) in enumerate(zip(employers, names, starts, strict=True), 1):
        found.append(_person(rng, span, number, house, name, start))
    return list(_colleagues(rng, found))


def _employers(rng: Random, places: Sequence[House]) -> list[House | None]:
    largest, *others = [house for house in places if house.firm.name not in DESERTED]
    rest = CONTACTS - LARGEST - WITHOUT_ACCOUNT - 2 * len(others)
    weights = [house.firm.employees**0.5 for house in others]
    employers: list[House | None] = [*[largest] * LARGEST, *others, *others, *[None] * WITHOUT_ACCOUNT]
    employers += rng.choices(others, weights, k=rest)
    rng.shuffle(employers)
    return employers


def _known_at(rng: Random, span: Span) -> datetime:
    share = rng.uniform(0.002, 0.03) if rng.random() < 0.62 else rng.uniform(0.03, 0.97)
    return span.at(share)


def _person(
    rng: Random, span: Span, number: int, house: House | None, name: tuple[str, str], known_at: datetime
) -> Person:
    job, department = rng.choice(JOBS)
    city = house.city if house and rng.random() < 0.8 else rng.choice(CITIES)
    late = house is not None and rng.random() < 0.06
    joined_at = min(known_at + timedelta(days=rng.randrange(20, 150)), span.at(0.98)) if late else known_at
    domain = house.domain if house else rng.choice(FREE_MAIL)
    lively = 0.45 * (house.liveliness if house else 0.4) + 0.55 * rng.betavariate(1.5, 2.6)
    return Person(
        key=f"contact-{number:04}",
        number=number,
        first=name[0],
        last=name[1],
        job=job,
        department=department,
        house=house,
        city=city,
        created_at=known_at,
        joined_at=joined_at,
        liveliness=round(lively, 4),
        email=f"{name[0]}.{name[1]}@{domain}".lower(),
        blocked=_block(rng),
        proxied=rng.random() < 0.18,
    )


def _block(rng: Random) -> str | None:
    draw = rng.random()
    reasons = (("CONTACT_INACTIVE", 0.015), ("DO_NOT_EMAIL", 0.03), ("DO_NOT_BULK_EMAIL", 0.08))
    return next((reason for reason, upto in reasons if draw < upto), None)


def _colleagues(rng: Random, found: Sequence[Person]) -> Iterator[Person]:
    """Some have no address, some share one, and some without an account belong to another contact."""
    by_house: dict[str, Person] = {}
    sharing = 0
    for person in found:
        place = person.house.key if person.house else ""
        senior = by_house.get(place)
        if place and senior and sharing < 5 and person.number % 61 == 0 and not person.blocked:
            sharing += 1
            person = replace(
                person, email=senior.email, shares=senior.key, blocked="DUPLICATE_RECIPIENT_ADDRESS"
            )
        elif person.number % 83 == 0 and not person.blocked:
            person = replace(person, email=None, blocked="MISSING_CONTACT_DATA")
        elif not place and by_house and rng.random() < 0.3:
            person = replace(person, above=rng.choice(list(by_house.values())).key)
        if place and not person.blocked:
            by_house.setdefault(place, person)
        yield person


def contact(person: Person) -> Incoming:
    """The contact's record, as of its first account."""
    rng = Random(person.key)
    values: dict[str, Any] = {
        "created_at": person.created_at,
        "first_name": person.first,
        "last_name": person.last,
        "job_title": person.job,
        "department": person.department,
        "business_phone": phone(rng, person.city),
        "account_role": _role(rng, person.job),
        "relationship_types": _relationships(rng, person),
        "preferred_contact_method": rng.choice(tuple(ContactMethod)[:3]),
        **address(rng, person.city),
        **_permissions(rng, person),
    }
    if person.email:
        values["email"] = person.email
    if person.house:
        values["account_id"] = Key(person.house.key)
    if person.above:
        values["parent_contact_id"] = Key(person.above)
    return Incoming("contact", SOURCE, (person.key,), values, since=person.joined_at)


def _role(rng: Random, job: str) -> AccountRole:
    if any(word in job for word in DECIDERS):
        return AccountRole.DECISION_MAKER
    return rng.choice((AccountRole.EMPLOYEE, AccountRole.EMPLOYEE, AccountRole.INFLUENCER))


def _relationships(rng: Random, person: Person) -> tuple[RelationshipType, ...]:
    own = person.house.firm.relationship if person.house else RelationshipType.PROSPECT
    draw = rng.random()
    extra = RelationshipType.SPEAKER if draw < 0.02 else RelationshipType.SPONSOR if draw < 0.03 else None
    return (own, extra) if extra else (own,)


def _permissions(rng: Random, person: Person) -> dict[str, Any]:
    def unless(refused: bool) -> Permission:
        return Permission.DO_NOT_ALLOW if refused else Permission.ALLOW

    return {
        "email_permission": unless(person.blocked == "DO_NOT_EMAIL"),
        "bulk_email_permission": unless(person.blocked in ("DO_NOT_EMAIL", "DO_NOT_BULK_EMAIL")),
        "phone_permission": unless(rng.random() < 0.05),
        "bulk_mail_permission": unless(rng.random() < 0.07),
        "prefill_permission": unless(rng.random() > 0.2 + person.liveliness / 3),
        "follow_email_permission": unless(rng.random() < 0.03),
        "state": State.INACTIVE if person.blocked == "CONTACT_INACTIVE" else State.ACTIVE,
    }


def moves(span: Span, crowd: Sequence[Person], places: Sequence[House]) -> list[Move]:
    """The contacts who changed accounts: to another, to none, and two of them twice."""
    rng = Random("moves")
    open_places = [house for house in places if house.firm.name not in DESERTED]
    early = [p for p in crowd if p.house and p.blocked is None and p.joined_at < span.at(0.3)]
    movers = rng.sample(early, 25)
    gone = [_move(rng, span.at(rng.uniform(0.35, 0.7)), mover, open_places) for mover in movers]
    gone = [move._replace(account_key=None) if n < 3 else move for n, move in enumerate(gone)]
    again = [_move(rng, span.at(rng.uniform(0.75, 0.9)), mover, open_places[:1]) for mover in movers[3:5]]
    return sorted(gone + again, key=lambda move: (move.moved_at, move.contact_key))


def _move(rng: Random, at: datetime, person: Person, places: Sequence[House]) -> Move:
    elsewhere = rng.choice([house for house in places if house != person.house] or list(places))
    return Move(person.key, elsewhere.key, at.replace(minute=0, second=0))
