"""Criteria mean the same in SQL and in Python, whatever the text; no value stands in the statement."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from types import NoneType
from typing import Any, get_args, get_type_hints
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from db import writes
from db.criteria import Kind, condition, kind_of, kinds
from db.database import Database, Transaction
from db.formulas import FORMULAS
from db.rows import columns, to_record
from domain.criteria import RELATIONS, Check, Criterion, Every, Not, Operator, Related, Some, folded, holds
from domain.intake import DEFAULTS, ENTITIES, Record
from domain.options import Option, State
from domain.pipeline import LeadState
from domain.records import Account, Contact
from domain.standing import DERIVED

MOMENT = datetime(2026, 3, 1, 9, 30, 0, 1, tzinfo=UTC)
MOMENTS = (MOMENT, MOMENT.astimezone(timezone(timedelta(hours=7))), MOMENT - timedelta(microseconds=1))
DAYS = (date(1, 1, 1), date(2024, 2, 29), date(2026, 3, 1), date(9999, 12, 31))
NUMBERS = ("-0.5", "0", "0.00", "1", "1.0", "1E+3", "1E-900", "1E+900", "99999999999999999999.9")
WORDS = (
    "",
    "%",
    "_",
    "\\",
    "\\%",
    "a_b",
    "a%b",
    "'; drop",
    "{}",
    "$1",
    "Ärger",
    "ÄRGER",
    "STRASSE",
    "Straße",
    "ΟΔΟΣ",
)
LETTERS = "aAkK%_\\'\"$1{}\näÄßẞſåÅσΣςжЖİıiIǆǅǄﬃᾳᾼ🜚\u0301\u0345\u212a\u212b"
texts = (
    st.sampled_from(WORDS)
    | st.text(LETTERS, max_size=4)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=3)
)
VALUES: dict[type, st.SearchStrategy[Any]] = {
    str: texts,
    int: st.sampled_from((-1, 0, 1, 2, 2**31 - 1)),
    Decimal: st.sampled_from(NUMBERS).map(Decimal),
    date: st.sampled_from(DAYS),
    datetime: st.sampled_from(MOMENTS),
    bool: st.booleans(),
    UUID: st.sampled_from((UUID(int=0), UUID(int=7), UUID(int=2**128 - 1))),
}
TIED = {"id", "home_id", "contact_id", "account_id", "parent_account_id", "parent_contact_id", "full_name"}
"""What the database's own rules tie to something else."""


@dataclass
class Arguments:
    """The arguments of a statement."""

    values: list[Any] = field(default_factory=list)

    def add(self, value: Any, type: str) -> str:
        self.values.append(value)
        return f"${len(self.values)}::{type}"


@dataclass(frozen=True)
class Case:
    """Records of one table, and what is asked of them."""

    entity: str
    records: Sequence[Record]
    criteria: Sequence[Criterion]


def columns_of(record: Any) -> Mapping[str, Kind]:
    """What can be checked of a record."""
    return kinds(record)


def values_of(record: type[Any], name: str) -> st.SearchStrategy[Any]:
    """Values that a field may hold, few enough to meet each other; of a list, its items."""
    formula = FORMULAS.get(record, {}).get(name)
    hint = formula.kind if formula else get_type_hints(record)[name]
    kind = next((part for part in get_args(hint) if part is not NoneType), hint)
    if formula and issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    return st.sampled_from(list(kind)[:3]) if issubclass(kind, Option) else VALUES[kind]


def operators_of(record: type[Any], name: str) -> Sequence[Operator]:
    """How a field, or what follows from fields, can be checked."""
    formula = FORMULAS.get(record, {}).get(name)
    return (kind_of(formula) if formula else columns_of(record)[name])[1]


def kept_in(record: type[Any], name: str) -> st.SearchStrategy[Any]:
    """What a record of that kind may keep in the field."""
    hint, values = get_type_hints(record)[name], values_of(record, name)
    if Operator.HAS in columns_of(record)[name][1]:
        return st.lists(values, max_size=3).map(tuple)
    if name in ("name", "topic"):
        return values.filter(bool)
    return st.none() | values if NoneType in get_args(hint) else values


@st.composite
def checks(draw: st.DrawFn, record: type[Any], names: Sequence[str]) -> Check:
    name = draw(st.sampled_from(names))
    operator = draw(st.sampled_from(operators_of(record, name)))
    values = values_of(record, name)
    match operator:
        case Operator.IN | Operator.NOT_IN:
            return Check(name, operator, tuple(draw(st.lists(values, max_size=3))))
        case Operator.IS_NULL:
            return Check(name, operator, draw(st.booleans()))
        case _:
            return Check(name, operator, draw(values))


