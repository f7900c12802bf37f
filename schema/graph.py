"""How a graph type is written: each field says in one line what it shows and where it comes from."""

import inspect
from collections.abc import Callable
from dataclasses import fields
from enum import Enum
from operator import attrgetter
from typing import Any, TypeVar

import strawberry

from domain.interactions import InteractionType
from domain.options import Option
from resolvers import formulas
from resolvers.context import Info
from resolvers.formulas import Formula
from resolvers.relations import Relation
from schema.sources import Column, Computed, Custom, Group, Held, Source, TypedBy

T = TypeVar("T", bound=type[Any])


def column(words: str, of: str | None = None, name: str | None = None) -> Any:
    """A field that shows an attribute of the record: its own name's, or `of`."""
    if of is None:
        return strawberry.field(description=words, name=name, metadata={"source": Column()})
    read = attrgetter(of)

    def resolve(root: Any) -> Any:
        return read(root)

    return declared(words, Column(of), resolve, name)


def relation(words: str, related: Relation, of: str | None = None) -> Any:
    """A field that shows the record, or records, that this one, or its `of`, is related to."""

    async def resolve(root: Any, info: strawberry.Info) -> Any:
        return await related(getattr(root, of) if of else root, info)

    return declared(words, related, resolve)


def computed(words: str, method: str) -> Any:
    """A field that shows what a method of the record, or of its `owner`, gives for the request's moment."""

    def resolve(root: Any, info: Info) -> Any:
        return getattr(getattr(root, "owner", root), method)(info.context.now)

    return declared(words, Computed(method), resolve)


def formula(words: str, shown: Formula) -> Any:
    """A field that shows what SQL computes of the record and a few that it is related to."""

    async def resolve(root: Any, info: Info) -> Any:
        return await formulas.value(shown, root, info)

    return declared(words, shown, resolve)


def held(words: str, of: str) -> Any:
    """A field that shows an object, or objects, that the record itself holds."""
    read = attrgetter(of)

    def resolve(root: Any) -> Any:
        return read(root)

    return declared(words, Held(of), resolve)


def group(words: str) -> Any:
    """A field that shows a part of the record under a name of its own."""

    def resolve(root: Any) -> Any:
        return root

    return declared(words, Group(), resolve)


def custom(words: str, resolver: Callable[..., Any], name: str | None = None) -> Any:
    """A field with a resolver of its own: graphql-core runs it, and no plan."""
    return declared(words, Custom(resolver), resolver, name)


def declared(words: str, source: Source, resolve: Callable[..., Any], name: str | None = None) -> Any:
    """A field that says where its value comes from; `resolve` reads the same, one object at a time."""
    return strawberry.field(resolver=resolve, description=words, name=name, metadata={"source": source})


def argument(words: str, name: str | None = None, instead: str | None = None) -> Any:
    """An argument's words, its name where Python's does not do, and what to use instead of it."""
    return strawberry.argument(description=words, name=name, deprecation_reason=instead)


def shows(record: type[Any], **options: Any) -> Callable[[T], T]:
    """Makes a graph type of a class whose fields show a record; its docstring is its description."""

    def make(cls: T) -> T:
        _check(cls, record)
        cls.is_type_of = classmethod(lambda _, value, info: isinstance(value, record))
        return described(cls, **options)

    return make


def interface(record: type[Any], typed_by: TypedBy) -> Callable[[T], T]:
    """Makes a graph interface of a class whose fields show a record: a column says of which type it is."""

    def make(cls: T) -> T:
        _check(cls, record)
        cls.typed_by = typed_by
        cls.resolve_type = classmethod(lambda _, value, *rest: typed_by.of(value))
        return part_of_interface(cls)

    return make


def part_of_interface(cls: T) -> T:
    """A graph interface whose description is its docstring: of types that share more than another one has."""
    made: T = strawberry.interface(cls, description=words_of(cls))
    return made


def described(cls: T, **options: Any) -> T:
    """A graph type whose description is its docstring."""
    made: T = strawberry.type(cls, description=words_of(cls), **options)
    return made


def words_of(thing: Any) -> str:
    """The docstring as a description: its lines joined, its paragraphs kept."""
    paragraphs = (inspect.getdoc(thing) or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _check(cls: type[Any], record: type[Any]) -> None:
    known = {f.name for f in fields(record)} | {name for name in dir(record) if not name.startswith("_")}
    for name, value in vars(cls).items():
        source = (getattr(value, "metadata", None) or {}).get("source")
        if isinstance(source, Formula) and source.record is not record:
            raise TypeError(f"{cls.__name__}.{name} is of no {record.__name__}: {source.full_name}")
        shown = source.attribute.split(".")[0] or name if isinstance(source, Column) else None
        if shown is not None and shown not in known and not getattr(value, "base_resolver", None):
            raise TypeError(f"{cls.__name__}.{name} shows nothing: {record.__name__} has no {shown}")


def choice(cls: type[Enum]) -> None:
    """Makes a graph enum of an enum of the domain, described by its docstring and its members' words."""
    strawberry.enum(cls, description=words_of(cls))
    for value in cls.__strawberry_definition__.values:  # type: ignore[attr-defined]
        value.description = _member_words(cls[value.name])


def _member_words(member: Enum) -> str:
    if isinstance(member, Option):
        return f"{member.label}. Source code {member.value}."
    if isinstance(member, InteractionType):
        return f"{member.words} Source name {member.source_name}."
    return str(member.value)
