"""Looks for texts in every column of every table: whether anything of a person is left anywhere."""

from collections.abc import Mapping

from db.database import Database

COLUMNS = """
select pg_class.relname as table, attname as column, typname as type
from pg_attribute
join pg_class on pg_class.oid = attrelid
join pg_type on pg_type.oid = atttypid
where relnamespace = 'public'::regnamespace and relkind = 'r' and attnum > 0 and not attisdropped
order by relname, attnum
"""


async def found(db: Database, values: Mapping[str, str]) -> dict[str, set[str]]:
    """The columns that hold each of these values, whatever their type, in any part and in any case."""
    reads = db.reads()
    where: dict[str, set[str]] = {name: set() for name in values}
    for column in await reads.rows("columns", text=COLUMNS):
        shown = f'"{column["column"]}"'
        plain = f"encode({shown}, 'escape')" if column["type"] == "bytea" else f"{shown}::text"
        text = (
            f"select name from unnest($1::text[], $2::text[]) sought (name, value) where exists"
            f' (select from "{column["table"]}" t where strpos(lower({plain}), lower(value)) > 0)'
        )
        for row in await reads.rows("sought", list(values), list(values.values()), text=text):
            where[row["name"]].add(f"{column['table']}.{column['column']}")
    return where
