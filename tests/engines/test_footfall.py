"""What was done on a website equals a recount, of contacts and of visitors whom nobody knows."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.database import Database
from db.footfall import Footfalls, Places, PopularPages
from db.ids import uuid7
from db.loaders import Loaders
from domain.facts import NewInteraction
from domain.footfall import Footfall
from domain.interactions import Actor, InteractionType
from domain.windows import Window
from engines import ingest
from tests.engines.test_recount import NOW, moments, windows

T = InteractionType
_numbers = count()


@dataclass(frozen=True)
class Came:
    """Something that was done on a page."""

    type: InteractionType
    at: datetime
    actor: Actor
    contact: int | None
    visitor: str | None
    here: bool
    page: str | None
    country: str | None
    city: str | None


came = st.builds(
    Came,
    type=st.sampled_from(
        (T.WEBSITE_VISITED, T.WEBSITE_VISITED, T.WEBSITE_CLICKED, T.FORM_VISITED, T.FORM_SUBMITTED)
    ),
    at=moments,
    actor=st.sampled_from((Actor.HUMAN, Actor.MACHINE)),
    contact=st.sampled_from((0, 1, None)),
    visitor=st.sampled_from(("v0", "v1", None)),
    here=st.sampled_from((True, True, False)),
    page=st.sampled_from(("home", "shop", "", None)),
    country=st.sampled_from(("NL", "BE", None)),
    city=st.sampled_from(("Delft", None)),
)


async def _happen(db: Database, done: Iterable[Came]) -> UUID:
    """The website on which all of this was done, but for what was done on another one."""
    site, other, people = uuid7(NOW), uuid7(NOW), [uuid7(NOW), uuid7(NOW)]
    source = f"site-{next(_numbers)}"
    async with db.transaction() as tx:
        rows = [(id, NOW, NOW, "Shop", "https://shop.example", str(id)) for id in (site, other)]
        columns = ("id", "created_at", "updated_at", "name", "url", "tracking_id")
        await tx.copy("website", columns, rows)
        names = ("id", "created_at", "updated_at", "last_name")
        await tx.copy("contact", names, [(id, NOW, NOW, "Visitor") for id in people])
    new = []
    for number, one in enumerate(done):
        told = {"websiteId": str(site if one.here else other), "pageAddress": one.page}
        told |= {"countryIsoCode": one.country, "city": one.city}
        properties = {name: text for name, text in told.items() if text is not None}
        contact = None if one.contact is None else people[one.contact]
        visitor = None if one.visitor is None else f"{source} {one.visitor} {one.contact}"
        made = NewInteraction(one.type, one.at, source, str(number), contact_id=contact, visitor_id=visitor)
        new.append(replace(made, actor=one.actor, properties=properties))
    await ingest.ingest(db, new, NOW)
    return site


@given(done=st.lists(came, max_size=20), window=windows, machines=st.booleans())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_what_was_done_on_a_website_equals_a_recount(
    database: Database, done: list[Came], window: Window, machines: bool
) -> None:
    site, loaders = await _happen(database, done), Loaders(database.reads())
    seen = [
        one
        for one in done
        if one.here
        and (machines or one.actor is not Actor.MACHINE)
        and (window.from_at is None or one.at >= window.from_at)
        and (window.to_at is None or one.at < window.to_at)
    ]
    of = Counter(one.type for one in seen)
    visitors = len({(one.visitor, one.contact) for one in seen if one.visitor})
    contacts = len({one.contact for one in seen if one.contact is not None})
    counts = of[T.WEBSITE_VISITED], of[T.WEBSITE_CLICKED], of[T.FORM_VISITED], of[T.FORM_SUBMITTED]
    found = await loaders.load(Footfalls(window, machines), site)
    assert found == Footfall(site, *counts, visitors, contacts)
    popular = await loaders.load(PopularPages(window, machines, 10), site)
    told = [(one.address, one.visits, one.clicks, one.first_at, one.last_at) for one in popular]
    assert told == _pages(seen)
    visits = [one for one in seen if one.type is T.WEBSITE_VISITED]
    placed = await loaders.load(Places(window, machines, 10), site)
    assert {(one.country, one.city): one.visits for one in placed} == Counter(
        (one.country, one.city) for one in visits
    )


def _pages(seen: Iterable[Came]) -> list[tuple[str, int, int, datetime, datetime]]:
    by: defaultdict[str, list[Came]] = defaultdict(list)
    for one in seen:
        if one.page and one.type in (T.WEBSITE_VISITED, T.WEBSITE_CLICKED):
            by[one.page].append(one)
    rows = []
    for page, each in by.items():
        visits = sum(one.type is T.WEBSITE_VISITED for one in each)
        at = sorted(one.at for one in each)
        rows.append((page, visits, len(each) - visits, at[0], at[-1]))
    return sorted(rows, key=lambda row: (-row[1], -row[1] - row[2], row[0]))
