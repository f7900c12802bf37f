"""Documents made at random from a number: valid queries over the whole schema, some with hostile values.

A response key stands for the same field and arguments wherever the same type is met, so that all that is
made may be merged; fields with arguments of their own have an alias of their own.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, cycle, product
from random import Random
from typing import Any, cast

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_required_argument,
    is_required_input_field,
)

from db.database import Database
from resolvers.context import Context
from schema.build import schema
from tests.custom_world import FIELDS
from tests.world import NOW

Composite = GraphQLObjectType | GraphQLInterfaceType
SCHEMA = schema._schema
QUERY = cast(GraphQLObjectType, SCHEMA.query_type)
NODE = cast(GraphQLInterfaceType, SCHEMA.type_map["Node"])
NODES = sorted(SCHEMA.get_possible_types(NODE), key=lambda kind: kind.name)
INTERACTION = cast(GraphQLInterfaceType, SCHEMA.type_map["Interaction"])
INTERACTIONS = sorted(SCHEMA.get_possible_types(INTERACTION), key=lambda kind: kind.name)
SHARED = sorted(SCHEMA.get_implementations(INTERACTION).interfaces, key=lambda kind: kind.name)
"""What several types of interactions are."""
FEW = 6
"""Of so many types of interactions one spread chooses: there are as many of them as of all others."""
PAGE = ("first", "last", "after", "before")
MOMENTS = (
    "2025-02-28T23:59:59Z",
    "2026-01-01T00:00:00Z",
    "2026-03-02T10:00:00.000001+01:00",
    "2026-03-03T00:00:00Z",
    "2026-06-30T21:15:00.123456+02:00",
    "2026-07-02T00:00:00+00:00",
    "2027-01-01T00:00:00Z",
)
PLAIN: Mapping[str, Sequence[Any]] = {
    "Int": (0, 1, 3, 250),
    "BigInt": (0, 1, 5_000_000_000),
    "Float": (0, 0.5, 2),
    "Decimal": ("0", "12.50", "1000000"),
    "Boolean": (True, False),
    "String": ("a", "Kettle & Co", "an", "%", "_", "", "É", "\\"),
    "Date": ("1970-02-28", "2026-05-01"),
    "DateTime": MOMENTS,
    "JSON": ("gold", 1),
    "ID": ("1",),
}
SOUGHT: Sequence[str] = (
    *("", " ", "ann", "kettle", "Ket", "co kettle", "arb ann", "example.org", "kettel", "Sprout", "lids"),
    *("a", "%", "'&|!:*(", "é", "Birhc", "nobody at all", "nandel"),
)
"""Words that find one, several, or what is written a little differently."""
FORGED: Mapping[str, Sequence[Any]] = {
    "ID": (
        "",
        "Q29udGFjdDp4",
        "Ojo6",
        "QWNjb3VudDo",
        "Q29udGFjdEluc2lnaHRzOng6eTp6",
        "\u0000",
        "💥",
        "x" * 3000,
    ),
    "String": (
        "",
        "W10",
        "bnVsbA",
        "WyJOQU1FIEFTQyIsMSwyXQ",
        "a\u0000b",
        "💥\u202e",
        "' or 1=1 --",
        "y" * 3000,
    ),
    "Int": (0, -1, 101, 2**31 - 1, -(2**31)),
    "DateTime": ("1900-01-01T00:00:00Z", "2199-12-31T23:59:59.999999Z"),
}
WRONG: Sequence[Any] = (
    *(None, True, 0, -1, 1.5, 2**31, 2**53, 1e30, "", "1", "one", [], {}, [None], [[1]], {"unknown": 1}),
    *(
        "NO_SUCH_NAME",
        "2026-05-01",
        "2026-05-01T00:00:00",
        "0001-01-01T00:00:00+14:00",
        "2026-13-01T00:00:00Z",
    ),
    *({"id": None}, {"id": "x", "sourceKey": {"source": "s", "key": "k"}}, {"sourceKey": {"source": "s"}}),
    *(
        {"field": "NAME", "direction": None},
        {"field": "NO_SUCH"},
        {"email": 1},
        "💥\u202e",
        "a\u0000b",
        "z" * 9000,
    ),
)
INTROSPECTION = (
    "__schema { queryType { name } mutationType { name } }",
    "__schema { directives { name locations args { name defaultValue } } }",
    '__type(name: "Contact") { __typename kind name interfaces { name } }',
    '__type(name: "Direction") { enumValues { name description isDeprecated } }',
    '__type(name: "ContactBy") { isOneOf inputFields { name type { name } } }',
    '__type(name: "Nothing") { name }',
)
MUTATION = 'mutation Move { contactMove(input: {id: "x", accountId: null}) { userErrors { message } } }'


@dataclass(frozen=True)
class Pools:
    """Real values of one database: ids and source keys by type, cursors by (type, field, order)."""

    ids: Mapping[str, Sequence[str]]
    emails: Sequence[str]
    source_keys: Mapping[str, Sequence[tuple[str, str]]]
    cursors: Mapping[tuple[str, str, str], Sequence[str]]


@dataclass(frozen=True)
class Generated:
    """One question to the server."""

    document: str
    variables: dict[str, Any]
    operation_name: str | None


def generate(seed: int, pools: Pools) -> Generated:
    """The question of that number: always the same from the same pools."""
    return _Writer(seed, pools).question()


class _Writer:
    """Writes one document; `room` is about how many objects a part may still show."""

    def __init__(self, seed: int, pools: Pools) -> None:
        self.random = Random(seed)
        self.pools = pools
        self.hostile = self.random.random() < 0.3
        self.numbers = count(1)
        self.left = self.random.choice((10, 25, 60, 120))
        self.fragments: dict[str, tuple[str, str, int]] = {}
        self.declared: dict[str, str] = {}
        self.values: dict[str, Any] = {}
        self.known: dict[str, str] = {}
        self.bare: dict[tuple[str, str], tuple[str, int]] = {}

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def question(self) -> Generated:
        bodies = [self._root() for _ in range(self.random.choice((1, 1, 1, 1, 1, 1, 1, 1, 2, 3)))]
        alone = len(bodies) == 1 and self.chance(0.8)
        names = [None if alone and self.chance(0.5) else f"Q{n}" for n in range(len(bodies))]
        texts = [self._operation(name, body) for name, body in zip(names, bodies, strict=True)]
        asked = self.random.choice(names)
        fragments = [f"fragment {name} on {on} {text}" for name, (on, text, _) in self.fragments.items()]
        more = [] if alone else [MUTATION]
        if self.chance(0.1):
            self.values["unheardOf"] = self.random.choice(WRONG)
        parts = [*texts, *fragments, *more]
        self.random.shuffle(parts)
        return Generated("\n".join(parts), self.values, None if alone and self.chance(0.5) else asked)

    def _root(self) -> str:
        room = self.random.choice((20, 200, 1000))
        parts = [self.selection(QUERY, self.random.choice((1, 2, 3, 4, 5)), room, mixed=False)[2:-2]]
        if self.chance(0.05):
            parts.append(f"i_{next(self.numbers)}: {self.random.choice(INTROSPECTION)}")
        return f"{{ {' '.join(parts)} }}"

    def _operation(self, name: str | None, body: str) -> str:
        used = sorted(set(re.findall(r"\$(v\d+)", " ".join(self._reached(body)))))
        declared = ", ".join(f"${variable}: {self.declared[variable]}" for variable in used)
        if name is None and not declared and self.chance(0.5):
            return body
        return f"query{' ' + name if name else ''}{f'({declared})' if declared else ''} {body}"

    def _reached(self, body: str) -> Iterator[str]:
        yield body
        for name in set(re.findall(r"\.\.\.(F\d+)", body)):
            yield from self._reached(self.fragments[name][1])

    def selection(self, kind: Composite, depth: int, room: int, *, mixed: bool) -> str:
        """A selection set; `mixed` where other types may be shown under the same response keys."""
        leaves = [name for name, shown in kind.fields.items() if not _composite(shown)]
        deep = [name for name, shown in kind.fields.items() if _composite(shown) and _fits(shown, depth)]
        wanted = min(len(leaves), self.random.choice((0, 1, 2, 3, 5, 8)))
        if kind is QUERY and not self.chance(0.05):
            wanted = 0  # Those have resolvers of their own: with them, no plan would be made.
        parts = [self.leaf(kind, name, mixed=mixed) for name in self.random.sample(leaves, wanted)]
        if deep and room and self.left > 0:
            listed = [name for name in deep if name in ("nodes", "edges")]
            chosen = self.random.choices(deep, k=self.random.choice((1, 2, 2, 3)))
            chosen += [self.random.choice(listed)] if listed and not set(chosen) & set(listed) else []
            for name in chosen:
                parts += self.nested(kind, name, depth, room // len(chosen), mixed=mixed)
        if self.chance(0.25) or not parts:
            parts.append(
                self.random.choice(("__typename", "__typename", "named: __typename")) + self.directives()
            )
        parts += self.spreads(kind, depth, room, mixed=mixed)
        self.random.shuffle(parts)
        self.left -= len(parts)
        return f"{{ {' '.join(parts)} }}"

    def leaf(self, kind: Composite, name: str, *, mixed: bool) -> str:
        key = f"{name}_{next(self.numbers)}: " if self.chance(0.1) else _key(kind, name, mixed=mixed)
        return key + name + self.directives()

    def nested(self, kind: Composite, name: str, depth: int, room: int, *, mixed: bool) -> list[str]:
        """A field that shows objects; sometimes twice under one key, with two selections to merge."""
        if room < 1:
            return []
        shown = kind.fields[name]
        inner = get_named_type(shown.type)
        assert isinstance(inner, Composite)
        known = self.bare.get((kind.name, name))
        if self.chance(0.4) or (known and known[1] > room):
            key, (arguments, size) = f"{name}_{next(self.numbers)}: ", self.arguments(kind, name, shown, room)
        else:
            key = _key(kind, name, mixed=mixed)
            arguments, size = known or self.arguments(kind, name, shown, room)
            self.bare[kind.name, name] = arguments, size
        times = 2 if self.chance(0.1) else 1
        deeper = depth - 1 if NODE in (*inner.interfaces, inner) else depth
        return [
            f"{key}{name}{arguments}{self.directives()} "
            + self.selection(inner, deeper, room // size // times, mixed=mixed or inner is NODE)
            for _ in range(times)
        ]

    def spreads(self, kind: Composite, depth: int, room: int, *, mixed: bool) -> Iterator[str]:
        """Fragments, named and inline, that hold for objects of the type or for some of them."""
        abstract = _abstract(kind)
        often = 1 if abstract else 0.3 if len(kind.fields) > 6 else 0.1
        if depth < 1 or self.left < 1 or not self.chance(often):
            return
        others = self._others(kind) if abstract else []
        wanted = self.random.choice((1, 2, 4, 6) if abstract else (1, 1, 2))
        on = self.random.choices([*others, *others, kind, *kind.interfaces], k=wanted)
        for one in on:
            deeper = depth if isinstance(one, GraphQLObjectType) and abstract else depth - 1
            if self.chance(0.5):
                yield f"...{self.fragment(one, deeper, room // len(on))}{self.directives()}"
            else:
                condition = "" if one is kind and self.chance(0.6) else f" on {one.name}"
                inner = self.selection(one, deeper, room // len(on), mixed=mixed or _abstract(one))
                yield f"...{condition}{self.directives()} {inner}"

    def _others(self, kind: Composite) -> list[Composite]:
        """What objects of an interface may be: all types, and of those of interactions a few."""
        within = [one for one in NODES if kind in one.interfaces]
        many = [one for one in INTERACTIONS if one in within]
        shared: list[Composite] = [one for one in SHARED if kind in one.interfaces]
        few = self.random.sample(many, min(len(many), FEW))
        return [*shared, *few, *(one for one in within if one not in many)]

    def fragment(self, on: Composite, depth: int, room: int) -> str:
        """The name of a fragment on the type: one that is there already, or a new one."""
        fitting = [
            name for name, (kind, _, cost) in self.fragments.items() if kind == on.name and cost <= room
        ]
        if fitting and self.chance(0.6):
            return self.random.choice(fitting)
        text = self.selection(on, depth, room, mixed=True)
        name = f"F{next(self.numbers)}"
        self.fragments[name] = (on.name, text, room)
        return name

    def directives(self) -> str:
        """Nothing, mostly; else @include, @skip or both."""
        chosen = (
            self.random.sample(("include", "skip"), self.random.choice((1, 1, 2))) if self.chance(0.1) else ()
        )
        on = [(name, (name == "include") == self.chance(0.75)) for name in chosen]
        return "".join(f" @{name}(if: {self.written(value, _BOOLEAN)})" for name, value in on)

    def arguments(self, kind: Composite, name: str, shown: GraphQLField, room: int) -> tuple[str, int]:
        """The arguments of one use of a field, and about how many objects it then shows."""
        spot = (kind.name, name, get_named_type(shown.type).name)
        given: dict[str, Any] = {}
        for argument, spec in shown.args.items():
            if argument not in PAGE and (is_required_argument(spec) or self.chance(0.3)):
                given[argument] = self.drawn(spec.type, argument, spot)
        if not self.hostile and given.get("from") and given.get("to"):
            given["from"], given["to"] = sorted((given["from"], given["to"]))
        size = len(given["ids"]) if isinstance(given.get("ids"), list) else 3 if _listed(shown) else 1
        if "first" in shown.args and (room < 25 or self.chance(0.9)):
            size = min(self.random.choice((1, 2, 3, 4, 5)), room)
            page = self.page(spot, size, _order(given.get("orderBy")))
            given |= page if "last" in shown.args else {"first": size}
        elif "first" in shown.args:
            size = 25
        self.random.shuffle(names := list(given))
        texts = []
        for argument in names:
            spec = shown.args[argument]
            certain = argument in PAGE
            optional = not is_required_argument(spec)
            texts.append(f"{argument}: {self.written(given[argument], spec.type, optional, certain)}")
        return f"({', '.join(texts)})" if texts else "", max(size, 1)

    def page(self, spot: tuple[str, str, str], size: int, order: str) -> dict[str, Any]:
        """Which page: forwards or backwards, sometimes from a cursor, sometimes no page at all."""
        given: dict[str, Any] = {"last" if self.chance(0.35) else "first": size}
        for bound in ("after", "before"):
            if self.chance(0.12) and (cursors := self.pools.cursors.get((*spot[:2], order))):
                given[bound] = self.random.choice(cursors)
        if self.hostile and self.chance(0.2):
            bad = self.random.choice(("first", "last", "after", "before"))
            given[bad] = self.random.choice(FORGED["Int" if bad in ("first", "last") else "String"])
            if self.chance(0.4) and "after" in given:
                every = [one for some in self.pools.cursors.values() for one in some]
                given["after"] = self.random.choice(every)
        return given

    def drawn(self, kind: GraphQLInputType, name: str, spot: tuple[str, str, str], deep: int = 2) -> Any:
        """A value of the type, as JSON would hold it; `name` and `spot` say what it is for."""
        if not isinstance(kind, GraphQLNonNull) and self.chance(0.05):
            return None
        kind = _nullable(kind)
        if isinstance(kind, GraphQLList):
            many = [
                self.drawn(kind.of_type, name, spot, deep) for _ in range(self.random.choice((0, 1, 1, 2, 4)))
            ]
            return many[0] if len(many) == 1 and many[0] is not None and self.chance(0.5) else many
        if isinstance(kind, GraphQLEnumType):
            return self.random.choice(list(kind.values))
        if isinstance(kind, GraphQLInputObjectType):
            return self._object(kind, spot, deep)
        return self._scalar(str(kind), name, spot[2])

    def _object(self, kind: GraphQLInputObjectType, spot: tuple[str, str, str], deep: int) -> dict[str, Any]:
        if kind.name == "SourceKeyInput":
            source, key = self.random.choice(self.pools.source_keys.get(spot[2], [("world", "nobody")]))
            return {"source": source, "key": key}
        if kind.name == "CustomFieldWhere":
            return self._custom_field(kind, spot, deep)
        fields = {one: part for one, part in kind.fields.items() if deep or not _recursive(part.type)}
        if "customField" in fields and not (self.hostile and self.chance(0.2)):
            return self._order(fields, spot, deep)
        if _one_of(kind):
            one = self.random.choice(list(fields))
            return {one: self.drawn(GraphQLNonNull(fields[one].type), one, spot, deep)}
        chosen = [one for one in fields if is_required_input_field(fields[one])]
        free = [one for one in fields if one not in chosen]
        chosen += self.random.sample(free, min(len(free), self.random.choice((0, 1, 1, 2))))
        return {one: self.drawn(fields[one].type, one, spot, deep - 1) for one in chosen}

    def _order(self, fields: Mapping[str, Any], spot: tuple[str, str, str], deep: int) -> dict[str, Any]:
        """An order by a field of the record or by one that was added to it."""
        by = self.random.choice(("field", "field", "customField"))
        chosen = [by, *(one for one in ("direction", "nulls") if self.chance(0.5))]
        return {one: self.drawn(_needed(fields[one].type), one, spot, deep - 1) for one in chosen}

    def _custom_field(
        self, kind: GraphQLInputObjectType, spot: tuple[str, str, str], deep: int
    ) -> dict[str, Any]:
        """What is asked of a custom field: mostly of one that is there, by its type."""
        name, member = self.random.choice(_custom_fields(spot[2]))
        if self.hostile and self.chance(0.2):
            name, member = self.random.choice([("nobody", member), (name, "text"), ("a b", "choice")])
        return {
            "name": name,
            member: self.drawn(_needed(kind.fields[member].type), member, spot, deep),
        }

    def _scalar(self, kind: str, name: str, shown: str) -> Any:
        if self.hostile and kind in FORGED and self.chance(0.15):
            return self.random.choice(FORGED[kind])
        if kind == "ID":
            foreign = shown not in self.pools.ids or (self.hostile and self.chance(0.1))
            of = self.random.choice(list(self.pools.ids)) if foreign else shown
            return self.random.choice(self.pools.ids[of])
        if name in ("names", "customField") and not (self.hostile and self.chance(0.2)):
            return self.random.choice(_custom_fields(shown))[0]
        pool = self.pools.emails if name == "email" else SOUGHT if name == "search" else PLAIN[kind]
        return self.random.choice(pool)

    def written(
        self,
        value: Any,
        kind: GraphQLInputType,
        defaulted: bool = False,
        certain: bool = False,
        one_of: bool = False,
    ) -> str:
        """The value as a literal or by variables; `certain` where it may not be left out."""
        if self.chance(0.3):
            return self.variable(value, kind, defaulted, certain, one_of)
        return _literal(value, kind, self.written)

    def variable(
        self, value: Any, kind: GraphQLInputType, defaulted: bool, certain: bool, one_of: bool
    ) -> str:
        """A variable for the value: a new one, or one that is there for the same."""
        same = repr((str(kind), value, defaulted, certain, one_of))
        if same in self.known and self.chance(0.7):
            return self.known[same]
        name = f"v{next(self.numbers)}"
        bare, required = str(get_nullable_type(kind)), isinstance(kind, GraphQLNonNull)
        forms = [] if value is None else ["{}!", "{}! = {}"]
        if not one_of:
            forms += [] if required and not defaulted else ["{}"]
            forms += ["{} = {}"] if value is not None or not required else []
        form = self.random.choice(forms)
        self.declared[name] = form.format(bare, _literal(value, kind, _constant) if "=" in form else "")
        optional = [value] if certain or form == "{}!" else [value, value, _ABSENT]
        optional += [None] if not certain and "!" not in form and (not required or self.hostile) else []
        given = [_ABSENT, *optional] if "=" in form else optional
        if self.hostile and self.chance(0.12):
            given = [_ABSENT, *WRONG]
        if (chosen := self.random.choice(given)) is not _ABSENT:
            self.values[name] = chosen
        self.known[same] = f"${name}"
        return f"${name}"


_ABSENT = object()


def _nullable(kind: GraphQLInputType) -> GraphQLInputType:
    return kind.of_type if isinstance(kind, GraphQLNonNull) else kind


def _needed(kind: Any) -> GraphQLInputType:
    return GraphQLNonNull(cast(Any, _nullable(kind)))


_BOOLEAN = GraphQLNonNull(GraphQLBoolean)


def _literal(value: Any, kind: GraphQLInputType, part: Callable[..., str]) -> str:
    """The value as GraphQL writes it; `part` writes what lies inside of it."""
    kind = _nullable(kind)
    if value is None:
        return "null"
    if isinstance(kind, GraphQLList):
        if not isinstance(value, list):
            return _literal(value, kind.of_type, part)
        return f"[{', '.join(part(item, kind.of_type) for item in value)}]"
    if isinstance(kind, GraphQLInputObjectType):
        return f"{{{', '.join(_member(kind, name, item, part) for name, item in value.items())}}}"
    return str(value) if isinstance(kind, GraphQLEnumType) else json.dumps(value, ensure_ascii=False)


def _member(kind: GraphQLInputObjectType, name: str, value: Any, part: Callable[..., str]) -> str:
    spec = kind.fields[name]
    return f"{name}: {part(value, spec.type, not is_required_input_field(spec), False, _one_of(kind))}"


def _constant(value: Any, kind: GraphQLInputType, *_: bool) -> str:
    return _literal(value, kind, _constant)


def _one_of(kind: GraphQLInputObjectType) -> bool:
    """Whether it takes exactly one of its fields: Strawberry keeps that to itself."""
    definition = kind.extensions.get("strawberry-definition")
    return kind.is_one_of or bool(definition and definition.is_one_of)


def _abstract(kind: Composite) -> bool:
    return isinstance(kind, GraphQLInterfaceType)


def _composite(field: GraphQLField) -> bool:
    return isinstance(get_named_type(field.type), Composite)


def _listed(field: GraphQLField) -> bool:
    return (
        isinstance(get_nullable_type(field.type), GraphQLList)
        and get_named_type(field.type).name[-4:] != "Edge"
    )


def _fits(field: GraphQLField, depth: int) -> bool:
    """Whether a field of objects still fits: what has an id of its own is a level."""
    kind = get_named_type(field.type)
    return depth > 0 or (isinstance(kind, GraphQLObjectType) and not {"id", "node"} & set(kind.fields))


def _recursive(kind: GraphQLInputType) -> bool:
    named = get_named_type(kind)
    return isinstance(named, GraphQLInputObjectType) and any(
        get_named_type(part.type) is named for part in named.fields.values()
    )


def _order(value: Any) -> str:
    if not value:
        return ""
    by = value.get("field") or f"custom_{value.get('customField')}"
    return f"{by} {value.get('direction', 'ASC')} {value.get('nulls', 'LAST')}"


def _clashing() -> set[str]:
    """Names that types with an id show in different forms: under one key they could not be merged."""
    forms = defaultdict(set)
    for kind in NODES:
        for name, shown in kind.fields.items():
            forms[name].add(_form(shown))
    return {name for name, found in forms.items() if len(found) > 1}


def _form(shown: GraphQLField) -> str:
    kind = get_named_type(shown.type).name
    return re.sub(r"\W", "_", str(shown.type).replace(kind, "Object" if _composite(shown) else kind))


CLASHING = _clashing()


def _key(kind: Composite, name: str, *, mixed: bool) -> str:
    """The response key's prefix; where types are mixed, one that tells clashing forms apart."""
    return f"{name}_{_form(kind.fields[name])}: " if mixed and name in CLASHING else ""


