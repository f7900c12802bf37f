"""What is asked of custom fields means the same in SQL and in Python; no value stands in the statement."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import writes
from db.criteria import condition, scans
from db.custom_fields import expression
from db.database import Database
from db.rows import columns, to_record
from domain.criteria import Check, Criterion, CustomCheck, Every, Not, Operator, Related, Some, holds
from domain.custom_criteria import ON_CUSTOM
from domain.custom_fields import CustomField, CustomFieldEntity, CustomFieldType
from domain.custom_values import kept
from domain.intake import ENTITIES
from domain.records import Contact
from tests.db.test_criteria import DAYS, MOMENT, MOMENTS, NUMBERS, Arguments, _Undone, chosen, made, texts

T = CustomFieldType
OFFERED = ("gold", "Gold", "", "a'b", "ä %")
VALUES: dict[CustomFieldType, st.SearchStrategy[Any]] = {
    T.TEXT: texts.map(str.strip),
    T.INTEGER: st.sampled_from((-1, 0, 1, 2**53 + 1, 2**63 - 1, -(2**63) + 1)),
    T.DECIMAL: st.sampled_from([one for one in NUMBERS if "900" not in one]).map(Decimal),
    T.BOOLEAN: st.booleans(),
    T.DATE: st.sampled_from(DAYS),
    T.DATE_TIME: st.sampled_from(MOMENTS),
    T.CHOICE: st.sampled_from(OFFERED),
    T.CHOICES: st.lists(st.sampled_from(OFFERED), max_size=3),
}
FIELDS = {
    type: CustomField(
        UUID(int=at + 1),
        1,
        CustomFieldEntity.CONTACT,
        f"{type.member}_{at}",
        type.member,
        None,
        type,
        [{"value": value, "label": value} for value in OFFERED] if type.chooses else (),
        True,
        MOMENT,
        MOMENT,
        None,
        None,
    )
    for at, type in enumerate(T)
}


@dataclass(frozen=True)
class Case:
    """Records with values of custom fields, and what is asked of them."""

    entity: str
    records: Sequence[Any]
    criteria: Sequence[Criterion]


@st.composite
def checks(draw: st.DrawFn, types: Sequence[CustomFieldType]) -> CustomCheck:
    type = draw(st.sampled_from(types))
    operator = draw(st.sampled_from(ON_CUSTOM[type]))
    values = VALUES[T.CHOICE if type is T.CHOICES else type]
    match operator:
        case Operator.IN | Operator.NOT_IN:
            value: Any = tuple(draw(st.lists(values, max_size=3)))
        case Operator.IS_NULL:
            value = draw(st.booleans())
        case _:
            value = draw(values)
    return CustomCheck(FIELDS[type].name, type, operator, value)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    types = draw(st.lists(st.sampled_from(list(T)), min_size=1, max_size=3, unique=True))
    entity = draw(st.sampled_from(("account", "contact", "lead")))
    records = [made(entity, at, custom=custom) for at, custom in enumerate(draw(held(types)))]
    plain = st.sampled_from((Check("version", Operator.EQ, 1), Check("email", Operator.IS_NULL, False)))

    def groups(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        several = st.lists(parts, max_size=3).map(tuple)
        return st.builds(Every, several) | st.builds(Some, several) | st.builds(Not, parts)

    criteria = st.recursive(checks(types) | plain, groups, max_leaves=6)
    return Case(entity, records, draw(st.lists(criteria, min_size=1, max_size=4)))


def held(types: Sequence[CustomFieldType]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """What records hold in fields of these types, as it is kept."""

    def of(drawn: dict[CustomFieldType, Any]) -> dict[str, Any]:
        forms = {FIELDS[type].name: kept(FIELDS[type], value) for type, value in drawn.items()}
        return {name: form for name, form in forms.items() if form is not None}

    one = st.fixed_dictionaries({}, optional={type: VALUES[type] for type in types}).map(of)
    return st.lists(one, min_size=1, max_size=8)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases())
async def test_the_database_chooses_the_records_that_python_does(database: Database, case: Case) -> None:
    record = ENTITIES[case.entity]
    with suppress(_Undone):
        async with database.transaction() as tx:
            await writes.insert(tx, case.entity, case.records)
            text = f"select {columns(record, 't')} from {case.entity} t order by id"
            found: list[Any] = [to_record(record, row) for row in await tx.rows("kept", text=text)]
            assert [one.custom for one in found] == [one.custom for one in case.records]
            for criterion in case.criteria:
                expected = [one.id.int for one in found if holds(criterion, one)]
                assert await chosen(tx, case.entity, criterion) == expected
            raise _Undone


def test_no_value_stands_in_the_statement_and_no_name_that_is_none() -> None:
    arguments = Arguments()
    asked = CustomCheck("tier", T.TEXT, Operator.EQ, "'; drop")
    assert "drop" not in condition(asked, Contact, "t", arguments.add)
    for name in ("a'b", "", "1a", "a b", "a" * 61, "ä"):
        with pytest.raises(ValueError, match="no name"):
            expression(name, T.TEXT, "t")


def test_a_check_that_a_type_does_not_have_is_a_fault() -> None:
    with pytest.raises(TypeError, match="BOOLEAN cannot be checked by CONTAINS"):
        condition(CustomCheck("x", T.BOOLEAN, Operator.CONTAINS, "a"), Contact, "t", Arguments().add)


def test_a_part_of_a_text_is_dear_to_find_also_in_related_records() -> None:
    part = CustomCheck("motto", T.TEXT, Operator.CONTAINS, "ärger")
    assert scans(Related("account", part), Contact)
    assert not scans(CustomCheck("motto", T.TEXT, Operator.STARTS_WITH, "ärger"), Contact)