def criteria_on(record: type[Any], names: Sequence[str]) -> st.SearchStrategy[Criterion]:
    def groups(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        several = st.lists(parts, max_size=3).map(tuple)
        return st.builds(Every, several) | st.builds(Some, several) | st.builds(Not, parts)

    return st.recursive(checks(record, names), groups, max_leaves=6)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    entity = draw(st.sampled_from(sorted(ENTITIES)))
    record = ENTITIES[entity]
    names = draw(
        st.lists(st.sampled_from(sorted(set(columns_of(record)) - TIED)), min_size=1, max_size=3, unique=True)
    )
    held = st.fixed_dictionaries({name: kept_in(record, name) for name in names})
    values = draw(st.lists(held, min_size=1, max_size=8))
    criteria = draw(st.lists(criteria_on(record, names), min_size=1, max_size=4))
    return Case(entity, [made(entity, at, **held) for at, held in enumerate(values)], criteria)


def made(entity: str, number: int, **values: Any) -> Record:
    """A record that holds these values, and little else."""
    record: Any = ENTITIES[entity]
    empty = {f.name: None for f in fields(record)}
    needed = {
        "version": 1,
        "created_at": MOMENT,
        "updated_at": MOMENT,
        "attributes": {},
        "name": "x",
        "topic": "x",
    }
    ids = {"id": UUID(int=number), "home_id": UUID(int=number)}
    given = empty | dict(DEFAULTS[entity]) | needed | ids | values
    found: Record = record(**{f.name: given[f.name] for f in fields(record)})
    return found


async def chosen(tx: Transaction, entity: str, criterion: Criterion) -> list[int]:
    """The numbers of the records that the database chooses."""
    arguments = Arguments()
    text = condition(criterion, ENTITIES[entity], "t", arguments.add)
    rows = await tx.rows(
        "chosen", *arguments.values, text=f"select t.id from {entity} t where true and {text} order by id"
    )
    return [row["id"].int for row in rows]


class _Undone(Exception):
    """Leaves a transaction without a trace."""


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases())
async def test_the_database_chooses_the_records_that_python_does(database: Database, case: Case) -> None:
    record = ENTITIES[case.entity]
    with suppress(_Undone):
        async with database.transaction() as tx:
            await writes.insert(tx, case.entity, case.records)
            text = f"select {columns(record, 't')} from {case.entity} t order by id"
            kept = [to_record(record, row) for row in await tx.rows("kept", text=text)]
            assert len(kept) == len(case.records)
            for criterion in case.criteria:
                expected = [found.id.int for found in kept if holds(criterion, found)]
                assert await chosen(tx, case.entity, criterion) == expected
            raise _Undone


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@example(kept="Σ", sought="ς", operator=Operator.CONTAINS)
@example(kept="ʼN", sought="ŉn", operator=Operator.ENDS_WITH)
@given(
    kept=texts | st.none(), sought=texts, operator=st.sampled_from((Operator.CONTAINS, Operator.ENDS_WITH))
)
async def test_texts_are_alike_to_both(
    database: Database, kept: str | None, sought: str, operator: Operator
) -> None:
    check = Check("city", operator, sought)
    arguments = Arguments()
    kept_as = arguments.add(kept, "text")
    text = condition(check, Contact, "t", arguments.add)
    async with database.transaction() as tx:
        (row,) = await tx.rows(
            "alike", *arguments.values, text=f"select {text} as alike from (select {kept_as} as city) t"
        )
    assert bool(row["alike"]) == holds(check, made("contact", 1, city=kept))


async def test_every_capital_is_its_small_letters_to_both(database: Database) -> None:
    letters = [chr(code) for code in range(1, 0x110000) if not 0xD800 <= code <= 0xDFFF]
    pairs = [(letter, folded(letter)) for letter in letters if folded(letter) != letter]
    assert len(pairs) > 1_300
    record = made("contact", 1, description="".join(capital for capital, _ in pairs))
    check = Check("description", Operator.CONTAINS, "".join(small for _, small in pairs))
    assert holds(check, record)
    with suppress(_Undone):
        async with database.transaction() as tx:
            await writes.insert(tx, "contact", [record])
            assert await chosen(tx, "contact", check) == [1]
            raise _Undone


RELATED = {
    "account": ("name", "city", "parent_account_id", "primary_contact_id", "state"),
    "contact": (
        *("last_name", "account_id", "parent_contact_id", "state"),
        *("consent_level", "is_child", "guardian_id", "master_id"),
    ),
    "lead": ("topic", "contact_id", "account_id", "qualifying_opportunity_id", "rating", "state"),
    "opportunity": ("name", "contact_id", "account_id", "originating_lead_id", "state"),
}
"""The columns of records that are related at random."""
MOST = 3


