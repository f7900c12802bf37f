"""Types of interactions: ours by the names that the field has for them, and those that a team declares."""

import asyncio
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType

from db.database import Database, connected
from domain import handed
from domain.interaction_properties import Kind
from domain.interaction_shapes import BLOCKS, SHAPES, type_name
from domain.interactions import InteractionType, interaction_type
from engines import interaction_types
from resolvers.context import Context
from schema.build import schema
from schema.limits import Limits
from schema.plan import Executor, Way
from tests.engines.mutating import Desk

DOCUMENTED = re.findall(
    r"\w+",
    """
ActivityContactBlocked ActivityContactDispatched ActivityContactProcessingFailed
CreateCrmActivityContactProcessed CreateCustomChannelActivityContactProcessed CustomChannelResponse
CustomerJourneyContactRecordUpdated EmailBlockBounced EmailBlocked EmailClicked EmailContainsBlockListedLinks
EmailContainsBlacklistedLinks EmailDelivered EmailFeedbackLoop EmailForwarded EmailHardBounced EmailOpened
EmailSendingFailed EmailSent EmailSoftBounced EmailSubscriptionSubmit EventCheckIn EventRegistration
FormSubmitted FormVisited InvalidRecipientAddress InvalidSenderAddress LeadScoreBoost OutOfEmailCredits
PassThroughActivityContactProcessed RedirectLinkClicked SchedulerActivityContactProcessed
SegmentRelationshipEdited SegmentSubscribed SegmentUnsubscribed SplitterActivityContactProcessed
SurveyResponse TriggerActivityContactProcessed TriggerCrmWorkflowActivityContactProcessed WebsiteClicked
WebsiteVisited
""",
)
"""The names of retrieval by type; one of them in two spellings (domain.md 3.5)."""
GRAPH = schema._schema
DEMO = {
    "name": "DemoBooked",
    "label": "Booked a demo",
    "category": "WEB",
    "engagement": True,
    "description": "A demo was booked.",
    "properties": [{"name": "seats", "kind": "INTEGER", "description": "How many come."}],
}
SHOWN = (
    "interactionType { id version name label category engagement retiredAt"
    " properties { name kind description } }"
)
RECORD = """mutation ($input: InteractionsRecordInput!) { interactionsRecord(input: $input) {
  results { outcome userErrors { code message path } interaction { __typename id type ...C } }
} }
fragment C on CustomInteraction { name label properties
  definition { name label category engagement properties { name kind } } }"""
TIMELINE = """query ($id: ID!, $types: [InteractionType!], $custom: [String!]) { contact(by: {id: $id}) {
  interactions(types: $types, customTypes: $custom) { totalCount { value }
    nodes { __typename sourceId ...C } } } }
fragment C on CustomInteraction { name label definition { label properties { name } } }"""


@pytest.fixture
async def desk(database: Database) -> Desk:
    """Where somebody declares types."""
    async with database.transaction() as tx:
        await tx.run("none", text="delete from interaction_type")
    interaction_types.forget(database)
    return Desk(database)


async def declare(desk: Desk, **more: Any) -> Any:
    """What the declaration of a type answers."""
    return await desk.do("interactionTypeCreate", {"interactionType": {**DEMO, **more}}, SHOWN)


def new(id: str, type: str, **more: Any) -> dict[str, Any]:
    """An interaction to hand in: of an own type by its name among the properties."""
    if type not in InteractionType.__members__:
        more["properties"] = {"name": type, **more.get("properties", {})}
        type = "CUSTOM"
    return {"source": "shop", "sourceId": id, "type": type, "occurredAt": "2026-05-01T09:30:00Z", **more}


async def record(desk: Desk, *interactions: Mapping[str, Any]) -> list[Any]:
    """What becomes of interactions."""
    answer = await desk.ask(RECORD, {"input": {"interactions": list(interactions)}})
    results: list[Any] = answer["interactionsRecord"]["results"]
    return results


@pytest.mark.parametrize("name", DOCUMENTED)
def test_every_documented_name_is_a_type_with_a_type_in_the_graph(name: str) -> None:
    kind = interaction_type(name)
    shown = GRAPH.type_map[type_name(kind)]
    assert isinstance(shown, GraphQLObjectType)
    assert "Interaction" in {one.name for one in shown.interfaces}
    assert interaction_type(kind.name) is kind


def test_the_interface_has_one_type_for_each_type_and_each_shows_what_the_table_says() -> None:
    interface = GRAPH.type_map["Interaction"]
    assert isinstance(interface, GraphQLInterfaceType)
    possible = {kind.name: kind for kind in GRAPH.get_possible_types(interface)}
    assert set(possible) == {type_name(kind) for kind in InteractionType}
    for kind, shape in SHAPES.items():
        own = set(possible[type_name(kind)].fields) - set(interface.fields)
        links = {one.link.name for one in shape.properties if one.link}
        more = {"label"} if kind is InteractionType.CUSTOM else set()
        assert own == {one.name for one in shape.properties} | links | more


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: str(block.name))
def test_what_several_types_share_is_an_interface_of_theirs(block: Any) -> None:
    interface = GRAPH.type_map[block.name]
    assert isinstance(interface, GraphQLInterfaceType)
    sharing = {type_name(kind) for kind, shape in SHAPES.items() if block in shape.blocks}
    assert {kind.name for kind in GRAPH.get_possible_types(interface)} == sharing
    assert len(sharing) > 1


