"""What the demo's people did over two years: mail, visits, forms, events and surveys, as interactions."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

from domain.facts import NewInteraction
from domain.interactions import Actor, InteractionType
from engines.demo.campaigns import OFFERS, Event, Link, Message, Run, events, runs
from engines.demo.days import Span, at_work, soon
from engines.demo.happenings import by_hand, by_mail, clicked, numbered, page, place
from engines.demo.leads import FROM_FORMS, Interest
from engines.demo.mailings import mail, submitted
from engines.demo.people import Person
from engines.demo.words import CITIES, PRODUCTS, SITE, Product

_T = InteractionType
_PAGES = ("/", "/about", "/references", "/prices", "/news", "/questions", "/contact")
_ANONYMOUS = 420
"""How many browsers look around without ever saying whose they are."""


def interactions(span: Span, crowd: Sequence[Person], leads: Sequence[Interest]) -> list[NewInteraction]:
    """Everything that happened, in order; each contact's part depends on nothing but the contact."""
    happened = mail(crowd, runs(span), span.end)
    opened = _opened(happened)
    wanted: dict[str, list[Interest]] = defaultdict(list)
    for lead in leads:
        if lead.person:
            wanted[lead.person.key].append(lead)
    for person in crowd:
        happened += _website(span, person)
        happened += _attendance(span, person, events(span))
        for lead in wanted[person.key]:
            happened += _interest(lead, opened[person.key])
    happened += _strangers(span)
    return numbered(new for new in happened if new.occurred_at < span.end)


def _opened(happened: Sequence[NewInteraction]) -> Mapping[str, list[NewInteraction]]:
    """The opens by people, by contact: a form can follow from the messages they read."""
    opened: dict[str, list[NewInteraction]] = defaultdict(list)
    for new in happened:
        if new.type is _T.EMAIL_OPENED and new.actor is Actor.HUMAN and new.contact_key:
            opened[new.contact_key].append(new)
    return opened


def _website(span: Span, person: Person) -> Iterator[NewInteraction]:
    """Visits of the contact's own accord; the livelier, the more."""
    rng = Random(f"web {person.key}")
    if person.blocked == "CONTACT_INACTIVE":
        return
    at = person.created_at
    while True:
        days = rng.expovariate(person.liveliness**1.5 / 47)
        at = at_work(rng, at + timedelta(milliseconds=int((0.2 + days) * 86_400_000)))
        if at >= span.end:
            return
        yield from _session(rng, person, at, rng.choice(PRODUCTS))


def _session(rng: Random, person: Person, at: datetime, product: Product) -> Iterator[NewInteraction]:
    """Some pages one after the other, perhaps with a click or from an advertisement."""
    where = place(rng, person)
    if rng.random() < 0.12:
        target = f"{SITE}/products/{product.slug}"
        link = f"https://go.quillmere.example/{product.slug}"
        yield by_hand(_T.REDIRECT_LINK_CLICKED, person, at, link=link, originalUrl=target, **where)
        at = soon(rng, at, 1, 3)
    paths = [f"/products/{product.slug}", *rng.sample(_PAGES, rng.randrange(0, 3))]
    for path in paths:
        yield by_hand(_T.WEBSITE_VISITED, person, at, **page(path), **where)
        at = soon(rng, at, 8, 240)
        if rng.random() < 0.15:
            link = f"{SITE}/downloads/{product.slug}"
            click = clicked(Link("Data sheet", link))
            yield by_hand(_T.WEBSITE_CLICKED, person, at, link=link, **click, **page(path), **where)
            at = soon(rng, at, 5, 60)
    if rng.random() < 0.1:
        yield from _form(rng, person, at, "form-contact", "Ask us")


def _form(rng: Random, person: Person, at: datetime, form: str, name: str) -> Iterator[NewInteraction]:
    url = f"{SITE}/contact"
    yield by_hand(_T.FORM_VISITED, person, at, formId=form, formName=name, pageUrl=url)
    if rng.random() < 0.35 + person.liveliness / 3:
        matched = {"contactMatchingResult": "MATCHED", "leadMatchingResult": "NONE"}
        at = soon(rng, at, 30, 400)
        yield by_hand(_T.FORM_SUBMITTED, person, at, formId=form, formName=name, pageUrl=url, **matched)


def _interest(lead: Interest, opened: Sequence[NewInteraction]) -> Iterator[NewInteraction]:
    """What went before and came after a lead: visits about its product, and the form it began with."""
    person, rng = lead.person, Random(f"interest {lead.key}")
    assert person is not None
    if lead.source in FROM_FORMS:
        yield from _origin(rng, person, lead, opened)
    first = max(lead.created_at - timedelta(days=20), person.created_at + timedelta(hours=1))
    for _ in range(rng.randrange(1, 3 + int(12 * max(lead.warmth, 0)))):
        at = at_work(rng, soon(rng, first, 0, 70 * 86_400))
        yield from _session(rng, person, at, lead.product)


