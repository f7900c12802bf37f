"""What a document holds, counted before graphql-core looks at it: its rules take long over what is too much.

Two walks. The first is linear in the document: it sums up each fragment once, inner ones first, and counts a
spread as what its fragment holds. What passes it expands to few enough fields for the second, which looks at
fields as they meet at one place, over all fragments, as an execution would.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from schema import limits
from schema.limits import Limits

Fragments = Mapping[str, FragmentDefinitionNode]
LONGEST_CHAIN = 25
"""Fragments within fragments: past that, what walks them may run out of stack."""
_INTROSPECTION = ("__schema", "__type")


class Astray(Exception):
    """Fragments that are in a circle, unknown, unused or of one name: graphql-core tells which."""


class Held(NamedTuple):
    """What a selection set holds, fragments included."""

    depth: int = 0
    introspection: int = 0
    directives: int = 0
    fields: int = 0
    chain: int = 0


_NOTHING = Held()


def excess(document: DocumentNode, allowed: Limits) -> GraphQLError | None:
    """Why the document is too much, if it is; raises `Astray` where that cannot be said."""
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    found = [one for one in document.definitions if isinstance(one, FragmentDefinitionNode)]
    fragments = {one.name.value: one for one in found}
    if len(fragments) < len(found):
        raise Astray
    sums = _Sums(fragments, _inner_first(fragments, operations))
    try:
        _check(sums, [sums.of_definition(operation) for operation in operations], allowed)
        meetings = _Meetings(fragments, allowed)
        for operation in operations:
            meetings.check(operation)
    except GraphQLError as error:
        return error
    return None


def _check(sums: "_Sums", operations: Sequence[Held], allowed: Limits) -> None:
    """Raises the first excess of any operation; of fields, all operations together count."""
    for depth, introspection, directives, _, chain in operations:
        checks = (
            (limits.CHAIN, LONGEST_CHAIN, chain),
            (limits.DEPTH, allowed.depth, depth),
            (limits.INTROSPECTION, allowed.introspection_depth, introspection),
            (limits.DIRECTIVES_AT_ONCE, allowed.directives_at_once, sums.most_at_once),
            (limits.DIRECTIVES, allowed.directives, directives),
        )
        for kind, limit, actual in checks:
            if actual > limit:
                raise kind.error(limit, min(actual, limits.UNBOUND))
    fields = sum(held.fields for held in operations)
    if fields > allowed.fields:
        raise limits.FIELDS.error(allowed.fields, min(fields, limits.UNBOUND))


class _Sums:
    """What each definition holds, found once."""

    def __init__(self, fragments: Fragments, inner_first: Iterable[str]) -> None:
        self.most_at_once = 0
        self._known: dict[str, Held] = {}
        for name in inner_first:
            self._known[name] = self.of_definition(fragments[name])

    def of_definition(self, one: OperationDefinitionNode | FragmentDefinitionNode) -> Held:
        """What an operation or a fragment holds."""
        held = self._of(one.selection_set)
        return held._replace(directives=held.directives + self._directives(one))

    def _of(self, selections: SelectionSetNode) -> Held:
        depth = introspection = directives = fields = chain = 0
        for selection in selections.selections:
            directives += self._directives(selection)
            below = self._below(selection)
            if isinstance(selection, FieldNode):
                fields += 1
                if selection.name.value in _INTROSPECTION:
                    introspection = max(introspection, below.depth + 1)
                    below = below._replace(depth=0)
                else:
                    depth = max(depth, 1)
                    below = below._replace(depth=below.depth + 1)
            depth, introspection = max(depth, below.depth), max(introspection, below.introspection)
            directives, fields = directives + below.directives, fields + below.fields
            chain = max(chain, below.chain)
        return Held(depth, introspection, directives, fields, chain)

    def _below(self, selection: SelectionNode) -> Held:
        if isinstance(selection, FragmentSpreadNode):
            held = self._known[selection.name.value]
            return held._replace(chain=held.chain + 1, fields=held.fields + 1)
        assert isinstance(selection, FieldNode | InlineFragmentNode)
        return self._of(selection.selection_set) if selection.selection_set else _NOTHING

    def _directives(self, node: SelectionNode | OperationDefinitionNode | FragmentDefinitionNode) -> int:
        count = len(node.directives or ())
        self.most_at_once = max(self.most_at_once, count)
        return count


def _inner_first(fragments: Fragments, operations: Sequence[OperationDefinitionNode]) -> Iterable[str]:
    """The fragments' names, those that others spread before them; all of them have to be in use."""
    spreads = {name: list(_spread(one.selection_set)) for name, one in fragments.items()}
    done: dict[str, None] = {}
    within: set[str] = set()
    to_do = [(name, False) for one in operations for name in _spread(one.selection_set)]
    while to_do:
        name, is_left = to_do.pop()
        if is_left:
            within.discard(name)
            done[name] = None
        elif name in within or name not in spreads:
            raise Astray
        elif name not in done:
            within.add(name)
            to_do.append((name, True))
            to_do += [(inner, False) for inner in spreads[name] if inner not in done]
    if len(done) < len(fragments):
        raise Astray
    return done


def _spread(selections: SelectionSetNode) -> Iterator[str]:
    """The names of the fragments that are spread somewhere in it."""
    for selection in selections.selections:
        if isinstance(selection, FragmentSpreadNode):
            yield selection.name.value
        elif isinstance(selection, FieldNode | InlineFragmentNode) and selection.selection_set:
            yield from _spread(selection.selection_set)


class _Meetings:
    """Fields of one name that meet at one place, over all fragments."""

    def __init__(self, fragments: Fragments, allowed: Limits) -> None:
        self._fragments = fragments
        self._allowed = allowed
        self._pairs = 0
        self._aliases = 0

    def check(self, operation: OperationDefinitionNode) -> None:
        """Raises an excess."""
        self._aliases = 0
        roots = self._at([operation.selection_set])
        if self._aliases > self._allowed.aliases:
            raise limits.ALIASES.error(self._allowed.aliases, self._aliases)
        if len(roots) > self._allowed.root_fields:
            raise limits.ROOT_FIELDS.error(self._allowed.root_fields, len(roots))

    def _at(self, chosen: Sequence[SelectionSetNode]) -> Mapping[str, Sequence[FieldNode]]:
        """The fields of one place by response key, all places below it checked."""
        met: defaultdict[str, list[FieldNode]] = defaultdict(list)
        seen: set[str] = set()
        for selections in chosen:
            self._meet(selections, met, seen)
        self._pairs += len(seen) * (len(seen) - 1) // 2
        for key, nodes in met.items():
            self._aliases += key != nodes[0].name.value
            self._note(len(nodes))
            if below := [node.selection_set for node in nodes if node.selection_set]:
                self._at(below)
        return met

    def _note(self, repeats: int) -> None:
        self._pairs += repeats * (repeats - 1) // 2
        if repeats > self._allowed.repeats:
            raise limits.REPEATS.error(self._allowed.repeats, repeats)
        if self._pairs > self._allowed.pairs:
            raise limits.PAIRS.error(self._allowed.pairs, self._pairs)

    def _meet(
        self, selections: SelectionSetNode, met: defaultdict[str, list[FieldNode]], seen: set[str]
    ) -> None:
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                met[(selection.alias or selection.name).value].append(selection)
            elif isinstance(selection, InlineFragmentNode):
                self._meet(selection.selection_set, met, seen)
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in seen:
                seen.add(selection.name.value)
                self._meet(self._fragments[selection.name.value].selection_set, met, seen)
