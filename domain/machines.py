"""Who caused an interaction, where its source does not say: a person or a machine (domain.md 4.7).

Two sorts of signs tell a machine. An interaction's own: what its sender called itself, and what a provider
says. And those of a message's copy as a whole: what no person is quick or tireless enough to do. The second
sort is a function of all that happened to the copy, so that late and repeated events change nothing.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import Any
from uuid import UUID

from domain.interaction_properties import Property
from domain.interactions import Actor, InteractionType

RULE = "actorRule"
"""The property that keeps which rule decided; none where the source said it, or nobody could."""
_LONGEST = 512


class ActorRule(Enum):
    """Which rule decided who caused an interaction."""

    BY_HAND = "Somebody has said who it was; no rule changes it."
    PROVIDER = "The provider that sent the message says that a machine did it."
    IMAGE_PROXY = "The mailbox's image proxy fetched the beacon: it may do so without anybody looking."
    LINK_SCANNER = "A security scanner that checks messages and their links did it."
    CRAWLER = "A crawler, script or other program did it, by the name it gives itself."
    AT_DELIVERY = "It came within seconds of the delivery, before anybody can have read the message."
    MANY_LINKS = "Several links of the message were clicked within seconds, as only a scanner does."
    TOO_OFTEN = "The same was done again and again, more often than people do it."


ACTOR_RULE = Property(
    RULE, ActorRule, "Which rule decided who caused it; null where its source said it, or where nobody knows."
)
OF_THE_COPY = frozenset({ActorRule.AT_DELIVERY, ActorRule.MANY_LINKS, ActorRule.TOO_OFTEN})
"""The rules that look at all that happened to a copy: they can change their mind when more becomes known."""
BY_SIGNS = frozenset(ActorRule) - OF_THE_COPY - {ActorRule.BY_HAND}
"""The rules that read an interaction's own signs."""

_FLAGS = (
    "machineOpen",
    "machine_open",
    "sgMachineOpen",
    "sg_machine_open",
    "filteredEvent",
    "filtered_event",
    "botClick",
    "isBot",
    "is_bot",
    "bot",
    "prefetch",
)
"""How providers flag machines: SendGrid `sg_machine_open`, HubSpot `filteredEvent`, Mailgun `bot` (it names
the machine), others `isBot` and the like; `prefetch` where the request itself said that nobody looks yet."""
SIGNS = (*_FLAGS, "userAgent")
"""The properties that may tell a machine."""
_NOTHING = frozenset({"", "0", "false", "no", "none", "null", "unknown"})

_PROXIES = re.compile(r"(image|mail|photo|media)[ -]?proxy|\bggpht\.com\b", re.IGNORECASE)
"""GoogleImageProxy, YahooMailProxy and whoever else names itself so."""
_PRIVATE = re.compile(r"Mozilla/5\.0/?")
"""All that the mail privacy protection of Apple's mailboxes tells of itself."""
_SCANNERS = re.compile(
    r"barracuda|proofpoint|mimecast|safe-?links|microsoft defender|(office ?365|o365|msoffice)[ -]?atp"
    r"|symantec|messagelabs|trend ?micro|fireeye|trellix|sophos|forcepoint|websense|ironport|cisco-?secure"
    r"|zscaler|forti(mail|guard|sandbox|net)|cloudmark|vade(retro| ?secure)|bitdefender|kaspersky|\beset\b"
    r"|hornetsecurity|\bagari\b|area ?1 ?security|checkpoint|check point|avanan|appriver|\bzix\b|virustotal"
    r"|urlscan|netcraft|phishtank|mailessentials|spamassassin|rspamd|mailscanner|mailguard|spamtitan|abnormal"
    r" ?security|perception ?point|ironscales|greathorn|tessian|darktrace",
    re.IGNORECASE,
)
"""Security software that follows links of messages, by the names that it gives itself in requests."""


def sign(properties: Mapping[str, Any], is_crawler: Callable[[str], bool]) -> ActorRule | None:
    """The rule by which an interaction's own signs tell a machine; None where none does."""
    if any(_says(properties.get(flag)) for flag in _FLAGS if flag in properties):
        return ActorRule.PROVIDER
    agent = properties.get("userAgent")
    return _of_agent(agent[:_LONGEST], is_crawler) if isinstance(agent, str) else None


def _says(value: Any) -> bool:
    return value.strip().lower() not in _NOTHING if isinstance(value, str) else value in (True, 1)


