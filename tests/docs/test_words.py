"""The guide for frontend teams names what there is: packages, settings, limits, codes, headers, types."""

import json
import re

from graphql import GraphQLError, GraphQLInterfaceType, GraphQLObjectType, build_schema

from domain.refusals import Code
from schema import limits
from schema.build import schema
from server.settings import Settings
from tests.clients import node
from tests.docs import pages
from tests.docs.pages import GUIDE, TEXT


def test_its_packages_are_those_that_the_clients_are_tested_with() -> None:
    tested = json.loads((node.HERE / "package.json").read_text())["dependencies"]
    named = {name for line in re.findall(r"^npm install (.*)$", TEXT, re.MULTILINE) for name in line.split()}
    assert named - {"--save-dev"} <= set(tested)


def test_its_settings_are_settings() -> None:
    named = {name.lower() for name in re.findall(r"LEADGRAPH_([A-Z_]+)", TEXT)}
    assert named <= set(Settings.model_fields)


def test_its_limits_are_those_of_a_server_without_settings() -> None:
    rows = re.findall(r"^\|.*\| (\d+) \|.*\| `LEADGRAPH_([A-Z_]+)` \|$", TEXT, re.MULTILINE)
    shown = {name.lower(): int(value) for value, name in rows}
    assert len(shown) >= 10
    assert shown == {name: Settings.model_fields[name].default for name in shown}


def test_its_reasons_are_those_that_documents_are_refused_for() -> None:
    known = {value.reason for value in vars(limits).values() if isinstance(value, limits.Excess)}
    too_costly: GraphQLError = limits.too_costly(1, 2)
    assert too_costly.extensions is not None
    assert {
        reason for reason in known | {too_costly.extensions["reason"]} if f"`{reason}`" not in TEXT
    } == set()


def test_its_codes_are_those_of_user_errors() -> None:
    table = (GUIDE / "errors.md").read_text().split("## Errors at the top")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == [code.name for code in Code]


def _sources() -> str:
    """The text of the server, in small letters."""
    rooms = (pages.ROOT / room for room in ("server", "schema", "domain"))
    return "\n".join(file.read_text() for room in rooms for file in room.rglob("*.py")).lower()


def test_its_codes_and_headers_are_the_servers() -> None:
    rows = re.findall(r"^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \|", TEXT, re.MULTILINE)
    codes = {code for row in rows for code in re.findall(r"`(\w+)`", row)}
    headers = set(re.findall(r"`(X-[A-Za-z-]+|Server-Timing)`", TEXT))
    assert len(codes) >= 12
    assert len(headers) >= 5
    known = _sources()
    assert {name for name in codes | headers if name.lower() not in known} == set()


def _named_in(file: str) -> set[str]:
    """The types that a module of the page on caching names."""
    text = pages.files(GUIDE / "caching.md")[file]
    return set(re.findall(r'"([A-Z]\w+)"', text))


def test_its_possible_types_are_all_there_are() -> None:
    graph = build_schema(schema.as_str())
    interfaces = [kind for kind in graph.type_map.values() if isinstance(kind, GraphQLInterfaceType)]
    possible = {kind.name for one in interfaces for kind in graph.get_possible_types(one)}
    assert _named_in("caching/apollo.ts") == possible


def test_its_types_without_an_id_are_all_there_are() -> None:
    graph = build_schema(schema.as_str())
    roots = (graph.query_type, graph.mutation_type, graph.subscription_type)
    embedded = [
        kind
        for kind in graph.type_map.values()
        if isinstance(kind, GraphQLObjectType)
        and "id" not in kind.fields
        and kind not in roots
        and not kind.name.startswith("__")
        and not kind.name.endswith(("Connection", "Edge", "PageInfo"))
    ]
    assert _named_in("caching/urql.ts") == {kind.name for kind in embedded}
    assert [kind.name for kind in embedded for field in kind.fields.values() if field.args] == []