def test_a_name_means_one_kind_of_value_wherever_it_is_a_property() -> None:
    kinds: dict[str, set[Any]] = {}
    for shape in SHAPES.values():
        for one in shape.properties:
            kinds.setdefault(one.name, set()).add(one.kind)
    assert {name for name, found in kinds.items() if len(found) > 1} == set()
    assert set(Kind) <= {kind for found in kinds.values() for kind in found}


async def test_a_type_is_declared_changed_retired_and_deleted(desk: Desk) -> None:
    answer = await declare(desk)
    assert answer["userErrors"] == []
    made = answer["interactionType"]
    assert (made["version"], made["engagement"], made["retiredAt"]) == (1, True, None)
    assert made["properties"] == DEMO["properties"]
    patch = {"label": "Demo", "category": "EVENT", "properties": [{"name": "room", "kind": "TEXT"}]}
    answer = await desk.do("interactionTypeUpdate", {"id": made["id"], "patch": patch}, SHOWN)
    changed = answer["interactionType"]
    assert (changed["version"], changed["label"], changed["category"]) == (2, "Demo", "EVENT")
    assert changed["properties"] == [{"name": "room", "kind": "TEXT", "description": None}]
    retired = {"id": made["id"], "patch": {"retired": True}}
    assert (await desk.do("interactionTypeUpdate", retired, SHOWN))["interactionType"]["retiredAt"]
    listed = "{ inUse: interactionTypes { name } all: interactionTypes(withRetired: true) { name } }"
    assert await desk.ask(listed, {}) == {"inUse": [], "all": [{"name": "DemoBooked"}]}
    node = "query ($id: ID!) { node(id: $id) { ... on CustomInteractionType { name } } }"
    assert await desk.ask(node, {"id": made["id"]}) == {"node": {"name": "DemoBooked"}}
    assert await desk.refused("interactionTypeDelete", {"id": made["id"], "expectedVersion": 1}) == [
        ("STALE", "expectedVersion")
    ]
    assert (await desk.do("interactionTypeDelete", {"id": made["id"]}, "deletedId"))["deletedId"] == made[
        "id"
    ]
    assert await desk.refused("interactionTypeDelete", {"id": made["id"]}) == [("NOT_FOUND", "id")]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"name": "demoBooked"}, [("INVALID", "interactionType.name")]),
        ({"name": "Demo_Booked"}, [("INVALID", "interactionType.name")]),
        ({"name": "D" * 61}, [("INVALID", "interactionType.name")]),
        ({"name": "Emailopened"}, [("ALREADY_EXISTS", "interactionType.name")]),
        ({"name": "ContactCheckedIntoEvent"}, [("ALREADY_EXISTS", "interactionType.name")]),
        ({"label": " "}, [("INVALID", "interactionType.label")]),
        ({"description": "x" * 1001}, [("INVALID", "interactionType.description")]),
        ({"engagement": None}, [("INVALID", "interactionType.engagement")]),
        (
            {"properties": [{"name": "name", "kind": "TEXT"}, {"name": "A", "kind": "TEXT"}]},
            [
                ("INVALID", "interactionType.properties.0.name"),
                ("INVALID", "interactionType.properties.1.name"),
            ],
        ),
        (
            {"properties": [{"name": "a", "kind": "TEXT"}, {"name": "a", "kind": "NUMBER"}]},
            [("DUPLICATE", "interactionType.properties.1.name")],
        ),
        (
            {"properties": [{"name": f"p{at}", "kind": "TEXT"} for at in range(51)]},
            [("TOO_MANY", "interactionType.properties")],
        ),
    ],
)
async def test_what_cannot_be_declared_is_refused_at_its_place(
    desk: Desk, more: Mapping[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert await desk.refused("interactionTypeCreate", {"interactionType": {**DEMO, **more}}) == expected


async def test_two_types_of_one_name_are_never_declared_not_even_at_once(desk: Desk) -> None:
    answers = await asyncio.gather(*(declare(desk, name=name) for name in ("DemoBooked", "DemobookeD")))
    codes = sorted(str([error["code"] for error in answer["userErrors"]]) for answer in answers)
    assert codes == ["['ALREADY_EXISTS']", "[]"]


async def test_the_same_key_declares_once(desk: Desk) -> None:
    input = {"interactionType": DEMO, "idempotencyKey": "declared once"}
    first = await desk.do("interactionTypeCreate", input, SHOWN)
    assert await desk.do("interactionTypeCreate", input, SHOWN) == first


async def test_an_undeclared_name_is_refused_in_words_that_tell_how_to_declare_it(desk: Desk) -> None:
    (refused,) = await record(desk, new("u1", "DemoBooked"))
    assert refused["outcome"] == "REFUSED"
    (error,) = refused["userErrors"]
    assert error["code"] == "INVALID"
    assert "interactionTypeCreate" in error["message"]
    assert "'DemoBooked'" in error["message"]
    (refused,) = await record(desk, new("u2", "CUSTOM"))
    assert [error["code"] for error in refused["userErrors"]] == ["REQUIRED"]


async def test_a_declared_type_is_taken_in_by_its_name_shown_and_found(desk: Desk) -> None:
    contact = await desk.make("contact", lastName="Arbour")
    made = (await declare(desk))["interactionType"]
    await declare(desk, name="TourTaken", label="Took the tour", properties=[])
    taken = await record(
        desk,
        new("d1", "demobooked", contactId=contact["id"], properties={"seats": 3, "hall": "B"}),
        new("d2", "TourTaken", contactId=contact["id"]),
        new("d3", "WEBSITE_VISITED", contactId=contact["id"]),
        new("d4", "DemoBooked", contactId=contact["id"], properties={"seats": "three"}),
    )
    assert [one["outcome"] for one in taken] == ["STORED", "STORED", "STORED", "REFUSED"]
    assert taken[3]["userErrors"][0]["path"][-2:] == ["properties", "seats"]
    shown = taken[0]["interaction"]
    assert (shown["__typename"], shown["type"]) == ("CustomInteraction", "CUSTOM")
    assert (shown["name"], shown["label"]) == ("DemoBooked", "Booked a demo")
    assert shown["properties"]["seats"] == 3
    assert shown["properties"]["hall"] == "B"
    assert shown["definition"]["properties"] == [{"name": "seats", "kind": "INTEGER"}]
    assert (await _found(desk, contact["id"], None, ["DemoBooked"])) == ["d1"]
    assert (await _found(desk, contact["id"], None, ["DemoBooked", "TourTaken"])) == ["d1", "d2"]
    assert (await _found(desk, contact["id"], ["WEBSITE_VISITED"], ["TourTaken"])) == ["d2", "d3"]
    assert (await _found(desk, contact["id"], ["CUSTOM"], None)) == ["d1", "d2"]
    assert (await _found(desk, contact["id"], None, [])) == []
    assert (await _found(desk, contact["id"], None, None)) == ["d1", "d2", "d3"]
    assert await desk.refused("interactionTypeDelete", {"id": made["id"]}) == [("READ_ONLY", "id")]
    await desk.do(
        "interactionTypeUpdate", {"id": made["id"], "patch": {"retired": True, "label": "Demo"}}, SHOWN
    )
    (refused,) = await record(desk, new("d5", "DemoBooked"))
    assert [error["code"] for error in refused["userErrors"]] == ["INACTIVE"]
    nodes = await _nodes(desk, contact["id"], None, ["DemoBooked"])
    assert nodes[0]["label"] == "Demo"


async def _nodes(desk: Desk, id: str, types: Any, custom: Any) -> Any:
    """A timeline by plan, which is the same field by field."""
    variables, answers = {"id": id, "types": types, "custom": custom}, []
    executor = Executor(schema, Limits())
    for by_plan in (True, False):
        context = Context(desk.db, datetime(2026, 6, 2, tzinfo=UTC), None, "test")
        outcome = await executor.run(context, TIMELINE, variables, by_plan=by_plan)
        assert not outcome.errors
        assert (outcome.way is Way.PLAN) is by_plan, outcome.reason
        answers.append(outcome.data["contact"]["interactions"])
    assert answers[0] == answers[1]
    assert answers[0]["totalCount"]["value"] == len(answers[0]["nodes"])
    return answers[0]["nodes"]


async def _found(desk: Desk, id: str, types: Any, custom: Any) -> list[str]:
    return sorted(one["sourceId"] for one in await _nodes(desk, id, types, custom))


async def test_every_way_in_takes_the_name_in_the_place_of_a_type(desk: Desk) -> None:
    await declare(desk)
    read = handed.read(new("h1", "CUSTOM") | {"type": "DemoBooked", "properties": {"seats": 2}}, None)
    kept = (await interaction_types.known(desk.db)).settled(read)
    assert kept.type is InteractionType.CUSTOM
    assert dict(kept.properties or {})["name"] == "DemoBooked"


async def test_a_type_that_another_process_declares_is_known_at_once(desk: Desk, dsn: str) -> None:
    assert (await interaction_types.known(desk.db)).get("DemoBooked") is None
    async with connected(dsn) as other:
        await declare(Desk(other))
    (taken,) = await record(desk, new("o1", "DemoBooked"))
    assert taken["outcome"] == "WAITING"
