"""Machines told from people as interactions come in, by hand, and by the rules gone through again."""

import random
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.database import Database
from db.ids import identity
from domain.facts import NewInteraction
from domain.identities import to_global, uuid_of
from domain.interactions import Actor, InteractionType
from domain.machines import Pace
from engines import ingest, reclassification
from server.recounts import with_given
from tests.engines.mutating import Desk
from tests.engines.test_everything_recounted import differences

T = InteractionType
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SENT = datetime(2026, 5, 4, 9, 30, 12, tzinfo=UTC)
SCRIPT = "python-requests/2.31.0"
_sources = count()


class Copy:
    """A message that a contact of its own got, and what happens to it."""

    def __init__(self, db: Database, contact: str) -> None:
        self.db, self.contact = db, uuid_of(contact, "Contact", "id")
        self.source = f"machines-{next(_sources)}"
        self.numbers = count()

    def new(self, type: T, seconds: float, link: str | None = None, **known: Any) -> NewInteraction:
        at = SENT + timedelta(seconds=seconds)
        id = known.pop("id", None) or f"{next(self.numbers)}"
        contact = self.contact if known.pop("there", True) else None
        key = None if contact else "later"
        given = {"message_id": "spring", "link": link, **known}
        return NewInteraction(type, at, self.source, id, contact_id=contact, contact_key=key, **given)

    async def take(self, *batch: NewInteraction) -> None:
        await ingest.ingest(self.db, batch, NOW)

    async def actors(self) -> dict[str, tuple[str, str | None]]:
        text = (
            "select source_id, actor, properties ->> 'actorRule' as rule from interaction where source = $1"
            " union all select source_id, actor, properties ->> 'actorRule' from orphan_interaction"
            " where source = $1"
        )
        rows = await self.db.reads().rows("", self.source, text=text)
        return {row["source_id"]: (row["actor"], row["rule"]) for row in rows}

    def id(self, source_id: str) -> UUID:
        return identity(self.source, source_id)


@pytest.fixture
async def copy(database: Database) -> Copy:
    made = await Desk(database, NOW).make("contact", "id", lastName="Reader")
    return Copy(database, made["id"])


async def test_what_an_interaction_says_of_itself_decides_and_is_kept(copy: Copy) -> None:
    await copy.take(
        copy.new(T.EMAIL_OPENED, 900, id="script", properties={"userAgent": SCRIPT}),
        copy.new(T.EMAIL_OPENED, 910, id="stated", properties={"userAgent": SCRIPT}, actor=Actor.HUMAN),
        copy.new(T.EMAIL_OPENED, 920, id="flagged", properties={"sg_machine_open": True}),
        copy.new(T.EMAIL_OPENED, 930, id="person", properties={"actorRule": "BY_HAND"}),
        copy.new(T.EMAIL_OPENED, 940, id="waiting", properties={"userAgent": SCRIPT}, there=False),
    )
    assert await copy.actors() == {
        "script": ("MACHINE", "CRAWLER"),
        "stated": ("HUMAN", None),
        "flagged": ("MACHINE", "PROVIDER"),
        "person": ("UNKNOWN", None),
        "waiting": ("MACHINE", "CRAWLER"),
    }


async def test_a_late_delivery_takes_an_opening_from_people_and_an_earlier_one_gives_it_back(
    copy: Copy,
) -> None:
    await copy.take(copy.new(T.EMAIL_OPENED, 101, id="open"))
    assert (await copy.actors())["open"] == ("UNKNOWN", None)
    await copy.take(copy.new(T.EMAIL_DELIVERED, 100))
    assert (await copy.actors())["open"] == ("MACHINE", "AT_DELIVERY")
    assert await differences(copy.db) == []
    await copy.take(copy.new(T.EMAIL_DELIVERED, 50))
    assert (await copy.actors())["open"] == ("UNKNOWN", None)
    assert await differences(copy.db) == []


def everything(copy: Copy) -> list[NewInteraction]:
    """A copy's history with a scan, an impatient proxy, people, and statements of the source."""
    clicks = [(0, "a"), (1, "b"), (3, "c"), (400, "a"), (401, "b"), (9_000, "a")]
    return [
        copy.new(T.EMAIL_DELIVERED, 0, id="d0"),
        copy.new(T.EMAIL_DELIVERED, 395, id="d1"),
        *(copy.new(T.EMAIL_CLICKED, 30 + at, link, id=f"c{at}") for at, link in clicks),
        copy.new(T.EMAIL_CLICKED, 431.5, "c", id="h", actor=Actor.HUMAN),
        *(copy.new(T.EMAIL_OPENED, 4_000 + 20 * n, id=f"o{n}") for n in range(10)),
        copy.new(T.EMAIL_OPENED, 1, id="first"),
        copy.new(T.EMAIL_OPENED, 396, id="second"),
    ]


