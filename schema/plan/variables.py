"""A request's variables: the plain ones checked at once, all others by graphql-core."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphql import GraphQLError, GraphQLSchema, NamedTypeNode, NonNullTypeNode, VariableDefinitionNode
from graphql.execution.values import VariableValues, get_variable_values

_PLAIN: Mapping[str, Callable[[Any], bool]] = {
    "ID": lambda value: type(value) is str,
    "String": lambda value: type(value) is str,
    "Boolean": lambda value: type(value) is bool,
    "Int": lambda value: type(value) is int and -(2**31) <= value < 2**31,
}
"""Values that graphql-core would leave as they are."""


class Variables:
    """The variables of one request: as they were given, and as they are meant; or why they do not fit."""

    def __init__(self, definitions: "Definitions", given: Mapping[str, Any]) -> None:
        self._definitions = definitions
        self.given = given
        self.errors: Sequence[GraphQLError] = ()
        self._full: VariableValues | None = None
        plain = definitions.plain(given)
        self.coerced: Mapping[str, Any] = self._coerced() if plain is None else plain

    def full(self) -> VariableValues:
        """The variables as graphql-core has them."""
        if self._full is None:
            self._coerced()
        assert self._full is not None
        return self._full

    def _coerced(self) -> Mapping[str, Any]:
        found = self._definitions.coerce(self.given)
        if isinstance(found, VariableValues):
            self._full = found
            return found.coerced
        self.errors = found
        return {}


class Definitions:
    """What variables an operation takes."""

    def __init__(
        self,
        schema: GraphQLSchema,
        nodes: Sequence[VariableDefinitionNode],
        *,
        errors: int | None = None,
        suggests: bool = True,
    ) -> None:
        self._schema = schema
        self._nodes = nodes
        self._errors = errors
        self._hides = not suggests
        self._plain = [_plain(node) for node in nodes]

    def plain(self, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The variables, where each of them is plain and given; else None."""
        found = {}
        for known in self._plain:
            if known is None:
                return None
            name, fits = known
            value = given.get(name)
            if not fits(value):
                return None
            found[name] = value
        return found

    def coerce(self, given: Mapping[str, Any]) -> VariableValues | list[GraphQLError]:
        """The variables as graphql-core makes them, or the first reasons why they do not fit."""
        return get_variable_values(
            self._schema, self._nodes, dict(given), self._errors, hide_suggestions=self._hides
        )


def _plain(node: VariableDefinitionNode) -> tuple[str, Callable[[Any], bool]] | None:
    kind = node.type.type if isinstance(node.type, NonNullTypeNode) else node.type
    fits = _PLAIN.get(kind.name.value) if isinstance(kind, NamedTypeNode) else None
    return (node.variable.name.value, fits) if fits else None
