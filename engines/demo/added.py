"""The demo's custom fields, as a team would add them, and what its records hold in them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from db.database import Transaction
from domain.custom_fields import CustomFieldEntity, CustomFieldType
from domain.intake import Incoming
from engines import custom_fields

_FIRST = datetime(2024, 1, 2, tzinfo=UTC)
_C, _T = CustomFieldEntity, CustomFieldType
_TIERS = {"gold": "Gold", "silver": "Silver", "bronze": "Bronze"}
_SKINS = {"dry": "Dry", "oily": "Oily", "sensitive": "Sensitive"}
_FIELDS: Sequence[tuple[CustomFieldEntity, str, str, CustomFieldType, Mapping[str, str]]] = (
    (_C.CONTACT, "tier", "Tier", _T.CHOICE, _TIERS),
    (_C.CONTACT, "skin", "Skin", _T.CHOICES, _SKINS),
    (_C.CONTACT, "points", "Points", _T.INTEGER, {}),
    (_C.ACCOUNT, "renewalDate", "Contract ends", _T.DATE, {}),
    (_C.ACCOUNT, "discount", "Discount, per cent", _T.DECIMAL, {}),
    (_C.LEAD, "sampleSent", "Sample sent", _T.BOOLEAN, {}),
)


async def add(tx: Transaction) -> None:
    """Adds the fields."""
    for at, (entity, name, label, type, choices) in enumerate(_FIELDS):
        offered = [{"value": value, "label": words} for value, words in choices.items()]
        given = {"entity": entity, "name": name, "label": label, "type": type, "choices": offered}
        await custom_fields.create(tx, given, _FIRST + timedelta(minutes=at))


def filled(batch: Sequence[Incoming]) -> Iterator[Incoming]:
    """The records with values of their fields, always the same."""
    for one in batch:
        custom = dict(_held(one.entity, Random(f"{one.entity} {one.keys[0]}")))
        yield replace(one, values={**one.values, "custom": custom}) if custom else one


def _held(entity: str, rng: Random) -> Iterator[tuple[str, Any]]:
    for of, name, _, type, choices in _FIELDS:
        if of.table == entity and rng.random() < 0.6:
            yield name, _value(type, list(choices), rng)


def _value(type: CustomFieldType, choices: list[str], rng: Random) -> Any:
    match type:
        case CustomFieldType.CHOICE:
            return rng.choice(choices)
        case CustomFieldType.CHOICES:
            return rng.sample(choices, rng.choice((1, 1, 2)))
        case CustomFieldType.DATE:
            return (_FIRST + timedelta(days=rng.randrange(900, 1_500))).date()
        case CustomFieldType.DECIMAL:
            return f"{rng.randrange(2, 40) / 2:.1f}"
        case CustomFieldType.BOOLEAN:
            return rng.random() < 0.5
        case _:
            return rng.randrange(0, 5_000, 10)
