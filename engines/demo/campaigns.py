"""What the demo company sends: newsletters, launches, invitations and a welcome."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from engines.demo.days import Span, tuesday
from engines.demo.words import EVENTS, PRODUCTS, SITE, TEASERS, Product

NEWS, OFFERS = "list-news", "list-offers"


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a message, and what it is called in figures."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a run of a journey; `appeal` is how much it is liked, 1 being usual."""

    id: str
    tile: str
    sent_at: datetime
    links: tuple[Link, ...]
    appeal: float


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a journey: to whom of a list its messages go, in turn."""

    journey: str
    iteration: str
    list: str
    share: float
    messages: tuple[Message, ...]

    def invites(self, address: str) -> bool:
        """Whether the run's segment holds the contact with this address."""
        return Random(f"{self.journey}/{self.iteration}/{address}").random() < self.share


@dataclass(frozen=True, slots=True)
class Event:
    """Something that people register for and come to."""

    id: str
    title: str
    starts_at: datetime


def events(span: Span) -> list[Event]:
    """Eight events in two years."""
    shares = (0.09, 0.21, 0.32, 0.45, 0.57, 0.7, 0.81, 0.93)
    found = []
    for number, share in enumerate(shares):
        slug, title = EVENTS[number % len(EVENTS)]
        starts_at = tuesday(span.at(share).date(), 9) + timedelta(days=1)
        found.append(Event(f"{slug}-{starts_at.year}-{number + 1}", f"{title} {starts_at.year}", starts_at))
    return found


def runs(span: Span) -> list[Run]:
    """Everything that went out, in the order of sending."""
    found = [*_newsletters(span), *_launches(span), *_invitations(span)]
    return sorted(found, key=lambda run: run.messages[0].sent_at)


def _newsletters(span: Span) -> Iterator[Run]:
    rng = Random("newsletters")
    for month in span.months():
        name = f"{month:%Y-%m}"
        links = _links(rng, rng.sample(PRODUCTS, rng.randrange(1, 4)), f"{SITE}/news/{name}")
        message = Message(f"newsletter-{name}", "tile-1", tuesday(month, 9), links, rng.uniform(0.7, 1.2))
        yield Run("journey-newsletter", name, NEWS, 0.755, (message,))


def _launches(span: Span) -> Iterator[Run]:
    """A product is launched, or promoted again, by three messages in as many weeks."""
    rng = Random("launches")
    for number, product in enumerate(PRODUCTS[:6]):
        first = tuesday(span.at(0.06 + number * 0.155).date(), 10) + timedelta(days=2)
        name = f"launch-{product.slug}"
        messages = tuple(
            Message(
                f"{name}-{turn + 1}",
                f"tile-{2 * turn + 1}",
                first + timedelta(days=7 * turn),
                _links(rng, [product], f"{SITE}/offers/{product.slug}"),
                rng.uniform(0.9, 1.4) - 0.15 * turn,
            )
            for turn in range(3)
        )
        yield Run(f"journey-{name}", "1", OFFERS, 0.46, messages)


def _invitations(span: Span) -> Iterator[Run]:
    rng = Random("invitations")
    for event in events(span):
        page = Link("Register", f"{SITE}/events/{event.id}")
        links = (
            page,
            Link("Programme", f"{page.url}/programme"),
            Link("How to get there", f"{page.url}/travel"),
        )
        sent_at = event.starts_at - timedelta(days=28)
        message = Message(f"invite-{event.id}", "tile-1", sent_at, links[: rng.randrange(1, 4)], 1.1)
        yield Run(f"journey-{event.id}", "1", NEWS, 0.42, (message,))


def welcome(known_at: datetime) -> Run:
    """What a new contact gets within the hour."""
    links = (Link("Start page", f"{SITE}/"), Link("Choose your topics", f"{SITE}/topics"))
    message = Message("welcome", "tile-1", known_at + timedelta(minutes=40), links, 1.5)
    return Run("journey-welcome", "1", NEWS, 1, (message,))


def _links(rng: Random, products: Sequence[Product], page: str) -> tuple[Link, ...]:
    """One to five links: to the page, the products, and a teaser."""
    links = [Link("Read on", page), *(Link(p.name, f"{SITE}/products/{p.slug}") for p in products)]
    if rng.random() < 0.4:
        links.append(Link(rng.choice(TEASERS).capitalize(), f"{page}/guide"))
    return tuple(links[: rng.randrange(2, 6)])
