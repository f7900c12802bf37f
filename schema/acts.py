"""What a mutation is made of: what it answers, how a refusal becomes data, and where in the input it lies."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import strawberry
from strawberry import UNSET
from strawberry.utils.str_converters import to_camel_case

from domain.refusals import Code, Refused, Stale
from schema.graph import choice, column, custom, described

choice(Code)
Places = Mapping[str, tuple[str, ...]]
"""Where in an input the attributes of a record are given."""


@described
class UserError:
    """Why something was refused: a sentence a person can act on, and a code a program can."""

    code: Code = column("Which rule forbids it.")
    message: str = column("The reason, in a sentence.")
    path: list[str] = column("Where in the input the reason lies.")
    version: int | None = column("Of a stale write: the version that the record is at now.")
    changed: list[str] | None = column("Of a stale write: the fields that have changed since that version.")


@dataclass(frozen=True)
class Refusal:
    """A refusal as data: GraphQL would take an exception among the values for a fault."""

    code: Code
    message: str
    path: list[str]
    version: int | None = None
    changed: list[str] | None = None


@dataclass(frozen=True)
class Payload:
    """What a mutation answers: the record as it is now, or the refusals."""

    record: Any
    user_errors: list[Refusal]


async def answered(acting: Awaitable[Any], places: Places | None = None, *prefix: str) -> Any:
    """The payload of an act: its record, or its refusals as data; attributes lie at their places."""
    try:
        return Payload(await acting, [])
    except Refused as refused:
        return Payload(None, refusals_of(refused, places, *prefix))


def refusals_of(refused: Refused, places: Places | None = None, *prefix: str) -> list[Refusal]:
    """The refusals of one act as data, each with its place in the input."""
    return [_refusal(one, places or {}, prefix) for one in refused.all]


def _refusal(refused: Refused, places: Places, prefix: tuple[str, ...]) -> Refusal:
    path = placed(refused.path, places, prefix)
    if isinstance(refused, Stale):
        changed = [shown(name, places) for name in refused.changed]
        told = f" Changed: {', '.join(changed)}." if changed else ""
        return Refusal(refused.code, f"{refused.message}{told}", path, refused.version, changed)
    return Refusal(refused.code, refused.message, path)


def placed(path: Sequence[str], places: Places, prefix: tuple[str, ...] = ()) -> list[str]:
    """Where in the input a path of attributes lies."""
    if path and path[0] in places:
        return [*prefix, *places[path[0]], *map(to_camel_case, path[1:])]
    return [*prefix, *map(to_camel_case, path)]


def shown(attribute: str, places: Places) -> str:
    """The name by which clients know an attribute of a record, within the record."""
    return ".".join(places[attribute][1:]) if attribute in places else to_camel_case(attribute)


def payload(name: str, node: Any, words: str, type_name: str | None = None) -> Any:
    """The type of what a mutation answers: a record under its name, and what was refused."""
    members = {
        "__annotations__": {name: node | None, "user_errors": list[UserError]},
        name: column(f"The {_spoken(name)} as it is now; null where it was refused.", of="record"),
        "user_errors": column("What was refused; empty where it was done."),
        "__doc__": words,
    }
    return described(type(type_name or f"{node.__name__}Payload", (), members))


def _spoken(name: str) -> str:
    return name.replace("_", " ")


@described
class DeletePayload:
    """What became of a deletion."""

    deleted_id: strawberry.ID | None = column(
        "The global id that led to the record; null where it was refused.", of="record"
    )
    user_errors: list[UserError] = column("What was refused; empty where it was done.")


KEY = (
    "A text of the client's own that is new for each thing to do, 255 characters at most: asked again under"
    " the same key within a day, it is done once, and answered as the first time."
)


def key_member() -> Any:
    """The member of an input by which a client asks again safely."""
    return strawberry.field(description=KEY, default=UNSET)


def version_member() -> Any:
    """The member of an input that guards what others have written in the meantime."""
    return strawberry.field(
        description="The version that the change is meant for; STALE where the record has another.",
        default=UNSET,
    )


def given(value: Any) -> Any:
    """The value of a member, None where it was not given."""
    return None if value is UNSET else value


def mutation(words: str, resolver: Callable[..., Any]) -> Any:
    """A field that changes something."""
    return custom(words, resolver)


def made_input(name: str, words: str, members: dict[str, tuple[Any, Any]]) -> Any:
    """An input of these members: each its type and its field."""
    cls = type(name, (), {"__annotations__": {key: of for key, (of, _) in members.items()}})
    for key, (_, field) in members.items():
        setattr(cls, key, field)
    return strawberry.input(cls, description=words)


def create_input(
    noun: str, part: str, values: Any, words: str, more: Mapping[str, tuple[Any, Any]] = MappingProxyType({})
) -> Any:
    """The input of a mutation that creates something: its fields, and the client's key."""
    fields = strawberry.field(description="Its fields.")
    members = {part: (values, fields), **more, "idempotency_key": (str | None, key_member())}
    return made_input(f"{noun}CreateInput", f"A new {words}.", members)


def update_input(noun: str, patch: Any, words: str) -> Any:
    """The input of a mutation that changes something: what changes, for which version."""
    members = {
        "id": (strawberry.ID, strawberry.field(description=f"The {words}.")),
        "patch": (patch, strawberry.field(description="What changes: what is not given stays.")),
        "expected_version": (int | None, version_member()),
        "idempotency_key": (str | None, key_member()),
    }
    return made_input(f"{noun}UpdateInput", f"A change to {a(words)}.", members)


def a(noun: str) -> str:
    """The noun with its article."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
