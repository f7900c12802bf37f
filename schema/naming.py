"""Writing records that are a name and a few words: what an input gives, and where in it that lies."""

from collections.abc import Callable
from typing import Any

from strawberry import UNSET
from strawberry.types.base import get_object_definition
from strawberry.utils.str_converters import to_camel_case

from resolvers import records
from resolvers.context import Info
from schema.acts import Places, answered, given


def values_of(input: Any) -> dict[str, Any]:
    """What an input gives, by the names of its members; what is null is to be cleared."""
    members = ((field.python_name, getattr(input, field.python_name)) for field in _fields(type(input)))
    return {name: value for name, value in members if value is not UNSET}


def places_of(input: type[Any], prefix: str) -> Places:
    """Where in an input its members lie."""
    names = [field.python_name for field in _fields(input)]
    return {name: (prefix, to_camel_case(name)) for name in names}


def _fields(input: type[Any]) -> Any:
    return get_object_definition(input, strict=True).fields


async def created(info: Info, mutation: str, part: str, input: Any, create: Callable[..., Any]) -> Any:
    """What a creation answers: its values stand in the part of the input of that name."""

    async def act() -> Any:
        values = values_of(getattr(input, part))
        key = records.asked(info, given(input.idempotency_key), mutation, values)
        return await create(info, values, key)

    return await answered(act(), places_of(type(getattr(input, part)), to_camel_case(part)))


async def updated(info: Info, mutation: str, input: Any, update: Callable[..., Any]) -> Any:
    """What a change answers."""

    async def act() -> Any:
        values, expected = values_of(input.patch), given(input.expected_version)
        asked: list[Any] = [input.id, values, expected]
        key = records.asked(info, given(input.idempotency_key), mutation, asked)
        return await update(info, input.id, values, expected, key)

    return await answered(act(), places_of(type(input.patch), "patch"))


async def acted(info: Info, input: Any, act: Callable[..., Any], places: Places | None = None) -> Any:
    """What is answered to something that is done to the record that an input names, once for its key."""

    async def acting() -> Any:
        expected = given(input.expected_version)
        return await act(info, input.id, expected, key_of(info, input))

    return await answered(acting(), places)


def key_of(info: Info, input: Any) -> Any:
    """What is asked under the key of an input that names a record, and its version, alone."""
    told = [input.id, given(input.expected_version)]
    return records.asked(info, given(input.idempotency_key), info.field_name, told)


async def deleted(info: Info, input: Any, delete: Callable[..., Any]) -> Any:
    """What a deletion answers."""
    return await acted(info, input, delete)
