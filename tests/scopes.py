"""A second reading of what counts in a scope: links, pages, engaged contacts, of journeys and messages."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from db.database import Database
from domain.facts import NewInteraction
from domain.insights import Insights, ratio
from domain.interactions import ENGAGEMENT, Actor, InteractionType
from domain.windows import Window
from tests.engines.test_recount import Event, World
from tests.recount import Fact, _bounced, recount

T = InteractionType


@dataclass(frozen=True)
class Did(Event):
    """An interaction before it is handed in, of a journey, with a page or the link's name."""

    journey: str | None
    page: str | None


class Scene(World):
    """Contacts and accounts whose interactions are of journeys, pages and links."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.source = f"scene-{self.source}"

    def _new(self, event: Event) -> NewInteraction:
        new = super()._new(event)
        assert isinstance(event, Did)
        told = {"pageAddress": event.page, "linkFriendlyName": event.page and f"the {event.page}"}
        properties = {**(new.properties or {}), **{name: text for name, text in told.items() if text}}
        journey, message = self.named(event.journey), self.named(event.message)
        return replace(new, journey_id=journey, message_id=message, properties=properties)

    def _remember(self, event: Event) -> None:
        """What waited and is told again with its contact keeps what only the first told."""
        known = self.taken.get(event.number)
        super()._remember(event)
        taken = self.taken[event.number]
        if isinstance(known, Did) and isinstance(taken, Did) and taken is not known:
            self.taken[event.number] = replace(taken, page=taken.page or known.page)

    def named(self, name: str | None) -> str | None:
        """The name of a journey or message, as no other scene has it."""
        return name and f"{self.source}:{name}"

    def done(self) -> list[tuple[Did, Any]]:
        """What was taken in of known contacts, each with the account that it was done in."""
        known = [event for event in self.taken.values() if event.contact != "stranger"]
        return [(event, self._fact(event).account) for event in known if isinstance(event, Did)]


@dataclass(frozen=True)
class Reading:
    """What counts: of which contacts, in which accounts if in any alone, when, where.

    Where `members` names each contact's present account, what was done in another one does not count.
    """

    contacts: frozenset[str]
    accounts: frozenset[str] | None = None
    members: tuple[tuple[str, str | None], ...] = ()
    window: Window = Window()
    machines: bool = False
    journey: str | None = None
    message: str | None = None

    def seen(self, done: Iterable[tuple[Did, Any]]) -> list[tuple[Did, Any]]:
        """What is of the journey and message, machines' left out where they do not count, at any time."""
        return [
            (event, account)
            for event, account in done
            if event.contact in self.contacts
            and (self.machines or event.actor is not Actor.MACHINE)
            and self.journey in (None, event.journey)
            and self.message in (None, event.message)
        ]

    def counts(self, event: Did, account: Any, *, ever: bool = False) -> bool:
        """Whether what was done in the account is within the window and in whose account it has to be."""
        start, end = (None, None) if ever else (self.window.from_at, self.window.to_at)
        inside = (start is None or event.at >= start) and (end is None or event.at < end)
        return inside and self.belongs(event, account)

    def belongs(self, event: Did, account: Any) -> bool:
        """Whether it was done in an account in which it counts."""
        if self.accounts is None:
            return True
        present = dict(self.members).get(event.contact, account)
        return account in self.accounts and present == account

    def insights(self, done: Sequence[tuple[Did, Any]], **options: Any) -> Insights:
        """The KPIs; of several accounts, what each of them counts added up is what all of them do."""
        facts = [_fact(event, account, self) for event, account in self._within(done)]
        account = "counted" if self.accounts is not None else None
        ends = self.window.from_at, self.window.to_at
        return recount(facts, *ends, self.machines, account=account, **options)

    def _within(self, done: Sequence[tuple[Did, Any]]) -> list[tuple[Did, Any]]:
        return replace(self, machines=True).seen(done)


