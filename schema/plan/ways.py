"""Fields as documents ask for them: how each is read, what it shows, and what holds for all its parents."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import lru_cache, partial
from operator import attrgetter
from types import GeneratorType
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLField,
    GraphQLID,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLString,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.collect_fields import FieldDetailsList
from graphql.pyutils import Undefined
from strawberry.schema.schema_converter import CustomGraphQLEnumType
from strawberry.types.field import StrawberryField

from resolvers import lists
from resolvers.formulas import Formula
from resolvers.identity import to_global
from resolvers.relations import Relation
from schema.sources import (
    Column,
    Constant,
    Custom,
    CustomDefinitions,
    CustomValues,
    Folded,
    Group,
    Held,
    Identity,
    List,
    Reached,
    Stated,
    Through,
    Total,
)

Read = Callable[[Any], Any]
Call = Callable[..., Any]
Step = tuple[str, Read | None, type | None, Read | None, bool, "Way"]
"""A field as the loop over an object's fields takes it: key, how it is read, what is shown as it is, how the
rest is written, whether it may be null."""
AS_THEY_ARE: dict[Any, type] = {GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool}
"""Leaf types that show values of that Python type as they are."""
STRANGE = (Exception, GeneratorType, type(None), type(Undefined))
_ordinary: set[type] = set()


def ordinary(value: Any) -> bool:
    """Whether it is a value: neither null, nor an exception, nor something to wait for."""
    cls = type(value)
    if cls in _ordinary:
        return True
    if issubclass(cls, STRANGE) or hasattr(cls, "__await__"):
        return False
    _ordinary.add(cls)
    return True


@dataclass(slots=True)
class Known:
    """What is known of a field before anybody asks for it.

    It is read off its parent (`read`), or its resolver is called without what wraps it (`call`); where that
    only loads, it needs no task (`loads`).
    """

    definition: GraphQLField
    field: Any
    source: Any = None
    read: Read | None = None
    call: Call | None = None
    takes: AbstractSet[str] = frozenset()
    loads: bool = False
    nullable: bool = False
    listed: bool = False
    item_type: Any = None
    named: Any = None
    types: dict[str, Any] = field(default_factory=dict)
    kept: type | None = None
    write: Read | None = None


@lru_cache(maxsize=4096)
def known_of(schema: GraphQLSchema, parent: GraphQLObjectType, name: str) -> Known | None:
    """What is known of the field; None where it has to go graphql-core's own way."""
    definition = schema.get_field(parent, name)
    if definition is None:
        return None
    known = Known(definition, definition.extensions.get("strawberry-definition"))
    if name == "__typename":
        known.read = lambda _: parent.name
    elif isinstance(known.field, StrawberryField):
        if known.field.extensions or schema.extensions["strawberry-definition"].exception_handlers:
            return None
        known.source = known.field.metadata.get("source")
        _learn_reading(known, known.field)
    _learn_type(known, definition.type)
    return known


def _learn_reading(known: Known, field: StrawberryField) -> None:
    resolver: Any = field.base_resolver
    match known.source:
        case Column(attribute) if attribute or (not resolver and field.default_resolver is getattr):
            known.read = attrgetter(attribute or field.python_name)
        case Group():
            known.read = lambda record: record
        case Held(attribute):
            known.read = attrgetter(attribute)
        case Constant(value):
            known.read = lambda _: value
        case Identity(type_name) if type_name:
            known.read = lambda record: to_global(type_name, record.id)
        case Stated(stated):
            known.read = lambda record: stated.read(record.properties)
        case Relation() | Formula() | List() | Folded() | Total() | Reached():
            known.loads = True
        case CustomValues() | CustomDefinitions() | Through():
            known.loads = True
    direct = known.loads or (isinstance(known.source, (Identity, Custom)) and not field.arguments)
    if direct and not resolver.self_parameter and not resolver.parent_parameter:
        known.call = resolver.wrapped_func
        known.takes = {"root", "info"} & resolver.signature.parameters.keys()


def _learn_type(known: Known, type_: GraphQLOutputType) -> None:
    known.nullable = not is_non_null_type(type_)
    shown: Any = get_nullable_type(type_)
    if is_list_type(shown):
        known.listed, known.item_type = True, shown.of_type
        shown = get_nullable_type(shown.of_type)
    if is_leaf_type(shown):
        known.write = partial(_write_each, _writing(shown)) if known.listed else _writing(shown)
        known.kept = None if known.listed else AS_THEY_ARE.get(shown)
    elif not is_list_type(shown):
        known.named = shown


def _writing(leaf: Any) -> Read:
    if isinstance(leaf, CustomGraphQLEnumType) and not issubclass(leaf.wrapped_cls, (str, int)):
        members: Any = leaf.wrapped_cls
        return {member: leaf.coerce_output_value(member) for member in members}.__getitem__
    write: Read = leaf.coerce_output_value
    return write


def leaf_as_shown(write: Read, value: Any) -> Any:
    """The leaf as the answer shows it; None where there is anything unusual about it."""
    try:
        shown = write(value) if ordinary(value) else None
    except Exception:
        return None
    return None if shown is Undefined else shown


def _write_each(write: Read, values: Any) -> list[Any] | None:
    """A list of leaves; None where there is anything unusual about it."""
    if type(values) not in (list, tuple) or not all(map(ordinary, values)):
        return None
    written = [write(value) for value in values]
    return None if None in written or Undefined in written else written


class Way:
    """A field where a document asks for it, and what is worked out once for all its parents."""

    __slots__ = ("call", "definition", "details", "key", "known", "parent", "shapes", "type")

    def __init__(self, schema: GraphQLSchema, parent: GraphQLObjectType, key: str, details: FieldDetailsList):
        name = details[0].node.name.value
        self.definition = schema.get_field(parent, name)
        self.key = key
        self.parent = parent
        self.details = details
        self.known = known_of(schema, parent, name)
        self.type: Any = self.definition.type if self.definition else None
        self.call: Call | None = None
        self.shapes: dict[str, list[Step]] = {}

    def step(self) -> Step:
        """As the loop over an object's fields takes it: a plain leaf can be read at once."""
        known = self.known
        if known and known.read and known.write:
            return self.key, known.read, known.kept, known.write, known.nullable, self
        return self.key, None, None, None, False, self

    def prepare(self, known: Known, given: dict[str, Any], context: Any) -> Call:
        """What brings the value for a parent and an info, with arguments that are the same for all."""
        try:
            match known.source:
                case List(source, asked):
                    page = asked(**given)
                    return lambda root, info: lists.find(source, root, info, page)
                case Folded(aggregate, asked):
                    question = asked(context.now, **given)
                    return lambda root, info: aggregate.answer(root, info, question)
        except Exception:  # raised again by the resolver, for each parent
            pass
        call, takes = known.call, known.takes
        assert call is not None
        if takes == {"root", "info"}:
            return lambda root, info: call(root=root, info=info, **given)
        if takes == {"info"}:
            return lambda _, info: call(info=info, **given)
        return lambda root, _: call(**dict.fromkeys(takes, root), **given)
