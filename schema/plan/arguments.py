"""The arguments of a planned field: worked out once where they hold no variables, else for each request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING
from datetime import datetime
from typing import Any, cast

from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLField,
    ListValueNode,
    Node,
    ObjectValueNode,
    ValueNode,
    VariableNode,
    coerce_input_literal,
    get_named_type,
)
from graphql.execution.values import VariableValues, get_argument_values
from strawberry.schema.base import BaseSchema
from strawberry.types.arguments import convert_argument, convert_arguments
from strawberry.types.base import (
    StrawberryList,
    StrawberryOptional,
    get_object_definition,
    has_object_definition,
)
from strawberry.types.field import StrawberryField

from schema.plan.variables import Variables

Ask = Callable[[Variables, datetime, list[Any]], Any]
"""What a field asks for, made of a request's variables, its moment, and what fields before it ask for."""


def asked(asks: Sequence[Ask], variables: Variables, now: datetime) -> list[Any]:
    """What the fields of a plan ask for."""
    found: list[Any] = []
    for ask in asks:
        found.append(ask(variables, now, found))
    return found


_Value = Callable[[Mapping[str, Any]], Any]
_NO_VARIABLES = VariableValues({}, {})


class _Odd(Exception):
    """A value that is not plain."""


class Arguments:
    """The arguments of one field, as its resolver would get them."""

    def __init__(
        self, schema: BaseSchema, declared: StrawberryField, field: GraphQLField, node: FieldNode
    ) -> None:
        self._schema = schema
        self._declared = declared
        self._field = field
        self._node = node
        varying = [given for given in node.arguments or () if holds_variable(given.value)]
        self._fixed = self._converted(*_without(field, node, varying), _NO_VARIABLES)
        self._varying = self._compiled(varying)

    @property
    def fixed(self) -> Mapping[str, Any] | None:
        """The arguments, where they are the same for every request."""
        return self._fixed if self._varying == {} else None

    def variable(self, argument: str, member: str) -> str | None:
        """The variable that stands alone as this member of this argument, as in `by: {id: $id}`."""
        for given in self._node.arguments or ():
            if given.name.value == argument and isinstance(given.value, ObjectValueNode):
                (only, *others) = given.value.fields
                if not others and only.name.value == member and isinstance(only.value, VariableNode):
                    return only.value.name.value
        return None

    def __call__(self, variables: Variables) -> Mapping[str, Any]:
        """The arguments, by the names of the resolver's parameters."""
        if self._varying is None:
            return self._converted(self._field, self._node, variables.full())
        if not self._varying:
            return self._fixed
        try:
            return self._fixed | {name: value(variables.coerced) for name, value in self._varying.items()}
        except _Odd:
            return self._converted(self._field, self._node, variables.full())

    def _converted(self, field: GraphQLField, node: FieldNode, variables: VariableValues) -> dict[str, Any]:
        given = get_argument_values(field, node, variables)
        return convert_arguments(given, self._declared.arguments, self._registry, self._schema.config)

    @property
    def _registry(self) -> Any:
        return self._schema.schema_converter.scalar_registry

    def _compiled(self, varying: list[ArgumentNode]) -> Mapping[str, _Value] | None:
        naming = self._schema.config.name_converter
        known = {naming.from_argument(argument): argument for argument in self._declared.arguments}
        found = {}
        for given in varying:
            argument, kind = known[given.name.value], self._field.args[given.name.value].type
            value = self._value(given.value, kind, argument.type)
            if value is None:
                return None
            found[argument.python_name] = value
        return found

    def _value(self, node: Node, kind: Any, declared: Any) -> _Value | None:
        """What makes the value: of a plain variable, of an object with such members; None for what is odd."""
        may_lack = isinstance(declared, StrawberryOptional)
        declared = declared.of_type if may_lack else declared
        if not holds_variable(node):
            fixed = convert_argument(
                coerce_input_literal(cast(ValueNode, node), kind),
                declared,
                self._registry,
                self._schema.config,
            )
            return lambda coerced: fixed
        if isinstance(node, VariableNode) and _is_leaf(declared):
            return _variable(node.name.value, may_lack)
        if isinstance(node, ObjectValueNode) and has_object_definition(declared):
            return self._object(node, kind, declared)
        return None

    def _object(self, node: ObjectValueNode, kind: Any, declared: Any) -> _Value | None:
        naming = self._schema.config.name_converter
        fields = {
            naming.from_field(field): field for field in get_object_definition(declared, strict=True).fields
        }
        members: dict[str, _Value] = {}
        for member in node.fields:
            field = fields[member.name.value]
            shown = get_named_type(kind).fields[member.name.value].type
            value = self._value(member.value, shown, field.type)
            if value is None:
                return None
            members[field.python_name] = value
        return _made(declared, members)


def _made(kind: Any, members: Mapping[str, _Value]) -> _Value:
    required = {
        field.python_name: None
        for field in get_object_definition(kind, strict=True).fields
        if field.default_value is MISSING and field.default_factory is MISSING
    }
    return lambda coerced: kind(**required | {name: value(coerced) for name, value in members.items()})


def _without(
    field: GraphQLField, node: FieldNode, varying: list[ArgumentNode]
) -> tuple[GraphQLField, FieldNode]:
    """The field with its other arguments alone."""
    names = {given.name.value for given in varying}
    kept = tuple(given for given in node.arguments or () if given.name.value not in names)
    args = {name: argument for name, argument in field.args.items() if name not in names}
    return GraphQLField(field.type, args=args), FieldNode(name=node.name, arguments=kept, loc=node.loc)


def _is_leaf(kind: Any) -> bool:
    return not isinstance(kind, StrawberryList) and not has_object_definition(kind)


def _variable(name: str, may_lack: bool) -> _Value:
    def value(coerced: Mapping[str, Any]) -> Any:
        found = coerced.get(name)
        if found is None and not (may_lack and name in coerced):
            raise _Odd
        return found

    return value


def holds_variable(value: Node) -> bool:
    """Whether a variable stands anywhere in the value."""
    match value:
        case VariableNode():
            return True
        case ListValueNode():
            return any(map(holds_variable, value.values))
        case ObjectValueNode():
            return any(holds_variable(field.value) for field in value.fields)
        case _:
            return False
