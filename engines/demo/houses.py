"""The demo's accounts: where they are, and how lively their people."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from domain.intake import Incoming, Key
from domain.options import AccountCategory, Ownership, RelationshipType
from engines.demo.days import Span
from engines.demo.words import CITIES, FIRMS, STREETS, City, Firm

SOURCE = "demo"
DESERTED = ("Harrowmint Brokers", "Wychanger Estates")
"""The accounts that nobody works at."""
SCANNED = "Dunmarrow Savings"
"""The account whose mail gateway follows every link."""


@dataclass(frozen=True, slots=True)
class House:
    """An account as the story needs it: where it is, and how lively its people are."""

    key: str
    firm: Firm
    city: City
    domain: str
    created_at: datetime
    liveliness: float


def houses(span: Span) -> list[House]:
    """The accounts, all known before the first mailing goes out."""
    rng = Random("houses")
    return [_house(rng, span, number, firm) for number, firm in enumerate(FIRMS, 1)]


def _house(rng: Random, span: Span, number: int, firm: Firm) -> House:
    slug = firm.name.lower().replace(" ", "-")
    early = span.start + timedelta(seconds=rng.randrange(600, 72_000))
    liveliness = rng.betavariate(2.5, 3)
    return House(f"account-{number:02}", firm, rng.choice(CITIES), f"{slug}.example", early, liveliness)


def account(house: House, keys: dict[str, str]) -> Incoming:
    """The account's record; `keys` are the accounts' keys by name."""
    firm, rng = house.firm, Random(house.key)
    values: dict[str, Any] = {
        "created_at": house.created_at,
        "name": firm.name,
        "account_number": f"Q-{1000 + int(house.key[-2:]) * 7}",
        "industry": firm.industry,
        "relationship_type": firm.relationship,
        "category": _category(firm),
        "ownership": _ownership(rng, firm),
        "number_of_employees": firm.employees,
        "revenue": Decimal(firm.employees * rng.randrange(90, 260)) * 1000,
        "email": f"info@{house.domain}",
        "phone": phone(rng, house.city),
        "website": f"https://{house.domain}",
        **address(rng, house.city),
    }
    if firm.parent:
        values["parent_account_id"] = Key(keys[firm.parent])
    return Incoming("account", SOURCE, (house.key,), values)


def _category(firm: Firm) -> AccountCategory:
    preferred = firm.relationship is RelationshipType.CUSTOMER and firm.employees > 1000
    return AccountCategory.PREFERRED_CUSTOMER if preferred else AccountCategory.STANDARD


def _ownership(rng: Random, firm: Firm) -> Ownership:
    return Ownership.SUBSIDIARY if firm.parent else rng.choice((Ownership.PRIVATE, Ownership.PUBLIC))


def address(rng: Random, city: City) -> dict[str, Any]:
    """A street that there is none of, in a city."""
    return {
        "address_line1": f"{rng.randrange(1, 140)} {rng.choice(STREETS)}",
        "city": city.name,
        "country": city.country,
    }


def phone(rng: Random, city: City) -> str | None:
    """A telephone number that rings nowhere."""
    return city.phone and "".join(str(rng.randrange(10)) if sign == "x" else sign for sign in city.phone)
