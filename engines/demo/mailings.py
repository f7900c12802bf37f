"""What becomes of each copy of each message: sent, bounced, opened, clicked, or never sent at all."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from domain.facts import NewInteraction
from domain.interactions import Actor, InteractionType
from engines.demo.campaigns import NEWS, OFFERS, Link, Message, Run, welcome
from engines.demo.days import at_work, soon
from engines.demo.happenings import by_hand, by_mail, clicked, in_journey, page, place
from engines.demo.people import Person
from engines.demo.words import PRODUCTS

_T = InteractionType
_HUMAN, _MACHINE = Actor.HUMAN, Actor.MACHINE
_SOFT = ("full-mailbox", "recipient-server-error", "connection-error", "greylisting-issues")
_BLOCK = ("policy-related", "reputation-issues", "blocklisting-issues", "dmarc-issues")
_LATE = 0.4
"""The share of block bounces that come after the server had accepted the message."""


class Mailbox:
    """One contact and its mail, from the first message to the last, or until it stops taking any."""

    def __init__(self, person: Person, ends_at: datetime) -> None:
        self.person = person
        self.rng = Random(f"mail {person.key}")
        self.lists = {NEWS: True, OFFERS: self.rng.random() < 0.85}
        dies = self.rng.random() < 0.03
        life = (ends_at - person.created_at) * self.rng.uniform(0.1, 0.9)
        self.dies_at = person.created_at + life if dies else None
        self.given_up: InteractionType | None = None

    def history(self, runs: Sequence[Run]) -> Iterator[NewInteraction]:
        """Everything that the contact's mail was about."""
        person = self.person
        for name in self.lists:
            if self.lists[name]:
                at = soon(self.rng, person.created_at, 5, 900)
                yield by_hand(_T.SEGMENT_SUBSCRIBED, person, at, segmentId=name)
        yield from self._run(welcome(person.created_at))
        for run in runs:
            known = run.messages[0].sent_at > person.created_at + timedelta(hours=2)
            if known and self.lists[run.list] and run.invites(person.email or person.key):
                yield from self._run(run)

    def _run(self, run: Run) -> Iterator[NewInteraction]:
        begins_at = soon(self.rng, run.messages[0].sent_at, -1500, -1)
        yield in_journey(_T.ACTIVITY_CONTACT_DISPATCHED, self.person, run, begins_at, "tile-0")
        for message in run.messages:
            if not self.lists[run.list]:
                reason = {"reason": "UNSUBSCRIBED"}
                at = soon(self.rng, message.sent_at, 0, 900)
                yield in_journey(_T.ACTIVITY_CONTACT_BLOCKED, self.person, run, at, message.tile, **reason)
                return
            if self.rng.random() < 0.002:
                at = soon(self.rng, message.sent_at, 0, 900)
                yield in_journey(_T.ACTIVITY_CONTACT_BLOCKED_SUPPRESSION, self.person, run, at, message.tile)
                return
            yield from self._copy(run, message)

    def _copy(self, run: Run, message: Message) -> Iterator[NewInteraction]:
        """One copy: withheld, failed, or on its way."""
        copy, rng, person = (run, message), self.rng, self.person
        at = soon(rng, message.sent_at, 1, 1800)
        if person.blocked:
            yield by_mail(_T.EMAIL_BLOCKED, person, copy, at, blockedReason=person.blocked)
        elif self.given_up:
            yield by_mail(self.given_up, person, copy, at, bounceCategory="suppression-list")
        elif rng.random() < 0.001:
            yield by_mail(_T.EMAIL_SENDING_FAILED, person, copy, at)
        else:
            yield by_mail(_T.EMAIL_SENT, person, copy, at)
            yield from self._transport(copy, at)

    def _transport(self, copy: tuple[Run, Message], sent_at: datetime) -> Iterator[NewInteraction]:
        rng, person, draw = self.rng, self.person, self.rng.random()
        at = soon(rng, sent_at, 0.5, 25)
        if self.dies_at and sent_at > self.dies_at:
            self.given_up = _T.EMAIL_HARD_BOUNCED
            category = rng.choice(("invalid-mailbox", "invalid-mailbox", "invalid-domain"))
            yield by_mail(_T.EMAIL_HARD_BOUNCED, person, copy, at, bounceCategory=category)
        elif draw < 0.008:
            yield by_mail(_T.EMAIL_SOFT_BOUNCED, person, copy, at, bounceCategory=rng.choice(_SOFT))
        elif draw < 0.012:
            if rng.random() < _LATE:
                yield by_mail(_T.EMAIL_DELIVERED, person, copy, at)
                at = soon(rng, at, 300, 7200)
            yield by_mail(_T.EMAIL_BLOCK_BOUNCED, person, copy, at, bounceCategory=rng.choice(_BLOCK))
        else:
            yield by_mail(_T.EMAIL_DELIVERED, person, copy, at)
            yield from self._machines(copy, at)
            yield from self._reading(copy, at)

    def _machines(self, copy: tuple[Run, Message], delivered_at: datetime) -> Iterator[NewInteraction]:
        """A mail proxy fetches the images, a scanner follows every link."""
        rng, person = self.rng, self.person
        if person.proxied or person.scanned:
            yield by_mail(_T.EMAIL_OPENED, person, copy, soon(rng, delivered_at, 1, 40), _MACHINE)
        for link in copy[1].links if person.scanned else ():
            at = soon(rng, delivered_at, 2, 9)
            yield by_mail(_T.EMAIL_CLICKED, person, copy, at, _MACHINE, link.url, **clicked(link))

    def _reading(self, copy: tuple[Run, Message], delivered_at: datetime) -> Iterator[NewInteraction]:
        """The person's part: opens within hours and again, clicks, and now and then a last word."""
        rng, person = self.rng, self.person
        drawn = rng.random()
        chance = min(0.9, 0.95 * person.liveliness * copy[1].appeal)
        if drawn > chance:
            if drawn > 1 - 0.008 * person.liveliness:
                yield from self._clicks(copy, self._later(delivered_at, 9000))
            return
        opened_at = self._later(delivered_at, 9000)
        yield self._open(copy, opened_at)
        again = opened_at
        while rng.random() < 0.22 + 0.3 * person.liveliness:
            again = self._later(again, 40_000)
            yield self._open(copy, again)
        if rng.random() < 0.1 + 0.38 * person.liveliness * copy[1].appeal:
            yield from self._clicks(copy, soon(rng, opened_at, 4, 150))
        yield from self._last_word(copy, opened_at)

    def _later(self, moment: datetime, seconds: float) -> datetime:
        delay = timedelta(milliseconds=int(20_000 + self.rng.expovariate(1 / seconds) * 1000))
        return at_work(self.rng, moment + delay)

    def _open(self, copy: tuple[Run, Message], at: datetime) -> NewInteraction:
        return by_mail(_T.EMAIL_OPENED, self.person, copy, at, _HUMAN, **place(self.rng, self.person))

    def _clicks(self, copy: tuple[Run, Message], at: datetime) -> Iterator[NewInteraction]:
        rng, person, links = self.rng, self.person, copy[1].links
        weights = [1 / (number + 1) for number in range(len(links))]
        while True:
            link = rng.choices(links, weights)[0]
            seen = place(rng, person)
            yield by_mail(_T.EMAIL_CLICKED, person, copy, at, _HUMAN, link.url, **clicked(link), **seen)
            if rng.random() < 0.6:
                yield from self._landing(copy, link, soon(rng, at, 1, 4))
            if rng.random() > 0.25:
                return
            at = soon(rng, at, 20, 900)

    def _landing(self, copy: tuple[Run, Message], link: Link, at: datetime) -> Iterator[NewInteraction]:
        """Where the link leads, and sometimes the form there."""
        rng, person = self.rng, self.person
        path = "/" + link.url.split("/", 3)[3]
        yield by_hand(_T.WEBSITE_VISITED, person, at, **page(path), **place(rng, person))
        if rng.random() < 0.09:
            at = soon(rng, at, 10, 120)
            yield by_hand(_T.FORM_VISITED, person, at, formId="form-download", pageUrl=link.url)
            if rng.random() < 0.5:
                yield submitted(person, copy, soon(rng, at, 20, 300), link.url, "MATCHED")

    def _last_word(self, copy: tuple[Run, Message], opened_at: datetime) -> Iterator[NewInteraction]:
        """Forwarded, complained of, or unsubscribed from; and the centre may be left as it was."""
        rng, person, draw = self.rng, self.person, self.rng.random()
        at, leaving = soon(rng, opened_at, 20, 600), 0.022 * (1.1 - person.liveliness)
        if draw < leaving:
            name = copy[0].list
            self.lists[name] = False
            yield by_mail(_T.EMAIL_SUBSCRIPTION_SUBMIT, person, copy, at, _HUMAN, **place(rng, person))
            yield by_mail(_T.SEGMENT_UNSUBSCRIBED, person, copy, at, _HUMAN, segmentId=name)
        elif draw < leaving + 0.008:
            yield by_mail(_T.EMAIL_SUBSCRIPTION_SUBMIT, person, copy, at, _HUMAN, **place(rng, person))
        elif draw < leaving + 0.018:
            yield by_mail(_T.EMAIL_FORWARDED, person, copy, at, _HUMAN)
        elif draw < leaving + 0.0195:
            self.given_up = _T.EMAIL_FEEDBACK_LOOP
            yield by_mail(_T.EMAIL_FEEDBACK_LOOP, person, copy, at, _HUMAN)


