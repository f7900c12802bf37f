"""The whole demo company, invented anew each time and always the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.facts import NewInteraction
from domain.intake import Incoming, Key
from engines.demo.behaviour import interactions
from engines.demo.days import Span
from engines.demo.houses import SOURCE, account, houses
from engines.demo.leads import interests, lead, opportunities
from engines.demo.people import Move, Person, contact, moves, people
from engines.demo.progress import Change, progress

LAST_DAY = date(2026, 10, 31)
"""The day the demo's two years end with, so that it is the same each time."""


@dataclass(frozen=True)
class Demo:
    """Records to hand in, in this order, with what changed in them later; then moves, then interactions."""

    accounts: Sequence[Incoming]
    contacts: Sequence[Incoming]
    leads: Sequence[Incoming]
    changes: Sequence[Change]
    opportunities: Sequence[Incoming]
    moves: Sequence[Move]
    interactions: Sequence[NewInteraction]


def invent(until: date) -> Demo:
    """The demo company over the two years that end with that day."""
    span = Span.until(until)
    places = houses(span)
    crowd = people(span, places)
    wishes = interests(span, crowd, places)
    keys = {place.firm.name: place.key for place in places}
    gone = moves(span, crowd, places)
    movers = {move.contact_key for move in gone}
    return Demo(
        accounts=[account(place, keys) for place in places],
        contacts=[contact(person) for person in crowd],
        leads=[lead(wish) for wish in wishes],
        opportunities=opportunities(span, wishes),
        changes=sorted(
            [*_primaries([person for person in crowd if person.key not in movers]), *progress(span, wishes)],
            key=lambda change: change.at,
        ),
        moves=gone,
        interactions=interactions(span, crowd, wishes),
    )


def _primaries(crowd: Sequence[Person]) -> list[Change]:
    """Three accounts in four have a primary contact: the first of theirs to be known."""
    first: dict[str, Person] = {}
    for person in crowd:
        if person.house and not person.blocked:
            first.setdefault(person.house.key, person)
    return [
        Change(person.joined_at, Incoming("account", SOURCE, (key,), {"primary_contact_id": Key(person.key)}))
        for key, person in sorted(first.items())
        if int(key[-2:]) % 4
    ]
