"""What lists are filtered by: an input for each record, of what is shown of it and what it is related to."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import cache, partial
from typing import Any, cast

from strawberry import UNSET
from strawberry.types.base import get_object_definition
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from domain import records
from domain.criteria import RELATIONS, Check, Criterion, Every, Not, Operator, Related, Some, bounded
from domain.standing import DERIVED
from resolvers.formulas import Formula
from resolvers.identity import uuid_of
from schema.custom_filters import WORDS, CustomFieldWhere, read_custom
from schema.details import AccountDetails, ContactDetails
from schema.graph import words_of
from schema.operands import IdFilter, Member, Path, every, filled, filter_of, given, made
from schema.pipeline import LeadDetails, OpportunityDetails
from schema.sources import Column, Group


def to_criterion(where: Any, *path: str) -> Criterion | None:
    """The criterion that an input stands for, given at `path`; None where it asks for nothing."""
    if where is None or where is UNSET:
        return None
    place = path or ("where",)
    criterion = _read(where, place)
    return None if criterion == Every(()) else bounded(criterion, *place)


def _read(where: Any, path: Path) -> Criterion:
    """What an input means: all that is given in it holds."""
    return every(meaning(value, at) for meaning, value, at in given(where, path))


def _checks(attribute: str, filter: Any, path: Path) -> Criterion:
    """What a filter of a field means: all its checks hold."""
    return every(
        Check(attribute, operator, tuple(value) if isinstance(value, list) else value)
        for operator, value, _ in given(filter, path)
    )


def _each(values: list[Any], path: Path) -> tuple[Criterion, ...]:
    return tuple(_read(value, (*path, str(at))) for at, value in enumerate(values))


def _where_inputs(shown: Mapping[type[Any], type[Any]]) -> Mapping[type[Any], Any]:
    """For each record the input that says which are meant: by what is shown, and by what is related."""
    classes = {record: type(f"{record.__name__}Where", (), {}) for record in shown}
    many = {record: _several(record.__name__, cls) for record, cls in classes.items()}
    for record, cls in classes.items():
        members = {"id": Member(IdFilter, "The global id.", partial(_ids, record.__name__))}
        members |= _members(record, shown[record]) | _groups(cls)
        if "custom" in (kept.name for kept in fields(record)):
            members["custom_fields"] = Member(list[CustomFieldWhere], WORDS, read_custom, "customFields")
        for name, joined in RELATIONS[record].items():
            lists = joined.own == "id"
            of = many[joined.record] if lists else classes[joined.record]
            text = _SEVERAL if lists else _ONE
            members[name] = Member(of, text.format(name.replace("_", " ")), partial(_related, name, lists))
        words = (
            f"Which records of the kind {record.__name__} are meant: those for which all that is given holds."
        )
        filled(cls, words, members)
    return classes


_ONE = "There is such a record, {}, and all that is given holds for it; of `{{}}`, that there is one."
_SEVERAL = "What is asked of its {}."


def _several(name: str, of: Any) -> Any:
    """The input that asks of related records whether there are some, or none."""
    members = {
        "some": Member(of, "This holds for at least one of them; of `{}`, there is one.", Operator.EQ),
        "none": Member(of, "This holds for none of them; of `{}`, there is none.", Operator.NE),
    }
    words = f"What is asked of related records of the kind {name}. All that is given must hold."
    return made(f"{name}ListFilter", words, lambda _: members)


def _related(relation: str, several: bool, value: Any, path: Path) -> Criterion:
    """What a condition on related records means."""
    if not several:
        return Related(relation, _read(value, path))
    found = []
    for operator, part, at in given(value, path):
        related = Related(relation, _read(part, at))
        found.append(related if operator is Operator.EQ else Not(related))
    return every(found)


def _ids(type_name: str, filter: Any, path: Path) -> Criterion:
    """What a filter of ids means; refuses what is no id of such a record."""
    checks = []
    for operator, value, at in given(filter, path):
        if operator is Operator.IN:
            ids = tuple(uuid_of(str(id), type_name, *at, str(place)) for place, id in enumerate(value))
            checks.append(Check("id", operator, ids))
        else:
            checks.append(Check("id", operator, uuid_of(str(value), type_name, *at)))
    return every(checks)


def _groups(own: Any) -> dict[str, Member]:
    return {
        "and_": Member(list[own], "All of these hold.", _all_of, "and"),
        "or_": Member(list[own], "At least one of these holds; of an empty list, none does.", _any_of, "or"),
        "not_": Member(own, "This does not hold.", _none_of, "not"),
    }


def _all_of(values: list[Any], path: Path) -> Criterion:
    return Every(_each(values, path))


def _any_of(values: list[Any], path: Path) -> Criterion:
    return Some(_each(values, path))


def _none_of(value: Any, path: Path) -> Criterion:
    return Not(_read(value, path))


def _members(record: type[Any], shown: type[Any]) -> dict[str, Member]:
    """A member for each field of a graph type that shows a column, or a group of columns, of the record."""
    made = {
        field.python_name: _member(record, field)
        for field in get_object_definition(shown, strict=True).fields
    }
    return {name: member for name, member in made.items() if member is not None}


def _member(record: Any, field: StrawberryField) -> Member | None:
    source, words, kind = field.metadata.get("source"), str(field.description), cast(Any, field.type)
    if isinstance(source, Group):
        return Member(_group(record, kind), words, _read, field.graphql_name)
    match source:
        case Formula(name=attribute):
            known: Any = DERIVED.get(record, ())
        case Column(attribute):
            attribute = attribute or field.python_name
            known = {kept.name for kept in fields(record)}
        case _:
            return None
    accepted = filter_of(kind)
    if accepted is None or attribute not in known:
        return None
    return Member(accepted, words, partial(_checks, attribute), field.graphql_name)


@cache
def _group(record: Any, shown: Any) -> Any:
    """The input for columns that the graph shows as a group of their own."""
    words = f"{words_of(shown)} All that is given must hold."
    return made(f"{shown.__name__}Where", words, lambda _: _members(record, shown))


_WHERE = _where_inputs(
    {
        records.Contact: ContactDetails,
        records.Account: AccountDetails,
        records.Lead: LeadDetails,
        records.Opportunity: OpportunityDetails,
    }
)
ContactWhere = _WHERE[records.Contact]
AccountWhere = _WHERE[records.Account]
LeadWhere = _WHERE[records.Lead]
OpportunityWhere = _WHERE[records.Opportunity]


def places_in(where: Any, *path: str) -> Iterator[tuple[str, Path]]:
    """The attributes that an input checks, each with the place of its filter."""
    for field in get_object_definition(where, strict=True).fields:
        meaning, name = field.metadata["meaning"], field.graphql_name or to_camel_case(field.python_name)
        if isinstance(meaning, partial) and meaning.func is _checks:
            yield meaning.args[0], (*path, name)
        elif meaning is _read:
            yield from places_in(cast(Any, field.type).of_type, *path, name)