def submitted(
    person: Person, copy: tuple[Run, Message], at: datetime, url: str, lead_result: str
) -> NewInteraction:
    """A form that a message led to; `lead_result` says whether a lead came of it."""
    topic = next((product.name for product in PRODUCTS if product.slug in url), "Guide")
    return by_mail(
        _T.FORM_SUBMITTED,
        person,
        copy,
        at,
        _HUMAN,
        formId="form-download",
        formName=f"{topic}: tell me more",
        pageUrl=url,
        contactMatchingResult="MATCHED",
        leadMatchingResult=lead_result,
    )


def duplicates(person: Person, sent: Sequence[NewInteraction]) -> Iterator[NewInteraction]:
    """What a contact misses whose address has had each message already, as another contact's."""
    for copy in sent:
        late = copy.occurred_at > person.created_at + timedelta(hours=2)
        if copy.type is not _T.EMAIL_SENT or not late or copy.message_id == "welcome":
            continue
        missed = replace(copy, contact_key=person.key)
        if copy.tile_id == "tile-1":
            yield replace(
                missed,
                type=_T.ACTIVITY_CONTACT_DISPATCHED,
                tile_id="tile-0",
                message_id=None,
                sending_id=None,
                properties=None,
                occurred_at=copy.occurred_at - timedelta(minutes=31),
            )
        yield replace(
            missed,
            type=_T.EMAIL_BLOCKED,
            sending_id=f"{copy.message_id}/{copy.iteration_id}/{person.key}",
            properties={**(copy.properties or {}), "blockedReason": person.blocked},
        )


def mail(crowd: Sequence[Person], runs: Sequence[Run], ends_at: datetime) -> list[NewInteraction]:
    """All that happened by mail, contact by contact."""
    histories = {
        person.key: list(Mailbox(person, ends_at).history(runs)) for person in crowd if not person.shares
    }
    for person in crowd:
        if person.shares:
            histories[person.key] = list(duplicates(person, histories[person.shares]))
    return [happened for history in histories.values() for happened in history]