@st.composite
def worlds(draw: st.DrawFn) -> Mapping[str, Sequence[Record]]:
    """A few records of every kind, related at random."""
    ids = st.none() | st.integers(1, MOST).map(lambda number: UUID(int=number))
    world = {}
    for entity in ("account", "contact", "lead", "opportunity"):
        record, kept = ENTITIES[entity], []
        for number in range(1, MOST + 1):
            held = {
                name: draw(ids if name.endswith("_id") else kept_in(record, name)) for name in RELATED[entity]
            }
            if entity == "contact" and held["account_id"]:
                held["parent_contact_id"] = None
            if entity == "lead":
                held["home_id"] = held["contact_id"] or UUID(int=number)
            kept.append(made(entity, number, **held))
        world[entity] = kept
    return world


def related_to(record: type[Any], steps: int = 3) -> st.SearchStrategy[Criterion]:
    """Conditions that follow relations, one from the other."""
    names = [name for name in RELATED[record.__name__.lower()] if not name.endswith("_id")]
    formulas = sorted(DERIVED.get(record, {}))

    def leaf() -> st.SearchStrategy[Criterion]:
        own = checks(record, names)
        if formulas:
            own |= checks(record, formulas) | checks(record, formulas)
        if not steps:
            return own
        followed = st.sampled_from(sorted(RELATIONS[record].items())).flatmap(
            lambda item: related_to(item[1].record, steps - 1).map(lambda part: Related(item[0], part))
        )
        return own | followed | followed

    def groups(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        several = st.lists(parts, max_size=2).map(tuple)
        return st.builds(Every, several) | st.builds(Some, several) | st.builds(Not, parts)

    return st.recursive(leaf(), groups, max_leaves=3)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds(), data=st.data())
async def test_related_records_are_reached_alike_by_both(
    database: Database, world: Mapping[str, Sequence[Record]], data: st.DataObject
) -> None:
    def find(record: type[Any], field: str, value: Any) -> list[Any]:
        return [one for one in world[record.__name__.lower()] if getattr(one, field) == value]

    with suppress(_Undone):
        async with database.transaction() as tx:
            await tx.run("later", text="alter table account drop constraint account_parent_account_id_fkey")
            for entity, records in world.items():
                await writes.insert(tx, entity, records)
            for entity, records in world.items():
                criterion = data.draw(related_to(ENTITIES[entity]))
                expected = [one.id.int for one in records if holds(criterion, one, find)]
                assert await chosen(tx, entity, criterion) == expected, criterion
            raise _Undone


