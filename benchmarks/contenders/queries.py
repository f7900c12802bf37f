"""The six questions, in each contender's dialect, with 200 different variable sets each."""

import base64
import random
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import md5
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from db.cursors import cursors
from resolvers.identity import to_global

QUERIES = ("Q1", "Q2", "Q3", "Q4", "Q5", "Q6")
SETS = 200
CLIENTS = {"Q3": 4, "Q5": 4}
"""How many clients ask at once where answers are large; 16 otherwise."""
_FOLDER = Path(__file__).parent / "documents"
_START = {
    "account": datetime(2024, 1, 1, tzinfo=UTC),
    "contact": datetime(2024, 2, 1, tzinfo=UTC),
    "lead": datetime(2024, 6, 1, tzinfo=UTC),
}
"""The seeded records follow one another by the minute."""


@cache
def documents(dialect: str) -> Mapping[str, str]:
    """The questions by name; whitespace is no part of what is measured."""
    name = "leadgraph" if dialect == "floor" else dialect
    parts = re.split(r"^(?=query Q\d)", (_FOLDER / f"{name}.graphql").read_text(), flags=re.MULTILINE)
    return {part[6:8]: " ".join(part.split()) for part in parts if part.strip()}


def bodies(query: str, dialect: str, orders: Mapping[str, str]) -> list[bytes]:
    """The requests; `orders` are the marks that PostGraphile puts into the cursors of its orders."""
    chance = random.Random(query)
    asked = {"query": documents(dialect)[query], "operationName": query}
    return [orjson.dumps(asked | {"variables": _told(query, dialect, orders, chance)}) for _ in range(SETS)]


def _told(query: str, dialect: str, orders: Mapping[str, str], chance: random.Random) -> dict[str, Any]:
    """One variable set: the same choice for every dialect, each in its own form."""

    def after(kind: str, number: int) -> str:
        return _cursor(dialect, kind, number, orders)

    match query:
        case "Q1":
            return {"id": _shown(dialect, "contact", chance.randint(1, 50_000))}
        case "Q2":
            return {"after": after("contact", chance.randint(1, 49_900))}
        case "Q3":
            return {"after": after("account", chance.randint(5, 1_900))}
        case "Q4":
            return {"id": _shown(dialect, "account", chance.randint(1, 5))}
        case "Q5":
            at = chance.randint(1, 29_700)
            return {"a": after("lead", at), "b": after("lead", at + 100)}
    city = chance.choice(["Utrecht", "Jakarta", "Delft", "Bandung"])
    return {"city": city, "search": chance.choice(["jansen 1", "wijaya 2", "smit 3", "halim 4", "vries 5"])}


def _id(kind: str, number: int) -> UUID:
    return UUID(md5(f"{kind}:{number}".encode()).hexdigest())


def _shown(dialect: str, kind: str, number: int) -> str:
    id = _id(kind, number)
    return to_global(kind.capitalize(), id) if dialect == "leadgraph" else str(id)


def _cursor(dialect: str, kind: str, number: int, orders: Mapping[str, str]) -> str:
    """Where the list goes on after that record, in order of creation."""
    id, at = _id(kind, number), _START[kind] + timedelta(minutes=number)
    match dialect:
        case "leadgraph":
            return cursors(f"{kind}s by CREATED_AT ASC", "timestamptz")(at, id)
        case "postgraphile":
            kept = [orders[kind], f"{at:%Y-%m-%dT%H:%M:%S.%f}+00:00", str(id)]
            return base64.b64encode(orjson.dumps(kept)).decode()
    return f"{at.isoformat()}|{id}"