def _origin(
    rng: Random, person: Person, lead: Interest, opened: Sequence[NewInteraction]
) -> Iterator[NewInteraction]:
    """The form that made the lead: from a message read in the days before, else from the website."""
    at, url = lead.created_at, f"{SITE}/products/{lead.product.slug}"
    since = at - timedelta(days=25)
    read = [new for new in opened if since < new.occurred_at < at - timedelta(minutes=15)]
    if read:
        copy, click = _copy(read[-1]), clicked(Link(lead.product.name, url))
        then = soon(rng, at, -600, -400)
        yield by_mail(_T.EMAIL_CLICKED, person, copy, then, Actor.HUMAN, url, **click, **place(rng, person))
    visit = page(f"/products/{lead.product.slug}")
    yield by_hand(_T.WEBSITE_VISITED, person, soon(rng, at, -390, -300), **visit, **place(rng, person))
    yield by_hand(_T.FORM_VISITED, person, soon(rng, at, -290, -60), formId="form-download", pageUrl=url)
    if read:
        yield submitted(person, copy, at, url, "CREATED")
        return
    results = {"contactMatchingResult": "MATCHED", "leadMatchingResult": "CREATED"}
    name = f"{lead.product.name}: tell me more"
    yield by_hand(
        _T.FORM_SUBMITTED, person, at, formId="form-download", formName=name, pageUrl=url, **results
    )


def _copy(read: NewInteraction) -> tuple[Run, Message]:
    """The copy that an open was about."""
    run = Run(read.journey_id or "", read.iteration_id or "", OFFERS, 1, ())
    return run, Message(read.message_id or "", read.tile_id or "", read.occurred_at, (), 1)


def _attendance(span: Span, person: Person, offered: Sequence[Event]) -> Iterator[NewInteraction]:
    """Registrations, of which some are cancelled and most are kept; afterwards a survey."""
    rng = Random(f"events {person.key}")
    for event in offered:
        begins_at = max(event.starts_at - timedelta(days=27), person.created_at + timedelta(days=1))
        left = (event.starts_at - begins_at).total_seconds()
        eager = rng.random() < 0.07 + 0.5 * person.liveliness**1.6
        if left < 5 * 86_400 or not eager or person.blocked == "CONTACT_INACTIVE":
            continue
        names = {"eventId": event.id, "eventRegistrationId": f"{event.id}-{person.number}"}
        registered_at = at_work(rng, soon(rng, begins_at, 0, left - 4 * 86_400))
        yield by_hand(_T.EVENT_REGISTRATION, person, registered_at, eventName=event.title, **names)
        if rng.random() < 0.12:
            at = soon(rng, registered_at, 3600, 86_000)
            yield by_hand(_T.EVENT_REGISTRATION_CANCELED, person, at, **names)
        elif rng.random() < 0.55 + 0.3 * person.liveliness:
            yield from _presence(rng, person, event)


def _presence(rng: Random, person: Person, event: Event) -> Iterator[NewInteraction]:
    at, check_in = soon(rng, event.starts_at, -1500, 2400), f"{event.id}-in-{person.number}"
    yield by_hand(
        _T.EVENT_CHECK_IN, person, at, eventId=event.id, eventName=event.title, eventCheckInId=check_in
    )
    if rng.random() < 0.45:
        at = at_work(rng, soon(rng, at, 20_000, 300_000))
        score = min(10, max(0, round(rng.gauss(6.5 + 2.5 * person.liveliness, 1.6))))
        yield by_hand(_T.SURVEY_RESPONSE, person, at, surveyId=f"survey-{event.id}", score=score)


def _strangers(span: Span) -> Iterator[NewInteraction]:
    """Visits by browsers that never said whose they are."""
    for number in range(_ANONYMOUS):
        rng = Random(f"stranger {number}")
        at, visitor = at_work(rng, span.at(rng.random())), f"visitor-{rng.getrandbits(40):010x}"
        where = {"countryIsoCode": rng.choice(CITIES).iso, "deviceType": rng.choice(("Desktop", "Phone"))}
        product = rng.choice(PRODUCTS)
        if rng.random() < 0.3:
            link = f"https://go.quillmere.example/{product.slug}"
            target = {"originalUrl": f"{SITE}/products/{product.slug}"}
            yield by_hand(_T.REDIRECT_LINK_CLICKED, None, at, visitor, link, **target, **where)
        for path in (f"/products/{product.slug}", *rng.sample(_PAGES, rng.randrange(0, 4))):
            at = soon(rng, at, 1, 200)
            yield by_hand(_T.WEBSITE_VISITED, None, at, visitor, **page(path), **where)
