"""Custom fields of the small invented company, and what its records hold in them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from db.database import Transaction
from domain.custom_fields import CustomFieldEntity, CustomFieldType
from domain.custom_values import Given
from engines import custom_fields

C, A, L = CustomFieldEntity.CONTACT, CustomFieldEntity.ACCOUNT, CustomFieldEntity.LEAD
T = CustomFieldType
MADE = datetime(2025, 12, 1, 9, tzinfo=UTC)
TIERS = ({"value": "gold", "label": "Gold"}, {"value": "silver", "label": "Silver"})
INTERESTS = tuple({"value": name, "label": name.capitalize()} for name in ("tea", "coffee", "cocoa"))
FIELDS: Sequence[tuple[CustomFieldEntity, str, CustomFieldType, Mapping[str, Any]]] = (
    (C, "motto", T.TEXT, {"description": "What the person says."}),
    (C, "score", T.INTEGER, {}),
    (C, "discount", T.DECIMAL, {}),
    (C, "vip", T.BOOLEAN, {"indexed": False}),
    (C, "renewalDate", T.DATE, {}),
    (C, "last_visit", T.DATE_TIME, {}),
    (C, "tier", T.CHOICE, {"choices": TIERS}),
    (C, "interests", T.CHOICES, {"choices": INTERESTS}),
    (C, "oldCode", T.TEXT, {}),
    (A, "tier", T.CHOICE, {"choices": TIERS}),
    (A, "floors", T.INTEGER, {}),
    (L, "competitor", T.TEXT, {"indexed": False}),
)
HELD: Mapping[str, Mapping[str, Any]] = {
    "ann": {
        "motto": "Ärger ist Zeit",
        "score": 12,
        "discount": Decimal("12.50"),
        "vip": True,
        "renewalDate": date(2027, 1, 31),
        "last_visit": datetime(2026, 10, 1, 8, 30, tzinfo=UTC),
        "tier": "gold",
        "interests": ["cocoa", "tea"],
        "oldCode": "A-1",
    },
    "bob": {"score": -3, "discount": Decimal("12.5"), "vip": False, "tier": "silver", "interests": ["tea"]},
    "cas": {"motto": "ärger", "score": 5_000_000_000, "renewalDate": date(2026, 12, 1), "tier": "gold"},
    "kettle": {"tier": "gold", "floors": 3},
    "lid": {"tier": "silver"},
    "kettles": {"competitor": "Pots & Pans"},
    "orphan": {"competitor": "Lidless"},
}


async def settle(tx: Transaction, ids: Mapping[str, UUID]) -> None:
    """Adds the fields, gives the records of these keys their values, and retires one of the fields."""
    made = {}
    for at, (entity, name, type, more) in enumerate(FIELDS):
        given = {"entity": entity, "name": name, "label": name.capitalize(), "type": type, **more}
        made[entity, name] = await custom_fields.create(tx, given, MADE + timedelta(minutes=at))
    for key, values in HELD.items():
        entity = A if key in ("kettle", "lid") else L if key in ("kettles", "orphan") else C
        new = [Given(name, {made[entity, name].type: value}) for name, value in values.items()]
        held, refused = await custom_fields.merged(tx, entity.table, {}, new)
        assert not refused
        text = f"update {entity.table} set custom = $2 where id = $1"
        await tx.run("custom", ids[key], held, text=text)
    await custom_fields.retire(tx, made[C, "oldCode"].id, MADE)
