"""Whether a document may be run: first how much it holds, then whether it fits the schema."""

from collections.abc import Collection, Sequence
from typing import Any

from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    KnownFragmentNamesRule,
    NoFragmentCyclesRule,
    NoSchemaIntrospectionCustomRule,
    NoUnusedFragmentsRule,
    UniqueFragmentNamesRule,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule

from schema import limits
from schema.limits import Limits
from schema.plan.bounds import Astray, excess
from schema.plan.directives import RULES

Rules = Collection[type[ASTValidationRule]]
_RULES: Rules = (*RULES, MaybeNullValidationRule)
"""Not Strawberry's rule for inputs of exactly one member: it fails on fragments; graphql-core has its own."""
_OF_FRAGMENTS: Rules = (
    UniqueFragmentNamesRule,
    KnownFragmentNamesRule,
    NoFragmentCyclesRule,
    NoUnusedFragmentsRule,
)


def lexical(text: str, allowed: Limits) -> GraphQLError | None:
    """Why a text is not even parsed."""
    if len(text) <= allowed.tokens:
        return None
    if len(text) > allowed.characters:
        return limits.LENGTH.error(allowed.characters, len(text))
    tokens = limits.tokens(text)
    return limits.TOKENS.error(allowed.tokens, tokens) if tokens > allowed.tokens else None


def errors(schema: GraphQLSchema, document: DocumentNode, allowed: Limits) -> list[GraphQLError]:
    """Why a document is not run, if so: too much of it comes before what is wrong with it."""
    rules = _RULES if allowed.introspection else (*_RULES, NoSchemaIntrospectionCustomRule)
    try:
        error = excess(document, allowed)
    except Astray:
        rules = _OF_FRAGMENTS
    else:
        if error is not None:
            return [error]
    suggests = allowed.introspection
    found = validate(schema, document, rules, max_errors=allowed.errors, hide_suggestions=not suggests)
    return coded(found, "GRAPHQL_VALIDATION_FAILED")


def coded(errors: Sequence[GraphQLError], code: str) -> list[GraphQLError]:
    """The errors, each with its code where it has none of its own."""
    for error in errors:
        error.extensions = {"code": code} | dict[str, Any](error.extensions or {})
    return list(errors)