def _fact(event: Did, account: Any, reading: Reading) -> Fact:
    within = "counted" if reading.belongs(event, account) else None
    copy = (event.message, event.journey) if event.message else None
    flag = event.flag
    return Fact(
        event.contact,
        within,
        event.type,
        event.at,
        event.actor,
        copy,
        event.link,
        "DUPLICATE_RECIPIENT_ADDRESS" if flag else None,
        "suppression-list" if flag else None,
        "CREATED" if flag else None,
    )


@dataclass(frozen=True)
class Figures:
    """What a link came to."""

    link: str
    name: str | None
    total: int
    unique: int
    share: float | None
    rate: float | None
    first_at: datetime
    last_at: datetime


def links(reading: Reading, done: Sequence[tuple[Did, Any]]) -> list[Figures]:
    """Every clicked link, the most copies first."""
    clicks = [(e, a) for e, a in reading.seen(done) if e.type is T.EMAIL_CLICKED and e.link]
    firsts: dict[Any, tuple[Did, Any]] = {}
    for event, account in sorted(clicks, key=lambda one: one[0].at):
        if event.message:
            firsts.setdefault((event.contact, event.message, event.journey, event.link), (event, account))
    unique = Counter(e.link for e, a in firsts.values() if reading.counts(e, a, ever=True))
    counted = [e for e, a in clicks if reading.counts(e, a, ever=True)]
    by_link: defaultdict[str, list[Did]] = defaultdict(list)
    for event in sorted(counted, key=lambda one: one.at):
        by_link[event.link or ""].append(event)
    found = []
    for link, events in by_link.items():
        delivered = _delivered(reading, done, {e.message for e in events if e.message})
        names = [e.page for e in events if e.page]
        share = ratio(unique[link], sum(unique.values()))
        rate = ratio(unique[link], delivered)
        name = f"the {names[-1]}" if names else None
        figures = len(events), unique[link], share, rate, events[0].at, events[-1].at
        found.append(Figures(link, name, *figures))
    return sorted(found, key=lambda one: (-one.unique, -one.total, one.link))


def _delivered(reading: Reading, done: Sequence[tuple[Did, Any]], messages: set[str]) -> int:
    facts = [_fact(e, a, reading) for e, a in replace(reading, machines=True).seen(done)]
    firsts: dict[Any, tuple[Did, Any]] = {}
    for event, account in sorted(reading.seen(done), key=lambda one: one[0].at):
        if event.type is T.EMAIL_DELIVERED and event.message in messages:
            firsts.setdefault((event.contact, (event.message, event.journey)), (event, account))
    bounced = _bounced(facts)
    return sum(
        reading.counts(event, account, ever=True) and key not in bounced
        for key, (event, account) in firsts.items()
    )


def pages(reading: Reading, done: Sequence[tuple[Did, Any]]) -> list[tuple[Any, ...]]:
    """Every address visited or followed: visits, clicks, first and last."""
    found: defaultdict[str, list[tuple[bool, datetime]]] = defaultdict(list)
    for event, account in reading.seen(done):
        address = {
            T.WEBSITE_VISITED: event.page,
            T.WEBSITE_CLICKED: event.link,
            T.REDIRECT_LINK_CLICKED: event.link,
        }.get(event.type)
        if address and reading.counts(event, account):
            found[address].append((event.type is T.WEBSITE_VISITED, event.at))
    rows = [
        (address, sum(v for v, _ in each), sum(not v for v, _ in each), *_ends(at for _, at in each))
        for address, each in found.items()
    ]
    return sorted(rows, key=lambda row: (-row[1] - row[2], row[0]))


def engaged(
    reading: Reading, done: Sequence[tuple[Did, Any]], without: Callable[[InteractionType], bool]
) -> dict[str, tuple[int, datetime]]:
    """How often each contact engaged, and when last."""
    found: defaultdict[str, list[datetime]] = defaultdict(list)
    for event, account in reading.seen(done):
        if event.type in ENGAGEMENT and not without(event.type) and reading.counts(event, account):
            found[event.contact].append(event.at)
    return {contact: (len(at), max(at)) for contact, at in found.items()}


def _ends(moments: Iterable[datetime]) -> tuple[datetime, datetime]:
    at = sorted(moments)
    return at[0], at[-1]