@lru_cache(maxsize=16_384)
def _of_agent(agent: str, is_crawler: Callable[[str], bool]) -> ActorRule | None:
    if _PROXIES.search(agent) or _PRIVATE.fullmatch(agent.strip()):
        return ActorRule.IMAGE_PROXY
    if _SCANNERS.search(agent):
        return ActorRule.LINK_SCANNER
    return ActorRule.CRAWLER if is_crawler(agent) else None


@dataclass(frozen=True, slots=True)
class Pace:
    """How quick and how tireless people are at most, with a message; 0 turns a rule off."""

    open_seconds: int = 2
    """Opened this soon after delivery: the mail has to arrive, be noticed and be loaded."""
    click_seconds: int = 5
    """Clicked this soon after delivery: besides, it has to be read as far as the link."""
    links: int = 3
    links_seconds: int = 5
    """So many different links clicked within this time: each opens a page, and one comes back from it."""
    clicks: int = 10
    clicks_seconds: int = 86_400
    """The same link clicked so often within this time; a team that a message is passed on to stays below."""
    opens: int = 10
    opens_seconds: int = 3_600
    """Opened so often within this time: a mailbox open all day fetches the beacon a few times an hour."""


@dataclass(frozen=True, slots=True)
class Met:
    """One opening or click of a copy, as the rules see it."""

    id: UUID
    type: InteractionType
    at: datetime
    actor: Actor
    rule: ActorRule | None = None
    link: str | None = None

    @property
    def is_open_to_rules(self) -> bool:
        """Whether rules decide on it: neither its source nor anybody else has."""
        return self.actor is Actor.UNKNOWN if self.rule is None else self.rule in OF_THE_COPY


def judged(met: Sequence[Met], delivered_at: datetime | None, pace: Pace) -> dict[UUID, ActorRule | None]:
    """Of all that was done with one copy, what rules decide on: the rule that tells a machine, or None.

    What the source itself called a person's is no evidence against anybody, and stays as it is.
    """
    opens = [one for one in met if one.type is InteractionType.EMAIL_OPENED]
    clicks = [one for one in met if one.type is InteractionType.EMAIL_CLICKED]
    found: dict[UUID, ActorRule] = {}
    for id in _too_often(opens, clicks, pace):
        found[id] = ActorRule.TOO_OFTEN
    for id in _many_links(clicks, pace):
        found[id] = ActorRule.MANY_LINKS
    for done, seconds in ((opens, pace.open_seconds), (clicks, pace.click_seconds)):
        for id in _at_delivery(done, delivered_at, seconds):
            found[id] = ActorRule.AT_DELIVERY
    return {one.id: found.get(one.id) for one in met if one.is_open_to_rules}


def _at_delivery(done: Iterable[Met], delivered_at: datetime | None, seconds: float) -> Iterable[UUID]:
    if delivered_at is None or not seconds or is_coarse(delivered_at):
        return []
    until = delivered_at + timedelta(seconds=seconds)
    return [one.id for one in done if delivered_at <= one.at < until and not is_coarse(one.at)]


def _many_links(clicks: Iterable[Met], pace: Pace) -> Iterable[UUID]:
    if not pace.links or not pace.links_seconds:
        return []
    exact = [one for one in clicks if one.link and not is_coarse(one.at)]
    return _bursts(exact, pace.links_seconds, lambda burst: len({one.link for one in burst}) >= pace.links)


def _too_often(opens: Iterable[Met], clicks: Iterable[Met], pace: Pace) -> Iterable[UUID]:
    by_link: dict[str, list[Met]] = {}
    for one in clicks:
        by_link.setdefault(one.link or "", []).append(one)
    for same in by_link.values():
        yield from _repeated(same, pace.clicks, pace.clicks_seconds)
    yield from _repeated(opens, pace.opens, pace.opens_seconds)


def _repeated(done: Iterable[Met], least: int, seconds: float) -> Iterable[UUID]:
    if not least or not seconds:
        return []
    return _bursts(done, seconds, lambda burst: len(burst) >= least)


def _bursts(done: Iterable[Met], seconds: float, is_one: Callable[[Sequence[Met]], bool]) -> Iterable[UUID]:
    """All that lies in some span of that length whose content is a burst."""
    evidence = sorted((one for one in done if one.actor is not Actor.HUMAN), key=lambda one: (one.at, one.id))
    length, begin, told = timedelta(seconds=seconds), 0, 0
    for end, one in enumerate(evidence, start=1):
        while one.at - evidence[begin].at > length:
            begin += 1
        if is_one(evidence[begin:end]):
            yield from (each.id for each in evidence[max(begin, told) : end])
            told = end


def is_coarse(at: datetime) -> bool:
    """Whether a moment is one to the minute, as many sources tell it: then it says nothing about seconds."""
    return at.second == 0 and at.microsecond == 0