async def pools_of(db: Database) -> Pools:
    """What the database has to draw from, found by asking for it."""
    pools = Pools(defaultdict(list), [], defaultdict(list), defaultdict(list))
    for name, shown in QUERY.fields.items():
        if _is_list(shown):
            pages = " ".join(_pages(QUERY, name))
            node = _named(_named(shown).fields["nodes"])
            document = f"{{ {name}(first: 25) {{ nodes {{ {_known(node)} }} }} {pages} }}"
            context = Context(db, now=NOW, actor=None, request_id="test")
            found = await schema.execute(document, context_value=context)
            assert found.errors is None, found.errors
            _harvest(pools, "Query", found.data)
    return pools


def _is_list(shown: GraphQLField) -> bool:
    """Whether it shows pages of records; groups of duplicates are pages of another kind."""
    return "first" in shown.args and "edges" in _named(shown).fields


def _named(shown: GraphQLField) -> GraphQLObjectType:
    return cast(GraphQLObjectType, get_named_type(shown.type))


def _itself(node: GraphQLObjectType) -> str:
    """What tells which object it is, as far as its type has an id."""
    return "__typename id" if "id" in node.fields else "__typename"


def _known(node: GraphQLObjectType) -> str:
    parts = [_itself(node), *_pages(node), *_tied(node)]
    if "sourceKeys" in node.fields:
        parts.append("sourceKeys { source key }")
    if "insights" in node.fields and "includeMachines" in node.fields["insights"].args:
        parts += [
            "insights { __typename id }",
            "all: insights(from: null, includeMachines: true) { __typename id }",
        ]
    return " ".join([*parts, "email"] if node.name == "Contact" else parts)


