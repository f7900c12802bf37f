"""Interactions are taken in once, stamped and summed up."""

from datetime import UTC, datetime

from db.database import Database
from domain.intake import Incoming
from domain.interactions import InteractionType
from domain.records import NewInteraction
from engines import ingest
from engines.customers import receive

NOW = datetime(2026, 11, 1, tzinfo=UTC)


async def test_an_interaction_is_taken_in_once(database: Database) -> None:
    contact = Incoming(
        "contact", "test", ("c1",), {"last_name": "Doe", "created_at": datetime(2026, 1, 1, tzinfo=UTC)}
    )
    async with database.transaction() as tx:
        print(await receive(tx, [contact], NOW))
    new = NewInteraction(
        InteractionType.EMAIL_OPENED,
        datetime(2026, 5, 1, tzinfo=UTC),
        "test",
        "i1",
        contact_key="c1",
        message_id="m",
    )
    print(await ingest.ingest(database, [new, new], NOW))
    print(await ingest.ingest(database, [new], NOW))
    async with database.transaction() as tx:
        print(await tx.rows("x", text="select * from contact_rollup"))
        print(await tx.rows("x", text="select * from copy_mark"))