async def test_every_relation_is_followed_along_an_index(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.run("plain", text="set local enable_seqscan = off")
        for record, relations in RELATIONS.items():
            for name, joined in relations.items():
                text = f"select from {joined.record.__name__.lower()} t where t.{joined.other} = $1::uuid"
                plan = await tx.rows("plan", UUID(int=1), text=f"explain {text}")
                assert "Seq Scan" not in " ".join(row["QUERY PLAN"] for row in plan), (record, name)


@pytest.mark.parametrize(
    ("entity", "check", "index"),
    [
        ("contact", Check("full_name", Operator.CONTAINS, "bour"), "contact_name_parts"),
        ("contact", Check("email", Operator.ENDS_WITH, "@example.org"), "contact_email_parts"),
        ("account", Check("name", Operator.CONTAINS, "ärger"), "account_name_parts"),
        ("lead", Check("topic", Operator.STARTS_WITH, "kett"), "lead_topic_parts"),
    ],
)
async def test_a_part_of_a_name_is_found_along_an_index(
    database: Database, entity: str, check: Check, index: str
) -> None:
    arguments = Arguments()
    text = condition(check, ENTITIES[entity], "t", arguments.add)
    async with database.transaction() as tx:
        await tx.run("plain", text="set local enable_seqscan = off")
        statement = f"explain select * from {entity} t where {text}"
        plan = " ".join(row["QUERY PLAN"] for row in await tx.rows("plan", *arguments.values, text=statement))
    assert index in plan


def _operand(record: type[Any], name: str, operator: Operator) -> Any:
    hint = get_type_hints(record)[name]
    kind = next((part for part in get_args(hint) if part is not NoneType), hint)
    sample = {
        str: "ä",
        int: 1,
        Decimal: Decimal(1),
        date: DAYS[0],
        datetime: MOMENT,
        bool: True,
        UUID: UUID(int=1),
    }
    value = next(iter(kind)) if issubclass(kind, Option) else sample[kind]
    if operator is Operator.IS_NULL:
        return True
    return (value,) if operator in (Operator.IN, Operator.NOT_IN) else value


@pytest.mark.parametrize("entity", sorted(ENTITIES))
async def test_every_column_takes_every_operator_that_it_says(database: Database, entity: str) -> None:
    record = ENTITIES[entity]
    async with database.transaction() as tx:
        for name, (_, operators) in columns_of(record).items():
            every = Every(tuple(Check(name, one, _operand(record, name, one)) for one in operators))
            assert await chosen(tx, entity, every) == []


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        (
            Check("city", Operator.EQ, "secret"),
            "(t.city = $1::text and left(t.city, 200) = left($2::text, 200))",
        ),
        (
            Related("account", Related("leads", Check("topic", Operator.EQ, "secret"))),
            "exists (select from account r1 where r1.id = t.account_id and"
            " exists (select from lead r2 where r2.account_id = r1.id and r2.topic = $1::text))",
        ),
        (
            Check("full_name", Operator.CONTAINS, "Ä%x"),
            '(translate(lower(t.full_name collate "C"), $1::text, $2::text) like $3::text'
            ' and lower(t.full_name collate "C") like $4::text)',
        ),
        (Check("city", Operator.NE, "secret"), "(t.city = $1::text) is not true"),
        (Check("state", Operator.IN, (State.ACTIVE,)), "t.state = any($1::int[])"),
        (Check("city", Operator.IS_NULL, False), "t.city is not null"),
        (Check("city", Operator.STARTS_WITH, "se%cret"), 'lower(t.city collate "C") like $1::text'),
        (
            Check("city", Operator.CONTAINS, "Ä"),
            'translate(lower(t.city collate "C"), $1::text, $2::text) like $3::text',
        ),
        (Every(()), "true"),
        (Some(()), "false"),
        (
            Not(Some((Check("job_title", Operator.EQ, "secret"), Check("version", Operator.GT, 1)))),
            "((t.job_title = $1::text or t.version > $2::bigint)) is not true",
        ),
    ],
)
def test_a_statement_holds_places_for_values_and_not_the_values(criterion: Criterion, expected: str) -> None:
    assert condition(criterion, Contact, "t", Arguments().add) == expected


def test_signs_of_patterns_are_sought_as_they_are() -> None:
    arguments = Arguments()
    condition(Check("name", Operator.CONTAINS, "50%_\\é"), Account, "t", arguments.add)
    assert arguments.values == ["É", "é", "%50\\%\\_\\\\é%", "%50\\%\\_\\\\_%"]


@pytest.mark.parametrize("name", ["attributes", "nothing", "id; drop table contact", "basis"])
def test_only_columns_can_be_checked(name: str) -> None:
    with pytest.raises(KeyError):
        condition(Check(name, Operator.EQ, "x"), Contact, "t", Arguments().add)


@pytest.mark.parametrize(
    "check",
    [
        Check("version", Operator.CONTAINS, "1"),
        Check("city", Operator.LT, "x"),
        Check("state", Operator.GT, State.ACTIVE),
        Check("relationship_types", Operator.EQ, ()),
    ],
)
def test_a_column_takes_no_operator_of_another_type(check: Check) -> None:
    with pytest.raises(TypeError, match="cannot be checked by"):
        condition(check, Contact, "t", Arguments().add)


@pytest.mark.parametrize(
    ("entity", "criterion", "order", "index"),
    [
        (
            "contact",
            Check("city", Operator.EQ, "Delft"),
            'left(t.full_name collate "C", 200), t.id',
            "contact_by_city_name",
        ),
        (
            "lead",
            Check("state", Operator.EQ, LeadState.OPEN),
            "t.created_at desc, t.id desc",
            "lead_by_state",
        ),
    ],
)
async def test_a_common_filter_is_read_along_an_index_in_the_lists_order(
    database: Database, entity: str, criterion: Criterion, order: str, index: str
) -> None:
    arguments = Arguments()
    text = condition(criterion, ENTITIES[entity], "t", arguments.add)
    async with database.transaction() as tx:
        await tx.run("plain", text="set local enable_seqscan = off")
        await tx.run("plain", text="set local enable_bitmapscan = off")
        statement = f"explain select * from {entity} t where true and {text} order by {order} limit 26"
        plan = " ".join(row["QUERY PLAN"] for row in await tx.rows("plan", *arguments.values, text=statement))
    assert index in plan
    assert "Sort" not in plan