EXPECTED = {
    **{f"c{at}": ("MACHINE", "MANY_LINKS") for at in (0, 1, 3)},
    **{f"c{at}": ("UNKNOWN", None) for at in (400, 401, 9_000)},
    **{f"o{n}": ("MACHINE", "TOO_OFTEN") for n in range(10)},
    "h": ("HUMAN", None),
    "first": ("MACHINE", "AT_DELIVERY"),
    "second": ("UNKNOWN", None),
    "d0": ("UNKNOWN", None),
    "d1": ("UNKNOWN", None),
}


@given(seed=st.integers(0, 1 << 32))
@settings(max_examples=15, deadline=None, suppress_health_check=[*HealthCheck])
async def test_neither_order_nor_batches_make_a_difference(database: Database, seed: int) -> None:
    made = await Desk(database, NOW).make("contact", "id", lastName="Reader")
    copy = Copy(database, made["id"])
    dice = random.Random(seed)
    waiting = everything(copy)
    dice.shuffle(waiting)
    while waiting:
        size = dice.choice((1, 1, 2, 3, 8))
        await copy.take(*waiting[:size], *dice.sample(waiting[:size], 1))
        waiting = waiting[size:]
    assert await copy.actors() == EXPECTED


async def test_somebody_says_who_it_was_and_every_sum_follows(copy: Copy) -> None:
    await copy.take(*everything(copy))
    desk = Desk(copy.db, NOW)

    async def say(source_id: str, actor: str) -> Any:
        shown = (
            "interaction { actor actorRule contact { insights(allTime: true) { email { totalClicks } } } }"
        )
        input = {"id": to_global("Interaction", copy.id(source_id)), "actor": actor}
        answer = await desk.do("interactionReclassify", input, shown)
        assert answer["userErrors"] == []
        assert await differences(copy.db) == []
        return answer["interaction"]

    clicks = {"insights": {"email": {"totalClicks": 4}}}
    assert (await say("c9000", "HUMAN"))["contact"] == clicks
    told = await say("c3", "HUMAN")
    assert (told["actor"], told["actorRule"]) == ("HUMAN", "BY_HAND")
    assert told["contact"]["insights"]["email"] == {"totalClicks": 7}
    assert (await copy.actors())["c0"] == ("UNKNOWN", None), "two links alone are no scan"
    again = await say("c3", "UNKNOWN")
    assert (again["actor"], again["actorRule"]) == ("MACHINE", "MANY_LINKS")
    assert again["contact"] == clicks
    nobody = await desk.refused(
        "interactionReclassify", {"id": to_global("Interaction", UUID(int=7)), "actor": "HUMAN"}
    )
    assert nobody == [("NOT_FOUND", "id")]


async def test_somebody_says_who_it_was_while_it_waits_for_its_contact(copy: Copy) -> None:
    await copy.take(copy.new(T.EMAIL_OPENED, 940, id="w", properties={"userAgent": SCRIPT}, there=False))
    for actor, kept in ((Actor.HUMAN, ("HUMAN", "BY_HAND")), (Actor.UNKNOWN, ("MACHINE", "CRAWLER"))):
        async with copy.db.transaction() as tx:
            assert (await reclassification.by_hand(tx, copy.id("w"), actor)).contact_id is None
        assert (await copy.actors())["w"] == kept


async def judge(db: Database, pace: Pace | None = None) -> int:
    """Goes through everything again; how many were judged otherwise."""
    return [changed async for _, _, changed in reclassification.anew(db, pace)][-1]


async def test_the_rules_gone_through_again_judge_what_they_would_have_judged(copy: Copy) -> None:
    await copy.take(*everything(copy))
    blind = "update interaction set properties = $2 where source = $1 and source_id = 'second'"
    async with copy.db.transaction() as tx:
        await tx.run("", copy.source, {"userAgent": SCRIPT}, text=blind)
    assert await judge(copy.db) == 1
    assert (await copy.actors())["second"] == ("MACHINE", "CRAWLER")
    assert await differences(copy.db) == []
    assert await judge(copy.db) == 0
    try:
        assert await judge(copy.db, with_given(Pace(), ["links=0", "opens-seconds=60"])) >= 13
        assert (await copy.actors())["c0"] == ("UNKNOWN", None)
        assert await differences(copy.db) == []
    finally:
        await judge(copy.db, Pace())
    assert (await copy.actors())["c0"] == ("MACHINE", "MANY_LINKS")
    assert await differences(copy.db) == []


@pytest.mark.parametrize("given", ["speed=3", "links", "opens=many", "clicks=-1"])
def test_a_pace_that_cannot_be_one_is_told_in_words(given: str) -> None:
    with pytest.raises(ValueError, match=given.split("=")[0]):
        with_given(Pace(), [given])
