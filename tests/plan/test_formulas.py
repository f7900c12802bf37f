"""Formulas are asked for wherever their records are shown, and answered alike by plan and field by field."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, cast
from uuid import UUID

import pytest
from graphql import GraphQLObjectType, get_named_type, is_required_argument

from db import writes
from db.database import Database, Reads
from domain.intake import Record
from domain.options import ConsentLevel, State
from domain.pipeline import LeadState
from resolvers.context import Context
from resolvers.formulas import Formula
from schema.build import schema
from schema.limits import UNBOUND, Limits
from schema.plan import Executor, Way
from schema.sources import Custom, List
from schema.weights import source_of
from tests.db.test_criteria import made
from tests.plan.documents import Generated, Pools, generate, pools_of
from tests.plan.test_difference import DOCUMENTS, SEED, compare, compare_made
from tests.world import NOW

TYPES = schema._schema.type_map
KINDS = [kind for kind in TYPES.values() if isinstance(kind, GraphQLObjectType)]
ALL = {
    f"{kind.name}.{name}"
    for kind in KINDS
    for name, field in kind.fields.items()
    if isinstance(source_of(field), Formula)
}
QUERY = cast(GraphQLObjectType, schema._schema.query_type)
LISTS = sorted(name for name, field in QUERY.fields.items() if isinstance(source_of(field), List))
ACCOUNTS, CONTACTS, LEADS = 0xA0, 0xC0, 0xE0
"""Where the numbers of each kind begin: the history of all kinds is one."""


def account(number: int) -> UUID:
    """The id of an account."""
    return UUID(int=ACCOUNTS + number)


def contact(number: int) -> UUID:
    """The id of a contact."""
    return UUID(int=CONTACTS + number)


def _accounts() -> Sequence[Record]:
    return [
        made("account", ACCOUNTS + 1, name="Nobody There"),
        made("account", ACCOUNTS + 2, name="All Left", state=State.INACTIVE, parent_account_id=account(1)),
        made("account", ACCOUNTS + 3, name="Parents", parent_account_id=account(1)),
    ]


def _contacts() -> Sequence[Record]:
    profiling, marketing = ConsentLevel.PROFILING, ConsentLevel.MARKETING
    child = {"is_child": True, "consent_level": profiling}
    return [
        made("contact", CONTACTS + 1, last_name="Gone", account_id=account(2), state=State.INACTIVE),
        made("contact", CONTACTS + 2, last_name="Elder", account_id=account(3), consent_level=marketing),
        made("contact", CONTACTS + 3, guardian_id=contact(2), **child),
        made("contact", CONTACTS + 4, parent_contact_id=contact(2), **child),
    ]


def _leads() -> Sequence[Record]:
    states = (*LeadState, LeadState.OPEN)
    return [
        *(made("lead", LEADS + at, account_id=account(at)) for at in (1, 2, 3)),
        *(
            made("lead", LEADS + 3 + at, home_id=contact(at), contact_id=contact(at), state=states[at - 1])
            for at in (1, 2, 3, 4)
        ),
        made("lead", LEADS + 8, home_id=contact(2), contact_id=contact(2), account_id=account(1)),
    ]


@pytest.fixture(scope="module")
async def everybody(world: Database) -> Database:
    """The small company, with accounts, contacts and leads of every standing."""
    async with world.transaction() as tx:
        for entity, records in (("account", _accounts()), ("contact", _contacts()), ("lead", _leads())):
            await writes.insert(tx, entity, records)
    return world


@pytest.fixture(scope="module")
async def pools(everybody: Database) -> Pools:
    """What the company has to draw from."""
    return await pools_of(everybody)


@pytest.fixture(scope="module")
def executor() -> Executor:
    """What the server runs operations by."""
    return Executor(schema, Limits(cost=UNBOUND).trusting())


def asked_of(kind: GraphQLObjectType, depth: int, met: set[str]) -> str:
    """All formulas of a type, also in its groups, and those of the records that it leads to, so deep."""
    return " ".join(_asked_of(kind, depth - 1 if "id" in kind.fields else depth, met))


def _asked_of(kind: GraphQLObjectType, depth: int, met: set[str]) -> Iterator[str]:
    for name, field in kind.fields.items():
        shown = get_named_type(field.type)
        if isinstance(source_of(field), Custom):
            continue
        if isinstance(source_of(field), Formula):
            met.add(f"{kind.name}.{name}")
            yield name
        elif isinstance(shown, GraphQLObjectType) and (depth or "id" not in shown.fields) and name != "edges":
            if any(map(is_required_argument, field.args.values())) or _is_page_of_no_more(shown, depth):
                continue
            if inner := asked_of(shown, depth, met):
                yield f"{name}{'(first: 3)' if 'first' in field.args else ''} {{ {inner} }}"


def _is_page_of_no_more(shown: GraphQLObjectType, depth: int) -> bool:
    return not depth and "nodes" in shown.fields


def _reached(root: str, met: set[str]) -> str:
    return asked_of(cast(GraphQLObjectType, get_named_type(QUERY.fields[root].type)), 3, met)


ROOTS = [root for root in LISTS if _reached(root, set())]


def test_every_formula_is_reached_from_a_list() -> None:
    met: set[str] = set()
    for root in ROOTS:
        _reached(root, met)
    assert met == ALL


@pytest.mark.parametrize("root", ROOTS)
async def test_formulas_are_the_same_wherever_a_list_leads(
    executor: Executor, everybody: Database, root: str
) -> None:
    inner = _reached(root, set())
    edges = inner.replace("nodes {", "edges { node {", 1) + " }"
    document = (
        f"{{ a: {root}(first: 20) {{ {inner} }} b: {root}(last: 20) {{ {edges} totalCount {{ value }} }} }}"
    )
    found = await compare(executor, everybody, root, Generated(document, {}, None))
    assert found.complaint is None, found.complaint
    assert (found.by_plan.way, found.by_plan.errors) == ("plan", [])


FILTERS = {
    "accounts": ("{marketingReady: {eq: true}}", '{marketingReady: {eq: false}, name: {contains: "l"}}'),
    "contacts": (
        "{account: {marketingReady: {eq: true}}}",
        "{leads: {some: {scorable: {eq: false}}}}",
        "{leads: {none: {warnings: {has: CONTACT_WITHOUT_GUARDIAN}}}}",
    ),
    "leads": (
        "{scorable: {eq: false}}",
        "{unscorableReason: {isNull: false}, not: {unscorableReason: {in: [CLOSED, NO_PARENT]}}}",
        "{or: [{warnings: {has: ACCOUNT_INACTIVE}}, {unscorableReason: {eq: CONTACT_IS_CHILD}}]}",
    ),
}


@pytest.mark.parametrize(
    ("root", "where"), [(root, where) for root, given in FILTERS.items() for where in given]
)
async def test_lists_are_filtered_by_formulas_alike(
    executor: Executor, everybody: Database, root: str, where: str
) -> None:
    shown = "id" if root == "contacts" else asked_of(TYPES[root[:-1].capitalize()], 1, set())  # type: ignore[arg-type]
    page = f"nodes {{ id {shown} }} totalCount {{ value }}"
    document = f"""{{ a: {root}(where: {where}, first: 5) {{ {page} }} b: {root}(where: {where}) {{ {page} }}
      c: {root} {{ totalCount {{ value }} }} }}"""
    found = await compare(executor, everybody, root, Generated(document, {}, None))
    assert found.complaint is None, found.complaint
    assert (found.by_plan.way, found.by_plan.errors) == ("plan", [])
    chosen, of = (found.by_plan.data[key]["totalCount"]["value"] for key in ("b", "c"))
    assert 0 < chosen < of


async def test_made_documents_are_answered_alike_over_records_of_every_standing(
    executor: Executor, everybody: Database, pools: Pools
) -> None:
    found = await compare_made(executor, everybody, pools, range(SEED, SEED + 25))
    complaints = [one.complaint for one in found if one.complaint]
    assert not complaints, min(complaints, key=len)


def test_made_documents_ask_for_every_formula(pools: Pools) -> None:
    asked = set[str]()
    names = {place.split(".")[1] for place in ALL}
    for seed in range(SEED, SEED + DOCUMENTS):
        if names <= asked:
            break
        asked.update(re.findall(r"\b\w+\b(?!:)", generate(seed, pools).document))
    assert names <= asked


async def test_formulas_are_computed_in_the_pages_statement_for_the_rows_that_it_shows(
    executor: Executor, everybody: Database
) -> None:
    read: list[str] = []

    class Heard(Reads):
        async def rows(self, name: str, *args: Any, text: str | None = None) -> Any:
            read.append(text or "")
            return await super().rows(name, *args, text=text)

    context = Context(everybody, NOW, None, "test")
    context.reads = context.loaders._reads = Heard(everybody._connections)
    text = "{ leads(first: 2) { nodes { scorable } } }"
    for document, computed in ((text, 1), (text.replace("}", " account { marketingReady } }", 1), 2)):
        outcome = await executor.run(context, document)
        assert (outcome.way, outcome.errors) == (Way.PLAN, ())
        around, page = read.pop().split(" from (select ", 1)
        assert "exists (" not in page
        assert "limit 3) t" in page
        assert around.count("contact member") == computed
        assert read == []
