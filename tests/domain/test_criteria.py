"""Which records are meant: operators with and without a value, groups, bounds; and what a client may ask."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import strawberry
from graphql import GraphQLInputObjectType, get_named_type
from hypothesis import given
from hypothesis import strategies as st
from strawberry.schema.config import StrawberryConfig

from domain.criteria import (
    MOST_CHECKS,
    MOST_LEVELS,
    MOST_STEPS,
    MOST_VALUES,
    Check,
    Criterion,
    Every,
    Not,
    Operator,
    Related,
    Some,
    bounded,
    capitals,
    folded,
    holds,
)
from domain.options import Permission, RelationshipType, State
from domain.refusals import Code, Refused
from resolvers.identity import to_global
from schema import filters
from schema.scalars import SCALARS

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Something:
    """A record with one value."""

    value: Any


def means(operator: Operator, given: Any, value: Any) -> bool:
    return holds(Check("value", operator, given), Something(value))


@pytest.mark.parametrize(
    ("operator", "given", "yes", "no"),
    [
        (Operator.EQ, "Delft", ["Delft"], ["delft", "Delft ", "", None]),
        (Operator.NE, "Delft", ["delft", "", None], ["Delft"]),
        (Operator.IN, ("a", "b"), ["a", "b"], ["c", "", None]),
        (Operator.IN, (), [], ["a", "", None]),
        (Operator.NOT_IN, ("a", "b"), ["c", "", None], ["a", "b"]),
        (Operator.NOT_IN, (), ["a", "", None], []),
        (Operator.LT, Decimal("1.5"), [Decimal(1)], [Decimal("1.50"), Decimal(2), None]),
        (Operator.LTE, 3, [2, 3], [4, None]),
        (Operator.GT, date(2026, 3, 1), [date(2026, 3, 2)], [date(2026, 3, 1), None]),
        (Operator.GTE, NOON, [NOON, NOON.replace(hour=13)], [NOON.replace(hour=11), None]),
        (Operator.CONTAINS, "o%", ["10% o%", "O%"], ["om", "oo", "", None]),
        (Operator.CONTAINS, "", ["", "a"], [None]),
        (Operator.STARTS_WITH, "ÄR", ["ärger", "Ärger"], ["arger", "ohne Ärger", None]),
        (Operator.ENDS_WITH, "σ", ["ΑΣ", "ασ"], ["ας", "σα", None]),
        (Operator.IS_NULL, True, [None], ["", 0, False]),
        (Operator.IS_NULL, False, ["", 0, False], [None]),
        (Operator.HAS, 3, [(1, 3), (3,)], [(), (1, 2), None]),
    ],
)
def test_an_operator_holds_for_some_values_and_not_for_others(
    operator: Operator, given: Any, yes: list[Any], no: list[Any]
) -> None:
    assert [value for value in yes if not means(operator, given, value)] == []
    assert [value for value in no if means(operator, given, value)] == []


@pytest.mark.parametrize(
    "operator", [one for one in Operator if one not in (Operator.IS_NULL, Operator.NE, Operator.NOT_IN)]
)
def test_what_has_no_value_passes_no_comparison_but_every_opposite(operator: Operator) -> None:
    check = Check("value", operator, ("a",) if operator is Operator.IN else "a")
    assert not holds(check, Something(None))
    assert holds(Not(check), Something(None))


YES, NO = Check("value", Operator.EQ, 1), Check("value", Operator.EQ, 2)


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        (Every((YES, YES)), True),
        (Every((YES, NO)), False),
        (Every(()), True),
        (Some((NO, YES)), True),
        (Some((NO, NO)), False),
        (Some(()), False),
        (Not(Some(())), True),
        (Not(Every((YES, Not(NO)))), False),
    ],
)
def test_groups_hold_as_their_parts_do(criterion: Criterion, expected: bool) -> None:
    assert holds(criterion, Something(1)) is expected


@given(st.text())
def test_folding_is_done_once_and_changes_no_length(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert len(folded(text)) == len(text)
    for capital, small in capitals(folded(text)).items():
        assert folded(capital) == small != capital


@pytest.mark.parametrize(
    ("text", "expected"), [("KELVIN \u212a", "kelvin \u212a"), ("ẞSS", "ẞss"), ("İIÉ", "İié")]
)
def test_only_letters_that_are_each_others_are_folded(text: str, expected: str) -> None:
    assert folded(text) == expected


def test_the_final_sigma_takes_no_capital_from_the_other() -> None:
    assert capitals("σς") == capitals("ςσ") == {"Σ": "σ"}


def test_criteria_are_values() -> None:
    assert hash(Every((YES, Not(NO)))) == hash(Every((Check("value", Operator.EQ, 1), Not(NO))))


def nested(levels: int) -> Criterion:
    return YES if levels == 1 else Not(nested(levels - 1))


def followed(steps: int) -> Criterion:
    return YES if steps == 0 else Related("account", followed(steps - 1))


@pytest.mark.parametrize(
    ("criterion", "reason"),
    [
        (Every((YES,) * (MOST_CHECKS + 1)), "101"),
        (Some((Every(()),) * (MOST_CHECKS + 1)), "101"),
        (nested(MOST_LEVELS + 1), "11 deep"),
        (followed(MOST_STEPS + 1), "these follow 4"),
        (Every((YES, Not(Some((YES, followed(MOST_STEPS + 1)))))), "these follow 4"),
        (Check("value", Operator.IN, ("a",) * (MOST_VALUES + 1)), "1001"),
        (Check("value", Operator.GT, Decimal("NaN")), "number"),
        (Check("value", Operator.LT, Decimal("Infinity")), "number"),
        (Check("value", Operator.IN, (1, 2**63)), "number"),
        (Check("value", Operator.EQ, Decimal("1E+1001")), "number"),
        (Check("value", Operator.EQ, Decimal("1E-1001")), "number"),
    ],
)
def test_what_is_too_large_is_refused(criterion: Criterion, reason: str) -> None:
    with pytest.raises(Refused, match=reason) as refused:
        bounded(criterion, "where")
    assert (refused.value.code, refused.value.path) == (Code.INVALID, ("where",))


@pytest.mark.parametrize(
    "criterion",
    [
        Every((YES,) * MOST_CHECKS),
        nested(MOST_LEVELS),
        followed(MOST_STEPS),
        Every((followed(MOST_STEPS), followed(MOST_STEPS))),
        Check("value", Operator.IN, ("a",) * MOST_VALUES),
        Check("value", Operator.EQ, Decimal("-1E+1000")),
        Check("value", Operator.GT, -(2**63) + 1),
        Check("value", Operator.EQ, True),
    ],
)
def test_what_is_just_large_enough_is_taken(criterion: Criterion) -> None:
    assert bounded(criterion) == criterion


@strawberry.type
class _Asking:
    """Fields that take every input, and keep what it means in their context."""

    @strawberry.field
    def contacts(self, info: strawberry.Info, where: filters.ContactWhere | None = strawberry.UNSET) -> bool:
        info.context.append(filters.to_criterion(where))
        return True

    @strawberry.field
    def leads(self, info: strawberry.Info, where: filters.LeadWhere) -> bool:
        info.context.append(filters.to_criterion(where))
        return True

    @strawberry.field
    def others(self, accounts: filters.AccountWhere, opportunities: filters.OpportunityWhere) -> bool:
        return True


asking = strawberry.Schema(query=_Asking, config=StrawberryConfig(scalar_map=SCALARS))


def asked(where: str, field: str = "contacts") -> Criterion | None:
    """What a condition of a list means; raises what it is refused with."""
    found: list[Criterion | None] = []
    result = asking.execute_sync(f"{{ {field}(where: {where}) }}", context_value=found)
    for error in result.errors or ():
        raise error.original_error or error
    return found[0]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ('{city: {eq: "Delft"}}', Check("city", Operator.EQ, "Delft")),
        ('{city: {startsWith: "D", notIn: ["a", "b"]}}', [("STARTS_WITH", "D"), ("NOT_IN", ("a", "b"))]),
        ("{state: {in: [ACTIVE]}}", Check("state", Operator.IN, (State.ACTIVE,))),
        (
            "{relationshipTypes: {has: PRESS}}",
            Check("relationship_types", Operator.HAS, RelationshipType.PRESS),
        ),
        ('{annualIncome: {gte: "1.50"}}', Check("annual_income", Operator.GTE, Decimal("1.50"))),
        ('{birthDate: {lt: "2008-03-01"}}', Check("birth_date", Operator.LT, date(2008, 3, 1))),
        ('{createdAt: {gt: "2026-03-01T14:00:00+02:00"}}', Check("created_at", Operator.GT, NOON)),
        ("{marketingOnly: {eq: false}}", Check("marketing_only", Operator.EQ, False)),
        ("{version: {lte: 3}}", Check("version", Operator.LTE, 3)),
        (
            "{preferences: {bulkEmail: {ne: ALLOW}}}",
            Check("bulk_email_permission", Operator.NE, Permission.ALLOW),
        ),
        ('{secondAddress: {city: {contains: "D"}}}', Check("address2_city", Operator.CONTAINS, "D")),
        (
            "{or: [{not: {email: {isNull: true}}}, {}]}",
            Some((Not(Check("email", Operator.IS_NULL, True)), Every(()))),
        ),
        (
            '{and: [{city: {eq: "a"}}, {and: [{city: {eq: "b"}}]}], version: {eq: 1}}',
            Every(
                (
                    Check("version", Operator.EQ, 1),
                    Check("city", Operator.EQ, "a"),
                    Check("city", Operator.EQ, "b"),
                )
            ),
        ),
        ("{account: {}}", Related("account", Every(()))),
        (
            '{account: {city: {eq: "a"}, parentAccount: {not: {state: {eq: ACTIVE}}}}}',
            Related(
                "account",
                Every(
                    (
                        Check("city", Operator.EQ, "a"),
                        Related("parent_account", Not(Check("state", Operator.EQ, State.ACTIVE))),
                    )
                ),
            ),
        ),
        ("{leads: {}, contacts: {some: {}}}", Related("contacts", Every(()))),
        (
            '{leads: {some: {topic: {eq: "a"}}, none: {topic: {eq: "b"}}}}',
            Every(
                (
                    Related("leads", Check("topic", Operator.EQ, "a")),
                    Not(Related("leads", Check("topic", Operator.EQ, "b"))),
                )
            ),
        ),
        (
            f'{{id: {{in: ["{to_global("Contact", UUID(int=1))}"]}}}}',
            Check("id", Operator.IN, (UUID(int=1),)),
        ),
        (
            f'{{account: {{id: {{eq: "{to_global("Account", UUID(int=2))}"}}}}}}',
            Related("account", Check("id", Operator.EQ, UUID(int=2))),
        ),
        ("{or: []}", Some(())),
        ("{not: {}}", Not(Every(()))),
    ],
)
def test_an_input_means_that_all_given_in_it_holds(where: str, expected: Any) -> None:
    if isinstance(expected, list):
        expected = Every(tuple(Check("city", Operator[name], value) for name, value in expected))
    found = asked(where)
    parts = frozenset(found.parts) if isinstance(found, Every) else found
    assert parts == (frozenset(expected.parts) if isinstance(expected, Every) else expected)


def test_a_large_whole_number_is_taken_whole() -> None:
    assert asked("{numberOfEmployees: {gt: 9000000000}}", "leads") == Check(
        "number_of_employees", Operator.GT, 9_000_000_000
    )


@pytest.mark.parametrize(
    "where", ["{}", "null", "{city: {}}", "{and: []}", "{and: [{}], preferences: {fax: {}}}"]
)
def test_an_input_in_which_nothing_is_given_asks_for_nothing(where: str) -> None:
    assert asked(where) is None


@pytest.mark.parametrize(
    ("where", "path"),
    [
        ("{city: null}", "where city"),
        ("{city: {eq: null}}", "where city eq"),
        ("{secondAddress: {postalCode: {startsWith: null}}}", "where secondAddress postalCode startsWith"),
        ("{or: [{}, {and: [{state: {notIn: null}}]}]}", "where or 1 and 0 state notIn"),
        ("{not: null}", "where not"),
    ],
)
def test_null_is_refused_with_its_place(where: str, path: str) -> None:
    with pytest.raises(Refused, match=r"is null: leave it out, or .*`isNull`") as refused:
        asked(where)
    assert (refused.value.code, refused.value.path) == (Code.INVALID, tuple(path.split()))


@pytest.mark.parametrize(
    ("where", "path"),
    [
        ('{id: {eq: "nonsense"}}', "where id eq"),
        (f'{{id: {{in: ["{to_global("Contact", UUID(int=1))}", "x"]}}}}', "where id in 1"),
        (f'{{account: {{id: {{eq: "{to_global("Contact", UUID(int=1))}"}}}}}}', "where account id eq"),
    ],
)
def test_what_is_no_id_of_such_a_record_is_refused_with_its_place(where: str, path: str) -> None:
    with pytest.raises(Refused, match="id") as refused:
        asked(where)
    assert (refused.value.code, refused.value.path) == (Code.INVALID, tuple(path.split()))


def test_what_is_too_large_is_refused_at_its_place() -> None:
    with pytest.raises(Refused, match="At most 100") as refused:
        filters.to_criterion(filters.LeadWhere(or_=[filters.LeadWhere()] * 101), "input", "where")
    assert refused.value.path == ("input", "where")


INPUTS = sorted(
    name for name, kind in asking._schema.type_map.items() if isinstance(kind, GraphQLInputObjectType)
)


def test_inputs_have_words_and_need_nothing() -> None:
    for name in INPUTS:
        kind = asking._schema.type_map[name]
        assert isinstance(kind, GraphQLInputObjectType)
        assert kind.description, name
        for field_name, field in kind.fields.items():
            assert field.description, f"{name}.{field_name}"
            needed = f"{name}.{field_name}" == "CustomFieldWhere.name"
            assert str(field.type).endswith("!") is needed, f"{name}.{field_name}"


def test_what_the_graph_does_not_show_cannot_be_asked_for() -> None:
    for name in ("ContactWhere", "AccountWhere", "LeadWhere", "OpportunityWhere"):
        kind = asking._schema.type_map[name]
        assert isinstance(kind, GraphQLInputObjectType)
        hidden = {"governmentId", "attributes", "basis", "accountId", "contactId", "homeId"}
        assert hidden & set(kind.fields) == set()
        assert {"id", "createdAt", "and", "or", "not"} <= set(kind.fields)
        assert str(get_named_type(kind.fields["createdAt"].type)) == "DateTimeFilter"
