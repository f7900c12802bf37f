"""Interactions posted to a server, the people that they are about, and a recount of what came of them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx

from db.database import Database
from domain.insights import Insights
from domain.intake import Incoming, Key
from domain.interactions import Actor, InteractionType
from engines.customers import receive
from tests.recount import Fact, recount

NDJSON = {"content-type": "application/x-ndjson"}
EARLY = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 1, tzinfo=UTC)
Line = dict[str, Any]
_FACTS = """
select contact_id, account_id, type, occurred_at, actor, message_id, link
from interaction
where source = $1
"""
_FIGURES = """insights(from: null) {
  interactions email { sent delivered totalOpens uniqueOpens totalClicks uniqueMessageClicks }
}"""


async def people(db: Database, source: str, *keys: str, **values: Any) -> None:
    """Contacts of one account, `home`, under these keys."""
    home = Incoming("account", source, ("home",), {"name": "Home"})
    contacts = [
        Incoming(
            "contact", source, (key,), {"last_name": key, "account_id": Key("home"), **values}, since=EARLY
        )
        for key in keys
    ]
    async with db.transaction() as tx:
        await receive(tx, [home, *contacts], NOW)


def line(number: int, contact: str | None = None, **more: Any) -> Line:
    """An opened message."""
    named = {"contactKey": contact} if contact is not None else {}
    at = f"2026-{1 + number % 9:02}-{1 + number % 28:02}T{number % 24:02}:{number % 60:02}:00Z"
    return {"sourceId": f"e{number}", "type": "EMAIL_OPENED", "occurredAt": at, **named, **more}


def body(lines: Iterable[Line | str]) -> bytes:
    """The lines as they are sent; a text as it is."""
    return b"".join(
        (one if isinstance(one, str) else json.dumps(one)).encode("utf-8", "surrogatepass") + b"\n"
        for one in lines
    )


def told(text: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """What was answered to the lines, and at the end."""
    *answers, last = [json.loads(one) for one in text.splitlines()]
    return answers, last


async def posted(
    client: httpx.AsyncClient, lines: Iterable[Line | str], source: str, **asked: str
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Posts lines; what was answered to them, and at the end."""
    params = {"source": source, **asked}
    answer = await client.post("/ingest", params=params, content=body(lines), headers=NDJSON)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == NDJSON["content-type"]
    return told(answer.text)


def outcomes(answers: Sequence[Mapping[str, Any]]) -> list[str]:
    """What became of each line: its outcome, or the code of its error."""
    return [one["outcome"] if "outcome" in one else one["error"]["code"] for one in answers]


async def differences(db: Database, client: httpx.AsyncClient, source: str, keys: Sequence[str]) -> list[str]:
    """Where the figures of the contacts, or of their account, are not those of a recount from the facts."""
    rows = await db.reads().rows("facts", source, text=_FACTS)
    facts = [_fact(row) for row in rows]
    ids = {
        row["key"]: row["record_id"]
        for row in await db.reads().rows(
            "ids", source, text="select key, record_id from source_key where source = $1"
        )
    }
    expected = {key: [fact for fact in facts if fact.contact == ids[key]] for key in keys}
    found = await _shown(client, source, keys)
    wrong = [key for key in keys if found[key] != _figures(expected[key])]
    at_home = [fact for fact in facts if fact.account == ids["home"]]
    return wrong if found["home"] == _figures(at_home) else [*wrong, "home"]


def _fact(row: Any) -> Fact:
    return Fact(
        row["contact_id"],
        row["account_id"],
        InteractionType[row["type"]],
        row["occurred_at"],
        Actor[row["actor"]],
        row["message_id"],
        row["link"],
    )


def _figures(facts: Sequence[Fact]) -> dict[str, Any]:
    found: Insights = recount(facts, None, None, machines=False)
    email = found.email
    return {
        "interactions": found.interactions,
        "email": {
            "sent": email.sent,
            "delivered": email.delivered,
            "totalOpens": email.total_opens,
            "uniqueOpens": email.unique_opens,
            "totalClicks": email.total_clicks,
            "uniqueMessageClicks": email.unique_message_clicks,
        },
    }


async def _shown(client: httpx.AsyncClient, source: str, keys: Sequence[str]) -> dict[str, Any]:
    """The same figures as the graph shows them."""
    asked = [f"{key}: contact{_by(source, key)} {{ {_FIGURES} }}" for key in keys]
    found: dict[str, Any] = {}
    for at in range(0, len(asked), 20):
        home = f"home: account{_by(source, 'home')} {{ {_FIGURES} }}"
        query = f"{{ {' '.join(asked[at : at + 20])} {home} }}"
        answer = (await client.post("/graphql", json={"query": query})).json()
        assert "errors" not in answer, answer
        found |= {key: one["insights"] for key, one in answer["data"].items()}
    return found


def _by(source: str, key: str) -> str:
    return f'(by: {{sourceKey: {{source: "{source}", key: "{key}"}}}})'