def _tied(node: GraphQLObjectType) -> Iterator[str]:
    """What no list leads to, but an object that lists lead to does: sponsors and speakers of events, say."""
    for name, shown in node.fields.items():
        kind = get_named_type(shown.type)
        if not shown.args and kind in NODES and kind is not node:
            yield f"{name} {{ __typename id }}"


def _pages(kind: Composite, only: str | None = None) -> Iterator[str]:
    """Pages of every list of the type, or of one, in every order, under keys that tell list and order.

    Directions and places of nulls take turns: all of them for each order would take longer than they tell.
    """
    for name, shown in kind.fields.items():
        if not _is_list(shown) or only not in (None, name):
            continue
        listed = _named(_named(shown).fields["nodes"])
        node = " ".join([_itself(listed), *_tied(listed)])
        yield f"{name}__: {name}(first: 4) {{ edges {{ cursor node {{ {node} }} }} }}"
        if "orderBy" in shown.args:
            kind_of_order = cast(GraphQLInputObjectType, get_named_type(shown.args["orderBy"].type))
            orders = {one: f"field: {one}" for one in _sorts(kind_of_order)}
            if "customField" in kind_of_order.fields:
                ours = [one for one, member in _custom_fields(_named(shown).name) if member != "choices"]
                orders |= {f"custom_{one}": f'customField: "{one}"' for one in ours}
            ways = cycle(product(("ASC", "DESC"), ("LAST", "FIRST")))
            for (sort, by), (direction, nulls) in zip(orders.items(), ways, strict=False):
                order = f"orderBy: {{{by}, direction: {direction}, nulls: {nulls}}}"
                key = f"{name}__{sort}__{direction}__{nulls}"
                yield f"{key}: {name}(first: 4, {order}) {{ edges {{ cursor }} }}"


