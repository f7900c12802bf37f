"""Interactions are of many types: each property comes out as it went in, by plan and field by field alike."""

import json
import os
import re
from collections.abc import Mapping
from random import Random
from typing import Any

import pytest

from db.database import Database
from domain import custom_interactions, events, subscriptions
from domain.interaction_shapes import SHAPES, type_name
from domain.interactions import Category, InteractionType
from engines import interaction_types
from resolvers.context import Context
from resolvers.identity import to_global
from schema.build import schema
from schema.limits import UNBOUND, Limits
from schema.plan import Executor, Way
from tests import typed_world
from tests.plan.documents import INTERACTION, Generated, Pools, _Writer
from tests.plan.test_difference import compare
from tests.typed_world import SOURCE
from tests.world import NOW, settle

DOCUMENTS = int(os.environ.get("LEADGRAPH_MADE_TYPED", "12"))
SEED = int(os.environ.get("LEADGRAPH_SEED", "20261101"))
EXECUTOR = Executor(schema, Limits(cost=UNBOUND).trusting())
ANN = 'contact(by: {email: "ann@kettle.example"})'
KINDS = ("contact", "account", "lead")
RECORDS: Mapping[str, type[Any]] = {
    "Event": events.Event,
    "EventRegistration": events.EventRegistration,
    "CheckIn": events.CheckIn,
    "EventSession": events.EventSession,
    "Segment": subscriptions.Segment,
    "SubscriptionList": subscriptions.SubscriptionList,
}
TABLES = {
    **events.TABLES,
    subscriptions.Segment: "segment",
    subscriptions.SubscriptionList: "subscription_list",
}


@pytest.fixture(scope="module")
async def linked(database: Database) -> dict[str, Any]:
    """The small invented company with interactions of every type; the ids of what these may name."""
    await settle(database)
    reads = database.reads()
    declared = {"name": "TourTaken", "label": "Took the tour", "category": Category.WEB}
    made = await database.write(interaction_types.create, None, None, declared, NOW)
    linked = {"CustomInteractionType": made.id}
    for name, record in RECORDS.items():
        rows = await reads.rows("one_id", text=f"select id from {TABLES[record]} order by id limit 1")
        linked[name] = rows[0]["id"]
    rows = await reads.rows("ann", text="select id from contact where email = 'ann@kettle.example'")
    await typed_world.settle(database, rows[0]["id"], linked)
    return linked


@pytest.fixture(scope="module")
async def pools(database: Database, linked: Any) -> Pools:
    """What documents draw from: enough for the fields of interactions."""
    document = "{ contacts { nodes { id } } accounts { nodes { id } } leads { nodes { id } } %s }"
    timeline = f"{ANN} {{ interactions(first: 100) {{ nodes {{ id }} }} }}"
    data = await asked(database, document.replace("%s", timeline), by_plan=True)
    ids = {name.capitalize(): [one["id"] for one in data[f"{name}s"]["nodes"]] for name in KINDS}
    ids["Interaction"] = [one["id"] for one in data["contact"]["interactions"]["nodes"]]
    return Pools(ids, ["ann@kettle.example"], {}, {})


async def asked(db: Database, document: str, *, by_plan: bool) -> Any:
    """The answer's data, which comes by the way that is asked for, without an error."""
    outcome = await EXECUTOR.run(Context(db, NOW, None, "test"), document, by_plan=by_plan)
    assert not outcome.errors
    assert (outcome.way is Way.PLAN) is by_plan, outcome.reason
    return outcome.data


def stated(kind: InteractionType) -> str:
    """All that a type states of itself, under the names that its table gives them."""
    properties = SHAPES[kind].properties
    links = [f"{one.link.name} {{ id }}" for one in properties if one.link]
    names = " ".join(["__typename", *(one.name for one in properties), *links])
    return f"... on {type_name(kind)} {{ {names} }} ... on EmailSent {{ emailDomain }}"


async def shown(db: Database, *, by_plan: bool) -> dict[str, dict[str, Any]]:
    """Every interaction of every type, by its source id."""
    found: dict[str, dict[str, Any]] = {}
    for kind in InteractionType:
        fields = f"sourceId source type properties {stated(kind)}"
        document = (
            f"{{ {ANN} {{ interactions(first: 100, types: [{kind.name}]) {{ nodes {{ {fields} }} }} }} }}"
        )
        data = await asked(db, document, by_plan=by_plan)
        nodes = data["contact"]["interactions"]["nodes"]
        found |= {one["sourceId"]: one for one in nodes if one["source"] == SOURCE}
    return found


