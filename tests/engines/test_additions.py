"""What batches add to accounts counts at once and is folded into their sums; large ones go in lanes."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from itertools import cycle
from typing import Any
from uuid import UUID

import pytest

from db.database import Database, connected
from domain.facts import NewInteraction
from domain.interactions import InteractionType
from domain.refusals import Refused
from engines import account_sums, ingest
from engines.ingest import Outcome
from tests.engines.test_everything_recounted import differences
from tests.engines.test_ingest import EARLY, NOW, insights, settle

T = InteractionType
LEFT = "select count(*) as n from account_addition where account_id = $1"
KINDS = (T.EMAIL_SENT, T.EMAIL_DELIVERED, T.EMAIL_OPENED, T.EMAIL_CLICKED, T.WEBSITE_VISITED)


def happened(source: str, contacts: Sequence[str], number: int) -> list[NewInteraction]:
    """So many interactions, an hour and more between them; each twentieth comes twice."""
    made = [
        NewInteraction(
            kind,
            EARLY + timedelta(minutes=at * 7),
            source,
            str(at - (at % 20 == 19)),
            contact_key=who,
            message_id=f"m{at // 5}",
            link="x" if kind is T.EMAIL_CLICKED else None,
        )
        for at, kind, who in zip(range(number), cycle(KINDS), cycle(contacts), strict=False)
    ]
    return [made[at - 1] if at % 20 == 19 else one for at, one in enumerate(made)]


async def left(db: Database, account: UUID) -> int:
    (row,) = await db.reads().rows("left", account, text=LEFT)
    found: int = row["n"]
    return found


async def test_what_a_batch_leaves_counts_at_once_and_the_same_when_it_is_folded(database: Database) -> None:
    ids = await settle(database, "left", "c")
    await ingest.ingest(database, happened("left", ["c"], 10), NOW)
    assert await left(database, ids["home"])
    before = await insights(database, "account", ids["home"])
    assert before.interactions == 10
    await database.write(account_sums.fold, None, None, [ids["home"]])
    assert await left(database, ids["home"]) == 0
    assert await insights(database, "account", ids["home"]) == before
    assert await differences(database) == []


async def test_an_account_that_has_gathered_much_is_folded_by_who_wrote_it(database: Database) -> None:
    people = [f"p{at}" for at in range(7)]
    ids = await settle(database, "much", *people)
    taken = await ingest.ingest(database, happened("much", people, 2 * ingest.MANY), NOW)
    assert len(taken) == 2 * ingest.MANY
    assert await left(database, ids["home"]) == 0
    assert (await insights(database, "account", ids["home"])).interactions == 2 * ingest.MANY * 19 // 20
    assert await differences(database) == []


async def test_one_folds_what_is_due_and_nobody_waits_for_it(database: Database, dsn: str) -> None:
    ids = await settle(database, "due", "c")
    many = happened("due", ["c"], 2 * account_sums.GATHERED)
    async with database.transaction() as tx:
        await database.prepare_months(new.occurred_at for new in many)
        await ingest.take_in(tx, many, NOW)
    async with connected(dsn, size=2) as other, other.transaction() as folding:
        assert await folding.rows("accounts_due", account_sums.AT_ONCE)
        assert await account_sums.fold_due(database) == 0
        await asyncio.wait_for(ingest.ingest(database, happened("due", ["c"], 200), NOW), timeout=20)
    assert (await insights(database, "account", ids["home"])).interactions == 190


async def test_the_lanes_of_a_large_batch_answer_in_its_order(database: Database) -> None:
    people = [f"p{at}" for at in range(40)]
    await settle(database, "lanes", *people)
    batch = happened("lanes", people, 2 * ingest.MANY)
    batch[7] = NewInteraction(T.EMAIL_OPENED, EARLY, "lanes", "waits", contact_key="nobody")
    batch[8] = NewInteraction(T.EMAIL_OPENED, EARLY, "lanes", "strange", contact_id=UUID(int=7))
    taken = await ingest.ingest(database, batch, NOW)
    repeats = [at % 20 == 19 for at in range(len(batch))]
    assert [one.outcome for one in taken[:20]] == [
        *[Outcome.STORED] * 7,
        Outcome.WAITING,
        Outcome.STRANGER,
        *[Outcome.STORED] * 10,
        Outcome.REPEATED,
    ]
    assert [one.outcome is Outcome.REPEATED for one in taken] == repeats
    assert await differences(database) == []


async def test_a_large_batch_of_which_a_lane_fails_can_be_sent_again(database: Database) -> None:
    people = [f"p{at}" for at in range(40)]
    ids = await settle(database, "again", *people)
    batch = happened("again", people, 2 * ingest.MANY)
    broken: list[Any] = [*batch[:-1], _unstorable(batch[-1])]
    with pytest.raises(Refused):
        await ingest.ingest(database, broken, NOW)
    taken = await ingest.ingest(database, batch, NOW)
    assert {one.outcome for one in taken} == {Outcome.STORED, Outcome.REPEATED}
    stored = len({new.source_id for new in batch})
    assert (await insights(database, "account", ids["home"])).interactions == stored
    assert await differences(database) == []


def _unstorable(new: NewInteraction) -> NewInteraction:
    return NewInteraction(new.type, new.occurred_at, new.source, "\x00", contact_key=new.contact_key)
