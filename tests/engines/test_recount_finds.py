"""`leadgraph recount` finds whatever is kept otherwise than the facts say, says it, and mends it."""

import json
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from db.database import Database
from domain.facts import NewInteraction
from domain.interactions import Actor, InteractionType
from engines import account_sums, ingest
from engines.recount import Difference
from engines.recount import recount as compare
from server.recounts import run_recount
from tests.engines.test_recount import NOW, START, World

T = InteractionType
_plants = count()


@pytest.fixture(scope="module")
async def lived(database: Database) -> World:
    """A contact of an account, and another one, with copies that people and machines opened and clicked."""
    world = World(database)
    await world.begin()
    kinds = (T.EMAIL_SENT, T.EMAIL_DELIVERED, T.EMAIL_OPENED, T.EMAIL_CLICKED, T.WEBSITE_VISITED)
    batch = [
        NewInteraction(
            kind,
            START + timedelta(days=number % 20, hours=at, seconds=7),
            world.source,
            f"{number}-{at}",
            contact_key=f"c{number % 2}",
            actor=(Actor.HUMAN, Actor.MACHINE)[number % 3 == 0],
            message_id=f"m{number % 4}",
            link="x" if kind is T.EMAIL_CLICKED else None,
        )
        for number in range(24)
        for at, kind in enumerate(kinds, start=1)
    ]
    await ingest.ingest(database, batch, NOW)
    await database.write(account_sums.fold, None, None, list(world.ids.values()))
    return world


async def found(db: Database, repair: bool = False) -> list[Difference]:
    return [one async for reached in compare(db, repair=repair) for one in reached.found]


async def plant(db: Database, text: str, *args: Any) -> int:
    async with db.transaction() as tx:
        return await tx.run(f"plant {next(_plants)}", *args, text=text)


OF_CONTACT = "contact_id = $1 and kind = 'EMAIL_OPENED' and not machine"
OF_ACCOUNT = "account_id = $1 and belonging = 'P' and kind = 'EMAIL_CLICKED' and not machine"
A_DAY = (
    f"{OF_ACCOUNT} and span = 'D'"
    f" and day = (select min(day) from account_rollup where {OF_ACCOUNT} and span = 'D')"
)
OF_ONE_COPY = (
    "contact_id = $1 and not machine"
    " and copy_id = (select min(copy_id::text)::uuid from copy_mark where contact_id = $1 and not machine)"
)
PLANTED = {
    "a sum of a contact": ("contact_rollup", f"update contact_rollup set n = n + 1 where {OF_CONTACT}"),
    "a missing sum of a contact": ("contact_rollup", f"delete from contact_rollup where {OF_CONTACT}"),
    "a surplus sum of a contact": (
        "contact_rollup",
        "insert into contact_rollup values ($1, null, false, 'SURVEY_OPENED', 2, now(), now())",
    ),
    "a first moment": (
        "contact_rollup",
        f"update contact_rollup set first_at = first_at - interval '1 s' where {OF_CONTACT}",
    ),
    "what machines add": (
        "contact_rollup",
        "update contact_rollup set n = n - 1 where contact_id = $1 and kind = 'EMAIL_OPENED' and machine",
    ),
    "a mark of a copy": (
        "copy_mark",
        f"update copy_mark set n = n + 1 where {OF_ONE_COPY} and mark = 'EMAIL_DELIVERED'",
    ),
    "a missing mark": (
        "copy_mark",
        f"delete from copy_mark where {OF_ONE_COPY} and mark = 'EMAIL_CLICKED' and link = 'x'",
    ),
    "the account of a mark": (
        "copy_mark",
        f"update copy_mark set account_id = null where {OF_ONE_COPY} and mark = 'EMAIL_DELIVERED'",
    ),
    "a missing copy": (
        "delivered_copy",
        "delete from delivered_copy where contact_id = $1 and message_id ="
        " (select min(message_id) from delivered_copy where contact_id = $1)",
    ),
    "a surplus copy": (
        "delivered_copy",
        "insert into delivered_copy values ($1, gen_random_uuid(), 'never sent')",
    ),
    "a total of an account": (
        "account_rollup",
        f"update account_rollup set n = n + 1 where {OF_ACCOUNT} and span = 'A'",
    ),
    "a month of an account": (
        "account_rollup",
        f"delete from account_rollup where {OF_ACCOUNT} and span = 'M'",
    ),
    "a day of an account": ("account_rollup", f"update account_rollup set n = n - 1 where {A_DAY}"),
    "an hour of an account": (
        "account_rollup",
        f"update account_rollup set h4 = coalesce(h4, 0) - 1, h23 = coalesce(h23, 0) + 1 where {A_DAY}",
    ),
    "a last moment of an account": (
        "account_rollup",
        f"update account_rollup set last_at = last_at + interval '1 s' where {OF_ACCOUNT} and span = 'A'",
    ),
    "a surplus sum of an account": (
        "account_rollup",
        "insert into account_rollup (account_id, span, day, belonging, machine, kind, n)"
        " values ($1, 'D', '2026-03-02', 'F', false, 'EMAIL_OPENED', 1)",
    ),
    "a sum of nobody": (
        "account_rollup",
        "insert into account_rollup (account_id, span, day, belonging, machine, kind, n)"
        " values (md5($1::uuid::text)::uuid, 'A', '-infinity', 'P', false, 'EMAIL_OPENED', 1)",
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
async def test_a_recount_finds_what_differs_and_mends_it(lived: World, planted: str) -> None:
    assert await found(lived.db) == []
    table, text = PLANTED[planted]
    owner = lived.ids["a0" if table == "account_rollup" else "c1"]
    assert await plant(lived.db, text, owner) == 1
    told = await found(lived.db)
    assert [one.table for one in told if one.table == table] == [table]
    assert {one.table for one in told} <= {table, "contact_rollup", "account_rollup"}
    assert all(str(one.owner) in one.words for one in told)
    assert await found(lived.db, repair=True)
    assert await found(lived.db) == []


async def test_the_command_says_what_differs_and_answers_by_its_status(lived: World, capsys: Any) -> None:
    assert await run_recount(lived.db, repair=False, as_json=False) == 0
    assert "are those of the facts" in capsys.readouterr().out
    await plant(lived.db, PLANTED["a sum of a contact"][1], lived.ids["c1"])
    assert await run_recount(lived.db, repair=False, as_json=False) == 1
    said = capsys.readouterr().out
    assert "1 differ" in said
    assert "EMAIL_OPENED" in said
    assert await run_recount(lived.db, repair=True, as_json=True) == 1
    told = json.loads(capsys.readouterr().out)
    (one,) = told["differences"]
    assert (one["table"], UUID(one["owner"]), one["kept"] - one["counted"]) == (
        "contact_rollup",
        lived.ids["c1"],
        1,
    )
    assert told["repaired"] is True
    assert await run_recount(lived.db, repair=False, as_json=True) == 0


def test_a_difference_is_told_in_a_sentence() -> None:
    one = Difference("copy_mark", UUID(int=1), "BOUNCED", "people", 1, 1, "first moments (a, b)")
    assert one.words.endswith("(people): 1 kept and counted, but first moments (a, b) differ.")