def _sorts(order: GraphQLInputObjectType) -> Iterable[str]:
    """What an order can be by."""
    return list(cast(GraphQLEnumType, get_named_type(order.fields["field"].type)).values)


def _custom_fields(shown: str) -> Sequence[tuple[str, str]]:
    """The fields in use that were added to what a type shows, each with the member of its type."""
    entity = shown.removesuffix("Connection").upper()
    in_use = [one for one in FIELDS if one[1] != "oldCode"]
    ours = [one for one in in_use if one[0].name == entity] or in_use
    return [(name, type.shown) for _, name, type, _ in ours]


def _known_as(kind: str) -> str:
    """The type that an object's global id names."""
    return INTERACTION.name if kind in {one.name for one in INTERACTIONS} else kind


def _harvest(pools: Pools, kind: str, found: Any) -> None:
    """Puts what an answer shows into the pools, each value once."""
    for one in found if isinstance(found, list) else [found]:
        if not isinstance(one, dict):
            continue
        kind = one.get("__typename", kind)
        if "id" in one:
            _add(pools.ids[_known_as(kind)], [one["id"]])
        if one.get("email"):
            _add(pools.emails, [one["email"]])
        for key, value in one.items():
            if key == "sourceKeys":
                _add(pools.source_keys[kind], [(pair["source"], pair["key"]) for pair in value])
            if "__" in key and "edges" in value:
                name, order = key.split("__", 1)
                cursors = pools.cursors[kind, name, order.replace("__", " ")]
                _add(cursors, [edge["cursor"] for edge in value["edges"]])
            _harvest(pools, kind, value)


def _add(pool: Any, values: Iterable[Any]) -> None:
    pool.extend(value for value in values if value not in pool)
