"""Known documents: parsed, checked and planned once, and kept as long as they are in use."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    parse,
)
from strawberry.schema.base import BaseSchema

from schema.limits import Limits
from schema.plan import checks
from schema.plan.charges import charge_of
from schema.plan.costs import Price
from schema.plan.leaves import Unplanned
from schema.plan.plans import Plan, plan
from schema.plan.selections import Selections, choosing
from schema.plan.variables import Definitions

log = structlog.get_logger()
MOST_DOCUMENTS = 500
MOST_CHARACTERS = 1_000_000
"""Of all documents together: what keeps a process small under a flood of new texts."""
MOST_PLANS = 16
"""Of one document: for its operations, and for the values that its directives depend on."""


@dataclass(eq=False)
class Operation:
    """An operation with the variables that it takes, and those of them that its directives depend on."""

    node: OperationDefinitionNode
    definitions: Definitions
    choosing: tuple[str, ...]
    price: Price | None = None
    """What it costs, where nothing has to be chosen first and it was asked before."""

    @property
    def name(self) -> str | None:
        """Its name in the document."""
        return self.node.name.value if self.node.name else None

    @property
    def only_reads(self) -> bool:
        """Whether it changes nothing."""
        return self.node.operation is OperationType.QUERY


@dataclass(eq=False)
class Document:
    """A document with what is known about it."""

    ast: DocumentNode | None
    errors: list[GraphQLError] | None
    operations: Mapping[str, Operation] = field(default_factory=dict)
    fragments: Mapping[str, FragmentDefinitionNode] = field(default_factory=dict)
    plans: dict[Any, Plan | str] = field(default_factory=dict)
    prices: dict[Any, Price] = field(default_factory=dict)

    def operation(self, name: str | None) -> Operation | None:
        """The operation of that name, or the only one."""
        if name is not None:
            return self.operations.get(name)
        return next(iter(self.operations.values())) if len(self.operations) == 1 else None

    def plan(self, schema: BaseSchema, operation: Operation, coerced: Mapping[str, Any]) -> Plan | str:
        """The plan of an operation, or why there is none."""
        choices = tuple([coerced.get(variable) for variable in operation.choosing])
        known = self.plans.get((operation, choices))
        if known is None:
            if not all(isinstance(choice, bool) for choice in choices):
                return "a directive's variable has no value"
            if len(self.plans) >= MOST_PLANS:
                self.plans.clear()
            known = self.plans[operation, choices] = self._planned(schema, operation, choices)
        return known

    def price(self, schema: BaseSchema, operation: Operation, coerced: Mapping[str, Any]) -> Price:
        """What an operation costs; a directive's variable that has no value leaves nothing out."""
        choices = tuple([coerced.get(variable) for variable in operation.choosing])
        known = self.prices.get((operation, choices))
        if known is None:
            if len(self.prices) >= MOST_PLANS:
                self.prices.clear()
            said: Any = dict(zip(operation.choosing, choices, strict=True))
            selections = Selections(schema._schema, self.fragments, said)  # type: ignore[attr-defined]
            known = self.prices[operation, choices] = Price(charge_of(operation.node, selections))
            if not choices:
                operation.price = known
        return known

    def _planned(self, schema: BaseSchema, operation: Operation, choices: tuple[Any, ...]) -> Plan | str:
        if not operation.only_reads:
            return "not a query"
        said = dict(zip(operation.choosing, choices, strict=True))
        try:
            return plan(schema, operation.node, Selections(schema._schema, self.fragments, said))  # type: ignore[attr-defined]
        except Unplanned as reason:
            return str(reason)
        except Exception as error:
            log.exception("planning failed")
            return f"planning failed by a fault: {type(error).__name__}"


class Documents:
    """The documents in use, the least recently used forgotten first."""

    def __init__(self, schema: BaseSchema, limits: Limits) -> None:
        self._schema = schema
        self._limits = limits
        self._trusted: dict[str, Document] = {}
        self._known: OrderedDict[str, Document] = OrderedDict()
        self._characters = 0

    def of(self, text: str) -> Document:
        """The document of a text."""
        known = self._known.get(text)
        if known is not None:
            self._known.move_to_end(text)
            return known
        trusted = self._trusted.get(text)
        if trusted is not None:
            return trusted
        found = self._read(text, self._limits)
        self._known[text] = found
        self._characters += len(text)
        while len(self._known) > MOST_DOCUMENTS or self._characters > MOST_CHARACTERS:
            gone, _ = self._known.popitem(last=False)
            self._characters -= len(gone)
        return found

    def trust(self, text: str) -> Document:
        """The document of a text that is known to be ours: kept for good, and limited in cost alone."""
        found = self._read(text, self._limits.trusting())
        if not found.errors:
            self._trusted[text] = found
        return found

    def _read(self, text: str, limits: Limits) -> Document:
        too_long = checks.lexical(text, limits)
        if too_long is not None:
            return Document(None, [too_long])
        try:
            ast = parse(text)
        except GraphQLError as error:
            return Document(None, checks.coded([error], "GRAPHQL_PARSE_FAILED"))
        errors = checks.errors(self._schema._schema, ast, limits)  # type: ignore[attr-defined]
        if errors:
            return Document(ast, errors)
        operations, fragments, chosen = {}, {}, choosing(ast)
        for definition in ast.definitions:
            if isinstance(definition, OperationDefinitionNode):
                name = definition.name.value if definition.name else ""
                operations[name] = self._operation(definition, chosen)
            elif isinstance(definition, FragmentDefinitionNode):
                fragments[definition.name.value] = definition
        return Document(ast, None, operations, fragments)

    def _operation(self, node: OperationDefinitionNode, choosing: tuple[str, ...]) -> Operation:
        nodes = node.variable_definitions or ()
        declared = {definition.variable.name.value for definition in nodes}
        definitions = Definitions(
            self._schema._schema,  # type: ignore[attr-defined]
            nodes,
            errors=self._limits.errors,
            suggests=self._limits.introspection,
        )
        return Operation(node, definitions, tuple(name for name in choosing if name in declared))
