"""Custom fields come, change, retire and go; what is given of them is checked and kept in one form."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from db import writes
from db.custom_fields import index_name
from db.database import Database, Transaction
from domain.criteria import CustomCheck, Every, Not, Operator, Related
from domain.custom_fields import MOST_FIELDS, CustomField, CustomFieldEntity, CustomFieldType
from domain.custom_values import Given, read
from domain.intake import ENTITIES
from domain.records import Contact
from domain.refusals import Code, Refused, Stale
from engines import custom_fields
from tests.db.test_criteria import made

T = CustomFieldType
NOW = datetime(2026, 3, 1, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
CHOICES = [{"value": "gold", "label": "Gold"}, {"value": "tin", "label": "Tin"}]


@pytest.fixture(autouse=True)
async def emptied(database: Database) -> AsyncIterator[None]:
    """Takes away what a test has made."""
    yield
    drops = [f"drop index {name}" for name in await indexes(database)]
    deletes = [f"delete from {table}" for table in ("contact", "custom_field", "record_history", "change")]
    async with database.transaction() as tx:
        for text in (*drops, *deletes):
            await tx.run("empty", text=text)


def new(name: str, type: CustomFieldType = T.TEXT, **more: Any) -> dict[str, Any]:
    """What is given of a field."""
    given = {"entity": CustomFieldEntity.CONTACT, "name": name, "label": "It", "type": type}
    return given | ({"choices": CHOICES} if type.chooses else {}) | more


async def create(database: Database, *args: Any, **more: Any) -> CustomField:
    """A new field, in a transaction of its own."""
    async with database.transaction() as tx:
        return await custom_fields.create(tx, new(*args, **more), NOW)


async def add(database: Database, number: int, **custom: Any) -> Contact:
    """A new contact that holds these values, as they are kept."""
    contact: Any = made("contact", number, custom=custom)
    async with database.transaction() as tx:
        await writes.insert(tx, "contact", [contact])
    return contact  # type: ignore[no-any-return]


async def held(database: Database) -> list[Mapping[str, Any]]:
    """What all contacts hold."""
    rows = await database.reads().rows("held", text="select custom from contact order by id")
    return [row["custom"] for row in rows]


async def indexes(database: Database) -> set[str]:
    """The names of all indexes of custom fields."""
    text = "select indexname from pg_indexes where indexname like '%\\_custom\\_%'"
    found = {row["indexname"] for row in await database.reads().rows("indexes", text=text)}
    return {name for name in found if not name.endswith("_by_custom_type")} - {"custom_field_by_name"}


async def refusals(database: Database, given: Mapping[str, Any]) -> list[tuple[Code, tuple[str, ...]]]:
    """Why such a field cannot be created."""
    with pytest.raises(Refused) as refused:
        async with database.transaction() as tx:
            await custom_fields.create(tx, given, NOW)
    return [(one.code, one.path) for one in refused.value.all]


async def test_a_field_is_created_with_its_index_and_known_by_its_name(database: Database) -> None:
    made = {type: await create(database, f"the_{type.member}", type) for type in T}
    assert await indexes(database) == {index_name(field) for field in made.values()}
    plain = await create(database, "plain", indexed=False)
    async with database.transaction() as tx:
        known = await tx.records(CustomField, "custom_fields")
    assert sorted(known, key=lambda one: one.name) == sorted(
        (*made.values(), plain), key=lambda one: one.name
    )
    assert await indexes(database) == {index_name(field) for field in made.values()}


@pytest.mark.parametrize("name", ["", "1st", "a b", "ä", "a-b", "a" * 61, "a'", "a\n", "_a"])
async def test_what_is_no_name_is_refused(database: Database, name: str) -> None:
    assert await refusals(database, new(name)) == [(Code.INVALID, ("name",))]


async def test_all_that_is_wrong_with_a_field_is_told_at_once(database: Database) -> None:
    wrong = new("1", T.CHOICE, label=" ", description="x" * 1_001, choices=[])
    assert await refusals(database, wrong) == [
        (Code.INVALID, ("name",)),
        (Code.INVALID, ("label",)),
        (Code.INVALID, ("description",)),
        (Code.REQUIRED, ("choices",)),
    ]
    assert await refusals(database, new("a", choices=CHOICES)) == [(Code.INVALID, ("choices",))]
    twice = new("a", T.CHOICES, choices=[*CHOICES, {"value": "gold", "label": ""}])
    assert await refusals(database, twice) == [
        (Code.INVALID, ("choices", "2", "label")),
        (Code.DUPLICATE, ("choices", "2", "value")),
    ]
    many = [{"value": str(number), "label": "x"} for number in range(201)]
    assert await refusals(database, new("a", T.CHOICE, choices=many)) == [(Code.TOO_MANY, ("choices",))]


async def test_a_name_is_taken_once_for_each_kind_of_record_whatever_its_capitals(database: Database) -> None:
    await create(database, "tier")
    await create(database, "tier", entity=CustomFieldEntity.ACCOUNT)
    assert await refusals(database, new("Tier")) == [(Code.ALREADY_EXISTS, ("name",))]


async def test_so_many_fields_can_be_added_and_no_more(database: Database) -> None:
    async with database.transaction() as tx:
        for number in range(MOST_FIELDS):
            await custom_fields.create(tx, new(f"f{number}", indexed=False), NOW)
    assert await refusals(database, new("one_more")) == [(Code.TOO_MANY, ("entity",))]
    await create(database, "elsewhere", entity=CustomFieldEntity.LEAD)


async def test_two_that_take_one_name_at_once_do_not_both_get_it(database: Database) -> None:
    found = await asyncio.gather(*(create(database, "tier") for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(one, CustomField) for one in found) == 1
    assert {one.code for one in found if isinstance(one, Refused)} == {Code.ALREADY_EXISTS}


async def test_a_field_changes_in_words_choices_and_index_and_in_nothing_else(database: Database) -> None:
    field = await create(database, "tier", T.CHOICE)
    await add(database, 1, tier="gold")
    grown = [{"value": "clay", "label": "Clay"}, {"value": "gold", "label": "Golden"}]
    async with database.transaction() as tx:
        given = {"label": "Level", "choices": grown, "indexed": False}
        changed = await custom_fields.change(tx, field.id, given, LATER, 1)
    assert (changed.version, changed.label, changed.updated_at) == (2, "Level", LATER)
    assert [one.label for one in changed.offered] == ["Clay", "Golden"]
    assert await indexes(database) == set()
    async with database.transaction() as tx:
        assert await custom_fields.change(tx, field.id, {"label": "Level"}, LATER) == changed
        with pytest.raises(Stale) as stale:
            await custom_fields.change(tx, field.id, {"label": "x"}, LATER, 1)
        await custom_fields.change(tx, field.id, {"indexed": True}, LATER)
    assert stale.value.version == 2
    assert await indexes(database) == {index_name(field)}


@pytest.mark.parametrize(("type", "value"), [(T.CHOICE, "gold"), (T.CHOICES, ["tin", "gold"])])
@pytest.mark.parametrize("indexed", [True, False])
async def test_a_choice_that_a_record_holds_stays(
    database: Database, type: CustomFieldType, value: Any, indexed: bool
) -> None:
    field = await create(database, "tier", type, indexed=indexed)
    await add(database, 1, tier=value)
    async with database.transaction() as tx:
        with pytest.raises(Refused, match="'gold'") as refused:
            await custom_fields.change(tx, field.id, {"choices": CHOICES[1:]}, LATER)
    assert (refused.value.code, refused.value.path) == (Code.INVALID, ("choices",))


async def test_a_retired_field_keeps_its_values_and_takes_none_until_it_is_restored(
    database: Database,
) -> None:
    field = await create(database, "motto")
    await add(database, 1, motto="kept")
    async with database.transaction() as tx:
        retired = await custom_fields.retire(tx, field.id, LATER)
        assert retired.retired_at == LATER
        assert await custom_fields.retire(tx, field.id, LATER + timedelta(1)) == retired
        custom, refused = await custom_fields.merged(
            tx, "contact", {"motto": "kept"}, [Given("motto", {T.TEXT: "x"})]
        )
    assert (custom, refused[0].code) == ({"motto": "kept"}, Code.INACTIVE)
    async with database.transaction() as tx:
        await custom_fields.restore(tx, field.id, LATER)
        custom, refused = await custom_fields.merged(tx, "contact", custom, [Given("motto", {T.TEXT: "x"})])
    assert (custom, refused) == ({"motto": "x"}, [])
    assert await held(database) == [{"motto": "kept"}]


async def test_a_deleted_field_leaves_no_value_behind(database: Database, monkeypatch: Any) -> None:
    monkeypatch.setattr(custom_fields, "BATCH", 2)
    field = await create(database, "secret")
    motto = await create(database, "motto")
    for number in range(5):
        await add(database, number + 1, secret=f"s{number}", motto="m")
    async with database.transaction() as tx:
        (known,) = await tx.records(ENTITIES["contact"], "contact_by_id", [UUID(int=1)])
        await writes.update(tx, "contact", known, {"custom": {"secret": "other", "motto": "n"}}, NOW)
        removed = await custom_fields.remove(tx, field.id, LATER)
    assert await indexes(database) == {index_name(motto)}
    async with database.transaction() as tx:
        custom, refused = await custom_fields.merged(tx, "contact", {"secret": "s"}, [Given("secret", {})])
    assert (custom, refused[0].code) == ({}, Code.NOT_FOUND), "nobody knows it any more"
    assert await refusals(database, new("secret")) == [(Code.ALREADY_EXISTS, ("name",))]
    last, steps = None, 0
    while steps == 0 or last is not None:
        async with database.transaction() as tx:
            last, steps = await custom_fields.clear(tx, removed, last), steps + 1
    assert steps == 4
    assert await held(database) == [{"motto": "n"}, *[{"motto": "m"}] * 4]
    rows = await database.reads().rows("history", text="select changes from record_history where version > 1")
    assert [row["changes"]["custom"] for row in rows] == [{"old": {"motto": "m"}, "new": {"motto": "n"}}]
    with pytest.raises(Refused) as gone:
        await _retire(database, field.id)
    assert gone.value.code is Code.NOT_FOUND
    again = await create(database, "secret", T.INTEGER)
    assert again.name == "secret"


async def _retire(database: Database, id: UUID) -> CustomField:
    async with database.transaction() as tx:
        return await custom_fields.retire(tx, id, LATER)


async def test_what_an_old_field_left_behind_does_not_come_back_with_its_name(database: Database) -> None:
    await add(database, 1, score="many", motto="m")
    await create(database, "score", T.INTEGER)
    assert await held(database) == [{"motto": "m"}]


async def test_who_gives_a_value_is_waited_for_by_who_deletes_the_field(database: Database) -> None:
    field = await create(database, "motto")
    async with database.transaction() as giving:
        custom, _ = await custom_fields.merged(giving, "contact", {}, [Given("motto", {T.TEXT: "late"})])

        async def remove() -> CustomField:
            async with database.transaction() as tx:
                return await custom_fields.remove(tx, field.id, LATER)

        removing = asyncio.ensure_future(remove())
        await writes.insert(giving, "contact", [made("contact", 1, custom=custom)])
        text = "select count(*) as n from pg_locks where locktype = 'advisory' and not granted"
        while not (await giving.rows("waiting", text=text))[0]["n"]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert not removing.done()
    removed = await removing
    async with database.transaction() as tx:
        assert await custom_fields.clear(tx, removed, None) == UUID(int=1)
    assert await held(database) == [{}]


GIVEN: list[tuple[CustomFieldType, Any, Any]] = [
    (T.TEXT, "  x ", "x"),
    (T.TEXT, " ", None),
    (T.TEXT, "😀" * 500, "😀" * 500),
    (T.INTEGER, -(2**63) + 1, -(2**63) + 1),
    (T.DECIMAL, Decimal("12.50"), "12.50"),
    (T.DECIMAL, Decimal("1E+3"), "1000"),
    (T.DECIMAL, Decimal("-0.00"), "0.00"),
    (T.BOOLEAN, False, False),
    (T.DATE, date(476, 9, 4), "0476-09-04"),
    (
        T.DATE_TIME,
        datetime(2026, 3, 1, 7, tzinfo=timezone(timedelta(hours=7))),
        "2026-03-01T00:00:00.000000Z",
    ),
    (T.CHOICE, "tin", "tin"),
    (T.CHOICES, ["tin", "gold", "tin"], ["gold", "tin"]),
    (T.CHOICES, [], None),
    (T.TEXT, None, None),
]


@pytest.mark.parametrize(("type", "value", "kept"), GIVEN)
async def test_a_value_is_kept_in_one_form(database: Database, type: Any, value: Any, kept: Any) -> None:
    await create(database, "it", type)
    async with database.transaction() as tx:
        custom, refused = await custom_fields.merged(
            tx, "contact", {"it": "old"}, [Given("it", {type: value})]
        )
    assert (custom, refused) == ({} if kept is None else {"it": kept}, [])
    if kept is not None and type not in (T.TEXT, T.CHOICES):
        assert read(type, kept) == value


@pytest.mark.parametrize(
    ("type", "values", "code", "place"),
    [
        (T.TEXT, {T.TEXT: "x" * 501}, Code.INVALID, "text"),
        (T.TEXT, {T.TEXT: "a\x00"}, Code.INVALID, "text"),
        (T.TEXT, {T.TEXT: "\ud800"}, Code.INVALID, "text"),
        (T.TEXT, {T.INTEGER: 1}, Code.INVALID, "integer"),
        (T.TEXT, {T.TEXT: "a", T.DATE_TIME: None}, Code.INVALID, "date_time"),
        (T.TEXT, {}, Code.REQUIRED, None),
        (T.INTEGER, {T.INTEGER: 2**63}, Code.INVALID, "integer"),
        (T.DECIMAL, {T.DECIMAL: Decimal("NaN")}, Code.INVALID, "decimal"),
        (T.DECIMAL, {T.DECIMAL: Decimal("1E+50")}, Code.INVALID, "decimal"),
        (T.DECIMAL, {T.DECIMAL: Decimal("1E-51")}, Code.INVALID, "decimal"),
        (T.CHOICE, {T.CHOICE: "lead"}, Code.INVALID, "choice"),
        (T.CHOICES, {T.CHOICES: ["gold", "lead"]}, Code.INVALID, "choices"),
    ],
)
async def test_what_a_field_does_not_take_is_refused_where_it_was_given(
    database: Database, type: Any, values: Any, code: Code, place: str | None
) -> None:
    await create(database, "it", type)
    async with database.transaction() as tx:
        given = [Given("it", values), Given("nobody", {T.TEXT: "x"}), Given("it", {type: None})]
        custom, refused = await custom_fields.merged(tx, "contact", {"it": "old"}, given)
    path = ("custom_fields", "0", *([place] if place else []))
    assert [(one.code, one.path) for one in refused] == [
        (code, path),
        (Code.NOT_FOUND, ("custom_fields", "1", "name")),
        (Code.DUPLICATE, ("custom_fields", "2", "name")),
    ]
    assert custom == {"it": "old"}


async def _merged(tx: Transaction, *given: Given) -> Any:
    return await custom_fields.merged(tx, "contact", {}, given)


async def test_many_records_of_one_transaction_cost_the_fields_once(database: Database) -> None:
    await create(database, "motto")
    async with database.transaction() as tx:
        ran: list[str] = []
        rows = tx.rows

        async def noting(name: str, *args: Any, **kwargs: Any) -> Any:
            ran.append(name)
            return await rows(name, *args, **kwargs)

        tx.rows = noting  # type: ignore[method-assign]
        for number in range(10):
            assert (await _merged(tx, Given("motto", {T.TEXT: f"m{number}"})))[1] == []
    assert ran == ["custom_fields_lock_shared", "custom_fields_of"]


async def test_a_criterion_is_verified_before_it_is_asked_in_a_transaction(database: Database) -> None:
    await create(database, "motto")
    known = CustomCheck("motto", T.TEXT, Operator.EQ, "m")
    of_account = Related("account", Not(CustomCheck("motto", T.TEXT, Operator.EQ, "m")))
    wrong = Every(
        (known, CustomCheck("motto", T.INTEGER, Operator.EQ, 1, ("where", "customFields", "0", "x")))
    )
    async with database.transaction() as tx:
        await custom_fields.verify(tx, known, Contact)
        for criterion, code in ((of_account, Code.NOT_FOUND), (wrong, Code.INVALID)):
            with pytest.raises(Refused) as refused:
                await custom_fields.verify(tx, criterion, Contact)
            assert refused.value.code is code


async def test_values_from_another_time_lose_what_is_no_field_any_more(database: Database) -> None:
    await create(database, "motto")
    async with database.transaction() as tx:
        assert await custom_fields.still_kept(tx, "contact", {"motto": "m", "gone": 1}) == {"motto": "m"}
