"""Inputs that write records, made of what their graph types show: a field that is shown can be given."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any, get_type_hints

import strawberry
from strawberry import UNSET
from strawberry.types.arguments import InputContext
from strawberry.types.base import StrawberryList, StrawberryOptional, get_object_definition
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from domain import records
from domain.custom_fields import MOST_FIELDS
from domain.intake import NOT_GIVEN, REFERENCES
from domain.refusals import Code, Refused
from resolvers.identity import uuid_of
from schema.acts import Places
from schema.custom_fields import CustomFieldInput, given_of
from schema.details import AccountDetails, ContactDetails
from schema.pipeline import LeadDetails, OpportunityDetails
from schema.sources import Column, Group

_GROUPED = {"guardian_id": "data_protection", "source_event_id": "marketing_source"}
"""References that are given within a group."""
_NAMES = {"source_event_id": "originating_event_id"}
"""References that are given under another name."""


@dataclass(frozen=True)
class Meaning:
    """What a member of an input writes: an attribute of the record, or a group of them."""

    attribute: str | None = None
    refers: str | None = None
    read: Callable[[Any], Any] | None = None
    of: Any = None


def record_input(record: type[Any], shown: type[Any], words: str) -> Any:
    """The input that gives a record's fields: those that its graph type shows, and whom it points to."""
    members = _members(record, shown, NOT_GIVEN[record.__name__.lower()], "")
    if "custom" in get_type_hints(record):
        custom = "Values of the fields that the team has added; those not named keep what they hold."
        given = _member(custom, None, Meaning("custom_fields", read=given_of))
        members["custom_fields"] = (list[CustomFieldInput] | None, given)
    return _input(f"{record.__name__}Input", words, members)


def _input(name: str, words: str, members: Mapping[str, tuple[Any, StrawberryField]]) -> Any:
    cls = type(name, (), {"__annotations__": {key: of for key, (of, _) in members.items()}})
    for key, (_, field) in members.items():
        setattr(cls, key, field)
    made: Any = strawberry.input(cls, description=words)
    made.__strawberry_definition__.from_input = Taken
    return made


def _members(record: Any, shown: Any, left_out: frozenset[str], group: str) -> dict[str, Any]:
    known, members = get_type_hints(record), {}
    for field in get_object_definition(shown, strict=True).fields:
        source, name = field.metadata.get("source"), field.python_name
        if isinstance(source, Group):
            words = f"{field.description} What is not given stays as it is."
            inner = _members(record, field.type, left_out, name)
            if inner:
                of = _input(f"{_name_of(field.type)}Input", words, inner)
                members[name] = (of | None, _member(words, field.graphql_name, Meaning()))
        elif isinstance(source, Column):
            attribute = source.attribute or name
            if attribute in known and attribute not in left_out:
                of = _bare(field.type)
                words = str(field.description)
                members[name] = (of | None, _member(words, field.graphql_name, Meaning(attribute)))
    return members | _references(record, left_out, group)


def _references(record: Any, left_out: frozenset[str], group: str) -> dict[str, Any]:
    found = {}
    for attribute in (f.name for f in fields(record)):
        entity = REFERENCES.get(attribute)
        if entity is None or attribute in left_out or _GROUPED.get(attribute, "") != group:
            continue
        words = f"The id of the {attribute.removesuffix('_id').replace('_', ' ')}; null for none."
        meaning = Meaning(attribute, refers=entity.capitalize())
        found[_NAMES.get(attribute, attribute)] = (strawberry.ID | None, _member(words, None, meaning))
    return found


def _member(words: str, name: str | None, meaning: Meaning) -> Any:
    return strawberry.field(description=words, name=name, default=UNSET, metadata={"meaning": meaning})


def _name_of(kind: Any) -> str:
    return str(kind.__name__)


def _bare(kind: Any) -> Any:
    """The type of a member, of the type of the field that shows it."""
    match kind:
        case StrawberryOptional():
            return _bare(kind.of_type)
        case StrawberryList():
            return list[_bare(kind.of_type)]  # type: ignore[misc]
        case StrawberryEnumDefinition():
            return kind.wrapped_cls
        case _:
            return kind


@dataclass(frozen=True)
class Taken:
    """An input as it came: what is given in it, by the members' names in the graph."""

    of: Any
    given: Mapping[str, Any]
    context: InputContext


def values_of(input: Taken) -> dict[str, Any]:
    """The values that an input gives, by the attributes of the record; of what is none, why it is refused."""
    values: dict[str, Any] = {}
    for meaning, name, value in _given(input.of, input.given):
        try:
            values[name] = _read(meaning, value, input.context)
        except Refused as refused:
            values[name] = refused
    return values


def _given(input: Any, given: Mapping[str, Any]) -> Iterator[tuple[Meaning, str, Any]]:
    known = _meanings(input)
    for name, value in given.items():
        meaning = known[name]
        if meaning.attribute is not None:
            yield meaning, meaning.attribute, value
        elif value is not None:
            yield from _given(meaning.of, value)


@cache
def _meanings(input: Any) -> Mapping[str, Meaning]:
    """What the members of an input mean, by their names in the graph."""
    found = {}
    for field in get_object_definition(input, strict=True).fields:
        meaning: Meaning = field.metadata["meaning"]
        name = field.graphql_name or to_camel_case(field.python_name)
        found[name] = replace(meaning, of=_bare(field.type))
    return found


def _read(meaning: Meaning, value: Any, context: InputContext) -> Any:
    name = str(meaning.attribute)
    if value is None and meaning.read is not None:
        raise Refused(Code.INVALID, "This is a list: leave it out to keep what there is.", name)
    if value is None:
        return None
    if meaning.refers is not None:
        return uuid_of(str(value), meaning.refers, name)
    if meaning.read is not None:
        if len(value) > MOST_FIELDS:
            message = f"There are at most {MOST_FIELDS} custom fields: name each once."
            raise Refused(Code.TOO_MANY, message, name)
        return meaning.read(context.convert(value, meaning.of, name))
    return tuple(value) if isinstance(value, list) else value


def places_of(input: Any, *path: str) -> Places:
    """Where in an input the attributes of the record are given."""
    found: dict[str, tuple[str, ...]] = {}
    for name, meaning in _meanings(input).items():
        if meaning.attribute is not None:
            found[meaning.attribute] = (*path, name)
            if meaning.attribute == "custom_fields":
                found["custom"] = (*path, name)
        else:
            found |= places_of(meaning.of, *path, name)
    return found


ContactInput = record_input(
    records.Contact,
    ContactDetails,
    "A contact's fields: what is not given stays as it is, what is null is cleared.",
)
AccountInput = record_input(
    records.Account,
    AccountDetails,
    "An account's fields: what is not given stays as it is, what is null is cleared.",
)
LeadInput = record_input(
    records.Lead, LeadDetails, "A lead's fields: what is not given stays as it is, what is null is cleared."
)
OpportunityInput = record_input(
    records.Opportunity,
    OpportunityDetails,
    "An opportunity's fields: what is not given stays as it is, what is null is cleared.",
)
