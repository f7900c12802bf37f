"""What has changed in the schema from one released version to the next, and what of it needs a decision."""

from collections.abc import Iterable, Iterator
from datetime import date
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from graphql import (
    BreakingChangeType,
    DangerousChangeType,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    SafeChangeType,
    SchemaChange,
    build_schema,
    find_schema_changes,
    get_named_type,
)

VERSIONS = Path(__file__).parent / "versions"
UNRELEASED = "Unreleased"

# graphql-core calls these dangerous, since a program that builds inputs could mean something else by the
# name; a document that was written before them stays what it was.
HARMLESS = {DangerousChangeType.OPTIONAL_ARG_ADDED, DangerousChangeType.OPTIONAL_INPUT_FIELD_ADDED}


class Heading(Enum):
    """The parts of a version's changes, in the order in which they are told."""

    ADDED = "Added"
    DEPRECATED = "Deprecated"
    CHANGED = "Changed"
    REMOVED = "Removed"


class Change(NamedTuple):
    """One change: its kind as graphql-core names it, and what has changed in a sentence."""

    kind: str
    words: str
    heading: Heading
    needs_decision: bool = False

    def __str__(self) -> str:
        """The change as a decision allows it: `Allows: FIELD_REMOVED Field Contact.fax was removed.`"""
        return f"{self.kind} {self.words}"


def released() -> dict[str, str]:
    """The schema of each released version, oldest first."""
    paths = sorted(VERSIONS.glob("*.graphql"), key=lambda path: [int(part) for part in path.stem.split(".")])
    return {path.stem: path.read_text() for path in paths}


def history(versions: dict[str, str], present: str) -> Iterator[tuple[str, list[Change]]]:
    """For each version but the first, and for what is not released yet, what has changed in it."""
    before: str | None = None
    for name, text in [*versions.items(), (UNRELEASED, present)]:
        if before is not None:
            yield name, changes(before, text)
        before = text


def changes(before: str, after: str) -> list[Change]:
    """What differs between two schemas, words apart."""
    old, new = build_schema(before), build_schema(after)
    answered = _answered(new)
    found = [
        Change(change.type.name, change.description, _heading(change.type.name), _is_grave(change, answered))
        for change in find_schema_changes(old, new)
        if change.type is not SafeChangeType.DESCRIPTION_CHANGED
    ]
    known = deprecated(old)
    for place, reason in deprecated(new).items():
        if reason != known.get(place):
            found.append(Change("DEPRECATED", f"{place} is deprecated: {reason}", Heading.DEPRECATED))
    return found


def disputes(found: Iterable[Change], allowed: Iterable[str]) -> list[str]:
    """What needs a decision and has none, and what was decided and never done."""
    grave = {str(change) for change in found if change.needs_decision}
    decided = set(allowed)
    undecided = [f"No decision has the line `Allows: {change}`" for change in sorted(grave - decided)]
    return undecided + [f"Allowed, but not changed: {words}" for words in sorted(decided - grave)]


def allowances(folder: Path) -> list[str]:
    """The changes that the notes of a folder allow, each in a line that begins with `Allows: `."""
    lines = (line for path in sorted(folder.glob("*.md")) for line in path.read_text().splitlines())
    return [line.removeprefix("Allows: ").strip() for line in lines if line.startswith("Allows: ")]


def deprecated(schema: GraphQLSchema) -> dict[str, str]:
    """The reason of everything that is deprecated, by its place: `Contact.fax`, `Query.contacts(old:)`."""
    return {place: reason for place, reason in _reasons(schema) if reason is not None}


def unannounced(schema: GraphQLSchema) -> list[str]:
    """What is deprecated without a word of what to use instead, or of the day of its end."""
    return [place for place, reason in deprecated(schema).items() if not _is_announced(reason)]


def _is_announced(reason: str) -> bool:
    """Whether a reason reads as `use X; removed after 2027-06-30`."""
    instead, _, day = reason.rstrip(".").partition("; removed after ")
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return instead.lower().startswith("use ") and len(instead) > len("use ")


def _reasons(schema: GraphQLSchema) -> Iterator[tuple[str, str | None]]:
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLEnumType):
            yield from ((f"{kind}.{name}", value.deprecation_reason) for name, value in kind.values.items())
        elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for name, field in kind.fields.items():
                yield f"{kind}.{name}", field.deprecation_reason
                for argument, given in getattr(field, "args", {}).items():
                    yield f"{kind}.{name}({argument}:)", given.deprecation_reason


def _heading(kind: str) -> Heading:
    if kind.startswith("REQUIRED_") or "DEFAULT_VALUE" in kind:
        return Heading.CHANGED
    if "REMOVED" in kind:
        return Heading.REMOVED
    return Heading.ADDED if "ADDED" in kind else Heading.CHANGED


def _is_grave(change: SchemaChange, answered: set[str]) -> bool:
    """Whether it can break a client; a value of an enum that only questions hold comes to none unasked."""
    if change.type is DangerousChangeType.VALUE_ADDED_TO_ENUM:
        return change.description.removeprefix("Enum value ").partition(".")[0] in answered
    return isinstance(change.type, BreakingChangeType | DangerousChangeType) and change.type not in HARMLESS


def _answered(schema: GraphQLSchema) -> set[str]:
    """The names of the types that answers hold."""
    kinds = schema.type_map.values()
    holders = [kind for kind in kinds if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)]
    return {get_named_type(field.type).name for kind in holders for field in kind.fields.values()}
