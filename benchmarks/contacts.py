"""Contacts by the million, made in the database: of every field many values, some more often than others."""

import re
import time
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from statistics import median

import asyncpg

from db.migrate import migrations
from domain.fields import Field, fields_of
from domain.options import Option
from domain.records import Account, Contact, Lead, Opportunity

RECORDS = {
    "account": (Account, 10),
    "contact": (Contact, 1),
    "lead": (Lead, 3),
    "opportunity": (Opportunity, 10),
}
"""What is made, and one for how many contacts."""
_LAST = (
    "(array['Ar','Be','Co','Da','El','Fen','Gra','Hol','Ir','Ka'])[1 + i / 7 % 10]"
    " || (array['ba','den','lo','mer','ni','ra','sto','ti','vel','wo'])[1 + i / 70 % 10]"
    " || (array['ck','dale','ford','gate','ley','lock','man','ner','sen','worth'])[1 + i / 700 % 10]"
)
_FIRST = (
    "(array['Ann','Bob','Cas','Dee','Eli','Fay','Gus','Hal','Ida','Jon','Kim','Lee','Mia'])[1 + i * 31 % 13]"
)
_CITIES = "(array['Delft','Gouda','Breda','Ghent','Aachen','Leuven','Lille','Trier'])"
_JOBS = "(array['Buyer','Planner','Engineer','Director','Clerk'])"
_LANDS = "(array['NL','NL','NL','BE','BE','DE','DE','FR','AT','CH','LU'])"
_WRITTEN = {
    "id": "md5('TABLE' || i)::uuid",
    "home_id": "md5('contact' || 1 + i * 3 % CONTACTS)::uuid",
    "contact_id": "md5('contact' || 1 + i * 3 % CONTACTS)::uuid",
    "account_id": "case when i % 10 > 0 then md5('account' || 1 + i * 7 % ACCOUNTS)::uuid end",
    "created_at": "timestamptz '2021-01-01' + (i / 3) * interval '8 minutes'",
    "updated_at": "timestamptz '2021-01-01' + (i * 7919 % 1000003) * interval '3 minutes'",
    "name": "'Account ' || i % 60000",
    "topic": "'Interest ' || i % 9000",
    "first_name": _FIRST,
    "last_name": f"case when i % 3 > 0 then {_LAST} end",
    "email": "case when i % 3 > 0 then 'p' || i || '@example.org' end",
    "city": f"case when HASH % 9 > 0 then {_CITIES}[1 + HASH % 8] || ' ' || HASH % 997 end",
    "country": f"case when HASH % 19 > 0 then {_LANDS}[1 + HASH % 11] end",
    "job_title": f"case when HASH % 4 > 0 then {_JOBS}[1 + HASH % 5] || ' ' || HASH % 97 end",
}
_MADE = "pg_get_indexdef(indexrelid)"
_INDEXES = f"""select indexrelid::regclass::text as name, {_MADE} as made from pg_index
    where indrelid::regclass::text = any($1) and not indisunique order by 1"""


