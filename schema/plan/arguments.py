"""The arguments of a planned field: worked out once where they hold no variables, else for each request."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from graphql import FieldNode, GraphQLField, ListValueNode, Node, ObjectValueNode, VariableNode
from graphql.execution.values import VariableValues, get_argument_values
from strawberry.schema.base import BaseSchema
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

Ask = Callable[[VariableValues, datetime], Any]
"""What a field asks for, made of a request's variables and its moment."""


def kwargs_of(
    schema: BaseSchema, declared: StrawberryField, field: GraphQLField, node: FieldNode
) -> Callable[[VariableValues], Mapping[str, Any]]:
    """The field's arguments as its resolver would get them."""

    def converted(variables: VariableValues) -> Mapping[str, Any]:
        given = get_argument_values(field, node, variables)
        registry = schema.schema_converter.scalar_registry
        return convert_arguments(given, declared.arguments, registry, schema.config)

    if any(holds_variable(argument.value) for argument in node.arguments or ()):
        return converted
    fixed = converted(VariableValues({}, {}))
    return lambda variables: fixed


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