@pytest.mark.parametrize("by_plan", [True, False])
async def test_every_declared_property_comes_out_as_it_went_in(
    database: Database, linked: dict[str, Any], by_plan: bool
) -> None:
    found = await shown(database, by_plan=by_plan)
    for kind, id, values, given in typed_world.meant(linked):
        one = found[id]
        assert (one["__typename"], one["type"]) == (type_name(kind), kind.name)
        assert one["properties"] == given
        assert {name: one[name] for name in values} == values, id
        for link in (one.link for one in SHAPES[kind].properties if one.link):
            key = next(p.name for p in SHAPES[kind].properties if p.link is link)
            known = str(linked[link.record]) == values[key]
            assert one[link.name] == ({"id": to_global(link.record, linked[link.record])} if known else None)


async def test_what_is_nothing_of_the_kind_is_null_or_another_and_no_error(
    database: Database, linked: Any
) -> None:
    by_plan, fieldwise = await shown(database, by_plan=True), await shown(database, by_plan=False)
    assert json.dumps(by_plan) == json.dumps(fieldwise)
    told = list(typed_world.hostile())
    assert len(told) == 2 * len(InteractionType)
    for kind, id, given in told:
        assert by_plan[id]["properties"] == given
        for one in SHAPES[kind].properties:
            value = by_plan[id][one.name]
            assert value is None or one.key in given or one.name in given, (id, one.name)


async def test_both_ways_answer_documents_with_fragments_on_types_alike(
    database: Database, linked: Any, pools: Pools
) -> None:
    complaints, planned = [], 0
    for seed in range(SEED, SEED + DOCUMENTS):
        found = await compare(EXECUTOR, database, f"LEADGRAPH_SEED={seed}", made(seed, pools))
        complaints += [found.complaint] if found.complaint else []
        planned += found.by_plan.way == "plan"
    assert not complaints, min(complaints, key=len)
    assert planned >= DOCUMENTS * 0.6


def made(seed: int, pools: Pools) -> Generated:
    """A document that shows Ann's timeline, and an interaction by its id, with fragments on types."""
    writer = _Writer(seed, pools)
    writer.hostile = False
    random = Random(seed)
    page = f"(last: {random.choice((40, 100))})" if random.random() < 0.5 else "(first: 100)"
    timeline = writer.selection(INTERACTION, 2, 60, mixed=False)
    one = writer.selection(INTERACTION, 2, 60, mixed=True)
    way = f"nodes {timeline}" if random.random() < 0.5 else f"edges {{ cursor node {timeline} }}"
    id = random.choice(pools.ids["Interaction"])
    body = f'{{ {ANN} {{ interactions{page} {{ {way} }} }} node(id: "{id}") {{ ... on Interaction {one} }} }}'
    texts = [writer._operation("Q", body)]
    reached = " ".join(writer._reached(body))
    for name, (on, text, _) in writer.fragments.items():
        if f"...{name}" in reached:
            texts.append(f"fragment {name} on {on} {text}")
    return Generated("\n".join(texts), writer.values, None)


async def test_a_page_without_fragments_is_written_by_one_expression(database: Database, linked: Any) -> None:
    context = Context(database, NOW, None, "test")
    document = (
        f"{{ {ANN} {{ interactions(first: 100) {{ nodes {{ __typename id type contact {{ id }} }} }} }} }}"
    )
    outcome = await EXECUTOR.run(context, document)
    kinds = {one["__typename"] for one in outcome.data["contact"]["interactions"]["nodes"]}
    assert len(kinds) > 20
    plan = next(iter(EXECUTOR.documents.of(document).plans.values()))
    assert not isinstance(plan, str)
    assert [name for name in plan.write.__globals__ if re.fullmatch(r"t\d+", name)] == []


async def test_directives_choose_among_fragments(database: Database, linked: Any) -> None:
    pages = "interactions(first: 100, types: [EMAIL_CLICKED, WEBSITE_VISITED])"
    web_fields = "... on WebInteraction @include(if: $web) { city }"
    click_fields = "... on EmailClicked @skip(if: $web) { linkText }"
    nodes = f"nodes {{ type {web_fields} {click_fields} }}"
    document = f"query Q($web: Boolean!) {{ {ANN} {{ {pages} {{ {nodes} }} }} }}"
    for web in (True, False):
        context = Context(database, NOW, None, "test")
        outcome = await EXECUTOR.run(context, document, {"web": web})
        assert (outcome.way, outcome.errors or ()) == (Way.PLAN, ())
        names = {frozenset(one) for one in outcome.data["contact"]["interactions"]["nodes"]}
        expected = (
            {frozenset(("type", "city"))} if web else {frozenset(("type", "linkText")), frozenset(("type",))}
        )
        assert names == expected


def test_no_type_is_shown_by_a_property_that_all_interactions_have() -> None:
    for kind, shape in SHAPES.items():
        own = {one.name for one in shape.properties} | {one.link.name for one in shape.properties if one.link}
        assert not own & set(INTERACTION.fields), kind
    assert not {name.lower() for name in custom_interactions.KEPT} & {"link", "type"}