def rows_of(table: str, contacts: int) -> str:
    """The select that makes the rows of a table."""
    fields = [one for one in fields_of(RECORDS[table][0]).values() if one.name != "full_name"]
    values = [_value(field, place) for place, field in enumerate(fields)]
    names = ", ".join(field.name for field in fields)
    text = f"insert into {table} ({names}) select {', '.join(values)}"
    counts = {"TABLE": table, "CONTACTS": str(contacts), "ACCOUNTS": str(contacts // 10)}
    return re.sub("|".join(counts), lambda met: counts[met[0]], text)


def _value(field: Field, place: int) -> str:
    """An expression over the row's number `i`; of some rows none, where a record may have none."""
    number = f"((i * {2_654_435_761 + 2 * place} >> {5 + place % 7}) & 2147483647)"
    if field.name in _WRITTEN:
        return _WRITTEN[field.name].replace("HASH", number)
    if field.several:
        several = f"array[1 + {number} % 14, 1 + {number} / 14 % 14]"
        return f"case when {number} % 3 > 0 then {several} else '{{}}' end"
    made = _kind(field, number)
    share = ("7 > 0", "5 > 2", "4 > 2", "11 > 8")[place % 4]
    return f"case when {number} % {share} then {made} end" if field.nullable else made


def _kind(field: Field, number: str) -> str:
    kind = field.kind
    if isinstance(kind, type) and issubclass(kind, Enum) and issubclass(kind, Option):
        codes = ", ".join(str(int(option)) for option in kind)
        return f"(array[{codes}])[1 + greatest({number} % {2 * len(kind)} - {len(kind)}, 0)]"
    if kind is str:
        return f"'{field.name.replace('_', ' ')} ' || {number} % 50021"
    texts = {
        int: f"{number} % 5003",
        Decimal: f"({number} % 1000003)::numeric",
        date: f"date '1950-01-01' + ({number} % 20011)::int",
        datetime: f"timestamptz '2021-01-01' + {number} % 1500007 * interval '2 minutes'",
        bool: f"{number} % 13 = 0",
    }
    return texts.get(kind, "'{}'::jsonb" if "Mapping" in str(kind) else "null::uuid")


_NEWER = """with numbered as (select id as of, row_number() over () as n from coming)
    update coming set id = ('ffffffff-ffff-7fff-8fff-' || lpad(to_hex(n), 12, '0'))::uuid,
        last_used_in_campaign = null
    from numbered where id = of"""
"""Those that come in have later ids than all before them, and no campaign has used them yet."""


async def seed(connection: asyncpg.Connection, contacts: int) -> None:
    """Fills the tables, unless they are; their indexes are made anew when all rows are there."""
    if await connection.fetchval("select exists (select from contact)"):
        return
    begun = time.perf_counter()
    indexes = await connection.fetch(_INDEXES, list(RECORDS))
    await connection.execute("set maintenance_work_mem = '1GB'; set synchronous_commit = off")
    async with connection.transaction():
        await connection.execute(f"drop index {', '.join(row['name'] for row in indexes)}")
        for table, (_, share) in RECORDS.items():
            rows = f"from generate_series(1, {contacts // share}::bigint) i"
            await connection.execute(f"{rows_of(table, contacts)} {rows}")
            print(
                f"{table}: {contacts // share:,} rows after {time.perf_counter() - begun:.0f} s", flush=True
            )
        for row in indexes:
            await connection.execute(row["made"])
    await connection.execute("vacuum analyze")
    print(f"{len(indexes)} indexes after {time.perf_counter() - begun:.0f} s", flush=True)


async def copied(connection: asyncpg.Connection, number: int, rounds: int) -> None:
    """Prints how long a COPY of so many contacts takes without the indexes of migration 15, and with them."""
    (step,) = [step for step in migrations() if step.name == "0015_orders"]
    names = re.findall(r"create index (\w+) on contact\b", step.text)
    columns = ", ".join(name for name in fields_of(Contact) if name != "full_name")
    await connection.execute(f"create temp table coming as select * from contact limit {number}")
    await connection.execute(_NEWER)
    path = await connection.fetchval("select current_setting('data_directory') || '/coming'")
    await connection.execute(f"copy (select {columns} from coming) to '{path}' (format binary)")
    copy = f"copy contact ({columns}) from '{path}' (format binary)"
    spent: dict[str, list[float]] = {f"drop index {', '.join(names)}": [], "select": []}
    for at in range(rounds):
        for first, times in sorted(spent.items(), reverse=bool(at % 2)):
            times.append(await _undone(connection, first, copy))
    without, whole = (median(times) for times in spent.values())
    ratio = median(after / before for before, after in zip(*spent.values(), strict=True))
    print(
        f"COPY of {number:,}: {without:.2f} s without {len(names)} indexes, {whole:.2f} s with them;"
        f" ratio {ratio:.3f}"
    )


async def _undone(connection: asyncpg.Connection, first: str, text: str) -> float:
    """How long a statement takes after another one; nothing remains of either."""
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute(first)
    begun = time.perf_counter()
    await connection.execute(text)
    spent = time.perf_counter() - begun
    await transaction.rollback()
    await connection.execute("vacuum contact")
    await connection.execute("checkpoint")
    return spent
