"""The small company's subscription lists and segments, as they stand: no interactions come of them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from db import writes
from db.database import Transaction
from db.ids import uuid7
from domain.subscriptions import Segment, SegmentKind, SubscriptionCenter, SubscriptionList


def moment(month: int, day: int = 1) -> datetime:
    """A moment of the company's history."""
    return datetime(2026, month, day, 9, tzinfo=UTC)


def _list(name: str, month: int, *, public: bool = True, locked: bool = False) -> SubscriptionList:
    at = moment(month)
    return SubscriptionList(
        uuid7(at, name), 1, at, at, name, f"All about {name}.", None, None, public, locked
    )


KETTLES, LIDS, STAFF = _list("kettles", 1), _list("lids", 2), _list("staff", 3, public=False, locked=True)
_STAY = ("contact_id", "id", "list_id", "joined_at", "joined_via", "left_at", "left_via", "source")
_STAYS = (
    ("ann", KETTLES, moment(2), "LANDING_PAGE", moment(4), "CENTER"),
    ("ann", KETTLES, moment(5), "CENTER", None, None),
    ("ann", LIDS, moment(3), "STAFF", None, None),
    ("bob", KETTLES, moment(3), "IMPORT", None, None),
    ("cas", LIDS, moment(6), "LANDING_PAGE", moment(7), "STAFF"),
)
_SEGMENTS = {"Kettle lovers": ("ann", "bob"), "Nobody": (), "Speakers": ("ann",)}


async def settle(tx: Transaction, ids: Mapping[str, UUID]) -> None:
    """Ann has left a list and joined it again, Cas has left one; Ann and Bob are in segments."""
    await writes.insert(tx, "subscription_list", [KETTLES, LIDS, STAFF])
    rows = [
        (ids[who], uuid7(joined_at, f"{who} {one.name}"), one.id, joined_at, via, left_at, left_via, None)
        for who, one, joined_at, via, left_at, left_via in _STAYS
    ]
    await tx.copy("subscription", _STAY, rows)
    for number, (name, members) in enumerate(_SEGMENTS.items(), 1):
        at = moment(number)
        made = Segment(uuid7(at, name), 1, at, at, name, None, SegmentKind.STATIC)
        await writes.insert(tx, "segment", [made])
        await tx.run("segment_add_members", made.id, [ids[who] for who in members], at, "mia")
    center = SubscriptionCenter(uuid7(moment(1), "lids alone"), 1, moment(1), moment(1), "Lids alone", False)
    await writes.insert(tx, "subscription_center", [center])
    await tx.run("subscription_center_offer", center.id, [LIDS.id])
