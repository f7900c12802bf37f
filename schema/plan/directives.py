"""Which directives a document may use: those of the schema; and why there is no @stream."""

from typing import Any

from graphql import DirectiveNode, GraphQLError, KnownDirectivesRule, Node, specified_rules

NO_STREAM = (
    "Directive '@stream' is not offered here: clients merge streamed items in ways that lose or mix them up."
    " Ask for a smaller page and go on by its cursor, or defer a fragment with '@defer'."
)


class KnownDirectives(KnownDirectivesRule):
    """Known directives; who asks for @stream is told what to do instead."""

    def enter_directive(
        self, node: DirectiveNode, key: Any, parent: Any, path: Any, ancestors: list[Node]
    ) -> None:
        """Looks at one directive."""
        if node.name.value == "stream" and "stream" not in self.locations_map:
            self.report_error(GraphQLError(NO_STREAM, node))
        else:
            super().enter_directive(node, key, parent, path, ancestors)


RULES = tuple(KnownDirectives if rule is KnownDirectivesRule else rule for rule in specified_rules)
"""The rules of GraphQL, with that one in its place."""
