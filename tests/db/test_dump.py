"""An export holds every table: a new one is in its list, or left out for a reason."""

from db.database import Database, connected
from db.dump import DUMPED, LEFT_OUT, PLAIN, SEEDED, SHOWN, tables
from db.dumping import snapshot

OURS = """
select relname from pg_class
where relkind in ('r', 'p') and not relispartition and relnamespace = current_schema()::regnamespace
"""
REFERENCES = """
select conrelid::regclass::text as own, confrelid::regclass::text as other
from pg_constraint
where contype = 'f' and conrelid <> confrelid and conparentid = 0
"""


async def test_every_table_is_exported_or_left_out_for_a_reason(database: Database) -> None:
    async with database.transaction() as tx:
        there = {row["relname"] for row in await tx.rows("tables", text=OURS)}
    assert there == {*DUMPED, *LEFT_OUT}
    assert not set(DUMPED) & set(LEFT_OUT)
    assert len(set(DUMPED)) == len(DUMPED)
    assert set(DUMPED) >= SEEDED
    assert all(LEFT_OUT.values())


async def test_a_new_database_holds_rows_in_seeded_tables_alone(database: Database) -> None:
    async with snapshot(database) as found:
        assert {name for name in found.tables if await found.count(name)} == SEEDED


async def test_every_column_has_a_type_that_is_written_as_it_is(database: Database) -> None:
    async with database.transaction() as tx:
        kinds = {
            f"{table.name}.{column}": kind
            for table in (await tables(tx)).values()
            for column, kind in table.columns.items()
        }
    assert {name: kind for name, kind in kinds.items() if kind not in PLAIN | set(SHOWN)} == {}


async def test_every_table_has_what_its_rows_are_ordered_by(database: Database) -> None:
    async with database.transaction() as tx:
        assert [name for name, table in (await tables(tx)).items() if not table.key] == []


async def test_every_table_comes_after_those_that_it_refers_to(database: Database) -> None:
    async with database.transaction() as tx:
        ties = await tx.rows("references", text=REFERENCES)
    assert [
        (row["own"], row["other"]) for row in ties if DUMPED.index(row["own"]) < DUMPED.index(row["other"])
    ] == []


async def test_what_others_write_in_the_meantime_is_not_in_a_snapshot(dsn: str, database: Database) -> None:
    text = (
        "insert into subscription_list (id, created_at, updated_at, name)"
        " values (gen_random_uuid(), now(), now(), 'Later')"
    )
    async with snapshot(database) as found, connected(dsn) as other:
        before = await found.count("subscription_list")
        async with other.transaction() as tx:
            await tx.run("test", text=text)
        assert await found.count("subscription_list") == before
    async with snapshot(database) as found:
        assert await found.count("subscription_list") == before + 1
