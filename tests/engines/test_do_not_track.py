"""Of a contact that does not allow tracking, openings, clicks and visits are not kept (domain.md 10.6)."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

from db.database import Database
from db.ids import identity
from db.insights import Counting
from db.loaders import Loaders, Sums
from domain.facts import NewInteraction
from domain.insights import fold
from domain.intake import Incoming, Key
from domain.interactions import InteractionType
from domain.options import Permission
from domain.windows import Window
from engines import ingest
from engines.customers import receive
from engines.imports.report import Counts
from engines.ingest import Outcome

NOW = datetime(2026, 11, 1, tzinfo=UTC)
EARLY = datetime(2026, 1, 1, tzinfo=UTC)
T = InteractionType
NOT_KEPT = {
    T.EMAIL_OPENED,
    T.EMAIL_CLICKED,
    T.WEBSITE_VISITED,
    T.WEBSITE_CLICKED,
    T.REDIRECT_LINK_CLICKED,
    T.FORM_VISITED,
}
PRIVATE = {"tracking_permission": Permission.DO_NOT_ALLOW}


def contact(source: str, key: str, **values: object) -> Incoming:
    return Incoming("contact", source, (key,), {"account_id": Key("home"), **values}, since=EARLY)


async def settle(db: Database, source: str, *contacts: Incoming) -> dict[str, UUID]:
    async with db.transaction() as tx:
        await receive(tx, [Incoming("account", source, ("home",), {"name": "Home"}), *contacts], NOW)
        rows = await tx.rows("ids", source, text="select key, record_id from source_key where source = $1")
    return {row["key"]: row["record_id"] for row in rows}


async def take(db: Database, *batch: NewInteraction) -> list[Outcome]:
    return [taken.outcome for taken in await ingest.ingest(db, batch, NOW)]


async def types_of(db: Database, contact_id: UUID) -> set[str]:
    text = "select type from interaction where contact_id = $1"
    return {row["type"] for row in await db.reads().rows("kept", contact_id, text=text)}


async def known(db: Database, source: str, table: str = "interaction_key") -> int:
    """How many of these interactions the ledger, or what waits, knows."""
    ids = [identity(source, str(number)) for number in range(100)]
    text = f"select count(*) as n from {table} where id = any($1::uuid[])"
    return int((await db.reads().rows("known", ids, text=text))[0]["n"])


async def test_every_type_is_kept_or_not_as_the_rule_says(database: Database) -> None:
    ids = await settle(database, "each", contact("each", "shy", **PRIVATE), contact("each", "open"))
    for key, kept in (("shy", set(T) - NOT_KEPT), ("open", set(T))):
        batch = [NewInteraction(kind, EARLY, "each", key + kind.name, contact_key=key) for kind in T]
        outcomes = await take(database, *batch)
        expected = [Outcome.STORED if kind in kept else Outcome.DO_NOT_TRACK for kind in T]
        assert outcomes == expected
        assert await types_of(database, ids[key]) == {kind.name for kind in kept}
        sums = await Loaders(database.reads()).load(Sums("contact", Counting(Window())), ids[key])
        assert fold(sums).interactions == len(kept)
    sums = await Loaders(database.reads()).load(Sums("account", Counting(Window())), ids["home"])
    assert fold(sums).interactions == 2 * len(set(T)) - len(NOT_KEPT)


async def test_the_ledger_does_not_know_what_was_not_kept(database: Database) -> None:
    await settle(database, "ledger", contact("ledger", "shy", **PRIVATE))
    opened = NewInteraction(T.EMAIL_OPENED, EARLY, "ledger", "0", contact_key="shy")
    sent = NewInteraction(T.EMAIL_SENT, EARLY, "ledger", "1", contact_key="shy")
    for expected in ([Outcome.DO_NOT_TRACK, Outcome.STORED], [Outcome.DO_NOT_TRACK, Outcome.REPEATED]):
        assert await take(database, opened, sent) == expected
    assert await known(database, "ledger") == 1


async def test_what_waited_for_such_a_contact_is_dropped_when_it_comes(database: Database) -> None:
    visit = NewInteraction(T.WEBSITE_VISITED, EARLY, "late", "0", contact_key="shy", visitor_id="v")
    sent = NewInteraction(T.EMAIL_SENT, EARLY, "late", "1", contact_key="shy")
    assert await take(database, visit, sent) == [Outcome.WAITING] * 2
    ids = await settle(database, "late", contact("late", "shy", **PRIVATE))
    assert await types_of(database, ids["shy"]) == {"EMAIL_SENT"}
    assert (await known(database, "late"), await known(database, "late", "orphan_interaction")) == (1, 0)


async def test_what_waited_is_dropped_when_a_repeat_names_such_a_contact(database: Database) -> None:
    await settle(database, "repeat", contact("repeat", "shy", **PRIVATE))
    anonymous = NewInteraction(T.WEBSITE_VISITED, EARLY, "repeat", "0", visitor_id="v")
    named = NewInteraction(T.WEBSITE_VISITED, EARLY, "repeat", "0", contact_key="shy", visitor_id="v")
    assert await take(database, anonymous) == [Outcome.WAITING]
    assert await take(database, named) == [Outcome.DO_NOT_TRACK]
    assert (await known(database, "repeat"), await known(database, "repeat", "orphan_interaction")) == (0, 0)


async def test_what_was_kept_before_stays_and_tracking_allowed_again_keeps_anew(database: Database) -> None:
    ids = await settle(database, "turn", contact("turn", "c"))
    batch = [NewInteraction(T.EMAIL_OPENED, EARLY, "turn", str(n), contact_key="c") for n in range(3)]
    assert await take(database, batch[0]) == [Outcome.STORED]
    await settle(database, "turn", contact("turn", "c", **PRIVATE))
    assert await take(database, batch[1]) == [Outcome.DO_NOT_TRACK]
    assert await types_of(database, ids["c"]) == {"EMAIL_OPENED"}
    await settle(database, "turn", contact("turn", "c", tracking_permission=Permission.ALLOW))
    assert await take(database, *batch) == [Outcome.REPEATED, Outcome.STORED, Outcome.STORED]


async def test_many_at_once_keep_nothing_of_such_a_contact(database: Database) -> None:
    keys = [f"c{number}" for number in range(8)]
    shy = contact("crowd", "shy", **PRIVATE)
    ids = await settle(database, "crowd", shy, *(contact("crowd", key) for key in keys))
    events = [
        NewInteraction(T.EMAIL_OPENED, EARLY, "crowd", f"{key} {number}", contact_key=key)
        for number in range(20)
        for key in ("shy", *keys)
    ]
    outcomes = await asyncio.gather(*(take(database, *order) for order in (events, events[::-1]) * 3))
    assert sum(outcome is Outcome.STORED for taken in outcomes for outcome in taken) == 8 * 20
    assert sum(outcome is Outcome.DO_NOT_TRACK for taken in outcomes for outcome in taken) == 6 * 20
    assert await types_of(database, ids["shy"]) == set()


def test_an_import_counts_what_it_did_not_keep() -> None:
    assert {outcome.name.lower() for outcome in Outcome} - {"stranger"} <= set(Counts.__dataclass_fields__)
