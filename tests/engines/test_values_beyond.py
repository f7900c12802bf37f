"""Values that no input means, in places where nobody expects them: refused in words, at their place."""

from typing import Any

import pytest

from db.database import Database
from schema.build import schema
from server.graphql.contexts import context_of
from server.graphql.errors import LONGEST, told
from tests.engines.mutating import Desk
from tests.engines.mutating import told as refusals

LONG = "".join(chr(0x4E00 + at * at * 7_919 % 20_000) for at in range(3_000))
"""Text that cannot be packed: too long for an index."""
NUMBER = 10**40
CASES: list[tuple[str, dict[str, Any], list[tuple[str, str]]]] = [
    (
        "accountCreate",
        {"account": {"name": "Kettle", "numberOfEmployees": NUMBER}, "idempotencyKey": "one"},
        [("INVALID", "account.numberOfEmployees")],
    ),
    ("subscriptionCenterCreate", {"subscriptionCenter": {}}, [("REQUIRED", "subscriptionCenter.name")]),
    (
        "savedViewCreate",
        {"savedView": {"entity": "CONTACT", "name": "Kettles", "where": {"city": NUMBER}}},
        [("INVALID", "savedView.where")],
    ),
    (
        "contactCreate",
        {"contact": {"lastName": "Kettle", "customFields": [{"name": "x"}] * 101}},
        [("TOO_MANY", "contact.customFields")],
    ),
    (
        "dataSubjectRequestCreate",
        {"name": "Ask", "type": "EXPORT", "phone": "0123456789" * 100},
        [("INVALID", "phone")],
    ),
]


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


@pytest.mark.parametrize(("mutation", "input", "refused"), CASES, ids=[case[0] for case in CASES])
async def test_it_is_refused_at_its_place(
    desk: Desk, mutation: str, input: dict[str, Any], refused: list[tuple[str, str]]
) -> None:
    assert await desk.refused(mutation, input) == refused


@pytest.mark.parametrize("key", [LONG, "", "a\x00b", "a\nb", "k" * 501])
@pytest.mark.parametrize("name", ["source", "key"])
async def test_a_row_known_by_an_odd_key_is_refused_alone(desk: Desk, key: str, name: str) -> None:
    odd = {"source": "crm", "key": "1"} | {name: key}
    rows = [
        {"by": {"sourceKey": odd}, "contact": {"lastName": "Odd"}},
        {"by": {"sourceKey": {"source": "crm", "key": "k" * 500}}, "contact": {"lastName": "Even"}},
    ]
    shown = "results { fate userErrors { code path } }"
    answer = await desk.do("contactsUpsert", {"rows": rows}, shown)
    first, second = answer["results"]
    code = "INVALID" if key else "REQUIRED"
    assert (first["fate"], refusals(first)) == ("REFUSED", [(code, f"rows.0.by.sourceKey.{name}")])
    assert second["fate"] in ("CREATED", "UNCHANGED")


async def test_what_is_said_of_consent_is_text_of_some_length(desk: Desk) -> None:
    id = (await desk.make("contact", lastName="Kettle"))["id"]
    said = {"reason": "a\x00b", "sourceFormId": "f" * 501, "sourceText": "w" * 100_001}
    refused = await desk.refused("contactSetConsent", {"id": id, "level": "PROFILING", **said})
    assert refused == [("INVALID", "reason"), ("INVALID", "sourceFormId"), ("INVALID", "sourceText")]
    said = {"reason": " Told us ", "sourceFormId": "f" * 500, "sourceText": "line\r\nline"}
    answer = await desk.do("contactSetConsent", {"id": id, "level": "PROFILING", **said})
    assert refusals(answer) == []


async def test_no_refusal_quotes_all_that_was_given(desk: Desk) -> None:
    field = {"entity": "CONTACT", "name": "x", "label": "x", "type": "CHOICE"}
    choices = [{"value": LONG, "label": "x"}] * 2
    for mutation, input in (
        ("contactCreate", {"contact": {"lastName": "Kettle", "customFields": [{"name": LONG}] * 2}}),
        ("customFieldCreate", {"customField": {**field, "choices": choices}}),
        ("savedViewCreate", {"savedView": {"entity": "LEAD", "name": "x", "where": {LONG: LONG}}}),
    ):
        answer = await desk.do(mutation, input)
        assert answer["userErrors"]
        assert all(len(error["message"]) < LONGEST for error in answer["userErrors"])


async def test_no_error_of_a_document_quotes_all_of_it(desk: Desk, database: Database) -> None:
    context = context_of(database, {b"x-leadgraph-actor": b"a" * 60_000})
    assert context.actor == "a" * 255
    text = 'mutation { contactDelete(input: {id: "x", ' + f'not: "{LONG}"' + "}) { deletedId } }"
    result = await schema.execute(text, context_value=context)
    assert result.errors
    assert all(len(told(error, "1")["message"]) <= LONGEST + 2 for error in result.errors)
