"""Gives every table that is still empty a row, whatever tables there are: made from the catalogue alone."""

import re
from typing import Any

import asyncpg

from db.dump import DUMPED

AT = "2026-05-01 09:30:00.123456+00"
VALUES = {
    '"char"': "'P'",
    "bigint": "9007199254740993",
    "boolean": "true",
    "bytea": r"'\x00ff0a5c22'",
    "date": "'2026-05-01'",
    "integer[]": "'{1,2}'",
    "jsonb": """'{"a": null, "b": [1.50, 12345678901234567890.123], "c": "\\"x\\":null,"}'""",
    "numeric": "'1234567890123456789.500'",
    "smallint": "7",
    "text[]": """array['a"b', 'c\\d', 'null']""",
    "timestamp with time zone": f"'{AT}'",
    "timestamp without time zone": "'2026-05-01 10:00:00'",
    "timestamp with time zone[]": f"array['{AT}', '{AT}']::timestamptz[]",
    "uuid[]": "array['0190f5fe-0000-7000-8000-000000000001']::uuid[]",
}
COLUMNS = """
select attname as name, format_type(atttypid, atttypmod) as type, attnotnull as needed, attnum as number
from pg_attribute
where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''
order by attnum
"""
RULES = """
select contype::text as kind, conkey as own, confkey as theirs, confrelid::regclass::text as other,
    pg_get_constraintdef(oid) as text
from pg_constraint
where conrelid = $1::regclass and contype in ('f', 'c')
"""


async def fill(connection: asyncpg.Connection) -> list[str]:
    """Fills the tables that are empty; which they were."""
    empty = [name for name in DUMPED if not await connection.fetch(f"select from {name} limit 1")]
    for name in empty:
        await _fill(connection, name)
    return empty


async def _fill(connection: asyncpg.Connection, table: str) -> None:
    """Tries all columns, the needed ones, then those and each of the others: a rule may want it so."""
    columns = await connection.fetch(COLUMNS, table)
    values = await _values(connection, table, columns)
    needed = [column["name"] for column in columns if column["needed"]]
    others = [column["name"] for column in columns if not column["needed"]]
    for chosen in ([*needed, *others], needed, *([*needed, other] for other in others)):
        given = ", ".join(values[name] for name in chosen)
        try:
            async with connection.transaction():
                await connection.execute(f"insert into {table} ({', '.join(chosen)}) values ({given})")
            return
        except asyncpg.CheckViolationError as no:
            told = no
    raise told


async def _values(connection: asyncpg.Connection, table: str, columns: list[Any]) -> dict[str, str]:
    names = {column["number"]: column["name"] for column in columns}
    found = {column["name"]: _value(column) for column in columns}
    for rule in await connection.fetch(RULES, table):
        if rule["kind"] == "f":
            for own, value in zip(rule["own"], await _row_of(connection, rule), strict=True):
                found[names[own]] = f"'{value}'"
        elif len(rule["own"]) == 1 and (choices := re.findall(r"'([^']+)'::text", rule["text"])):
            found[names[rule["own"][0]]] = f"'{choices[0]}'"
    return found


def _value(column: Any) -> str:
    if column["type"] == "uuid":
        return "gen_random_uuid()"
    if column["type"] == "integer":
        return str(column["number"])
    if column["type"] == "text":
        return f"'{column['name']} \\ \"x\":null, \u2028\x01'"
    return VALUES[column["type"]]


async def _row_of(connection: asyncpg.Connection, rule: Any) -> list[Any]:
    """What a foreign key is to hold: the key of a row that is there."""
    text = (
        "select array_agg(attname::text order by array_position($2::int2[], attnum)) from pg_attribute"
        " where attrelid = $1::regclass and attnum = any($2::int2[])"
    )
    keys = await connection.fetchval(text, rule["other"], rule["theirs"])
    row = await connection.fetchrow(f"select {', '.join(keys)} from {rule['other']} limit 1")
    assert row is not None, f"{rule['other']} has no row"
    return list(row.values())
