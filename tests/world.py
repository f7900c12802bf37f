"""One small invented company that the tests by document speak about."""

from datetime import UTC, datetime

from db.database import Database
from domain.facts import NewInteraction
from domain.intake import Incoming, Key
from domain.interactions import Actor, InteractionType
from domain.options import Industry, RelationshipType
from domain.pipeline import LeadSource, LeadStage, LeadStatus, OpportunityStatus
from engines import ingest, memberships
from engines.customers import receive
from tests import custom_world, lists, occasions

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
T = InteractionType


def day(month: int, number: int, hour: int = 9, year: int = 2026) -> datetime:
    """A moment of the world's history."""
    return datetime(year, month, number, hour, tzinfo=UTC)


ACCOUNTS = [
    Incoming("account", "world", ("kettle",), {"name": "Kettle & Co", "industry": Industry.WHOLESALE}),
    Incoming(
        "account", "world", ("lid",), {"name": "Lid Works", "relationship_type": RelationshipType.PARTNER}
    ),
    Incoming("account", "world", ("empty",), {"name": "Empty Rooms"}),
]
SUBSIDIARY = Incoming(
    "account", "world", ("spout",), {"name": "Spout Ltd", "parent_account_id": Key("kettle")}
)
CONTACTS = [
    Incoming(
        "contact",
        "world",
        ("ann", "ann@crm"),
        {
            "first_name": "Ann",
            "last_name": "Arbour",
            "email": "ann@kettle.example",
            "account_id": Key("kettle"),
            "relationship_types": (RelationshipType.CUSTOMER, RelationshipType.SPEAKER),
            "attributes": {"tier": "gold"},
        },
        since=day(2, 1),
    ),
    Incoming(
        "contact",
        "world",
        ("bob",),
        {"first_name": "Bob", "last_name": "Birch", "account_id": Key("kettle")},
        since=day(2, 1),
    ),
    Incoming("contact", "world", ("cas",), {"last_name": "Cassia", "email": "cas@example.org"}),
]
UNDER_ANN = Incoming("contact", "world", ("dee",), {"last_name": "Deodar", "parent_contact_id": Key("ann")})
LEADS = [
    Incoming(
        "lead",
        "world",
        ("kettles",),
        {"topic": "Kettles", "contact_id": Key("ann"), "source": LeadSource.WEB},
    ),
    Incoming(
        "lead",
        "world",
        ("lids",),
        {"topic": "Lids", "contact_id": Key("ann"), "stage": LeadStage.SALES_ACCEPTANCE},
    ),
    Incoming("lead", "world", ("fleet",), {"topic": "A fleet of kettles", "account_id": Key("kettle")}),
    Incoming(
        "lead", "world", ("both",), {"topic": "Spouts", "contact_id": Key("cas"), "account_id": Key("kettle")}
    ),
    Incoming("lead", "world", ("orphan",), {"topic": "Somebody asked"}),
    Incoming(
        "lead",
        "world",
        ("won",),
        {
            "topic": "Handles",
            "contact_id": Key("bob"),
            "status": LeadStatus.QUALIFIED,
            "closed_at": day(9, 1),
        },
    ),
]
SALE = Incoming(
    "opportunity",
    "world",
    ("handles",),
    {
        "name": "Handles",
        "originating_lead_id": Key("won"),
        "contact_id": Key("bob"),
        "account_id": Key("kettle"),
        "status": OpportunityStatus.WON,
        "actual_closed_at": day(9, 20),
    },
)


def _mail(
    contact: str, message: str, at: datetime, *types: InteractionType, **more: object
) -> list[NewInteraction]:
    return [
        NewInteraction(
            kind,
            at.replace(minute=minute),
            "world",
            f"{contact} {message} {at:%m%d%H} {kind.name}",
            contact_key=contact,
            message_id=message,
            journey_id="spring",
            **more,  # type: ignore[arg-type]
        )
        for minute, kind in enumerate(types)
    ]


INTERACTIONS = [
    *_mail("ann", "hello", day(1, 15), T.EMAIL_SENT, T.EMAIL_DELIVERED, T.EMAIL_OPENED),
    *_mail("ann", "news", day(3, 2), T.EMAIL_SENT, T.EMAIL_DELIVERED),
    *_mail("ann", "news", day(3, 2, 11), T.EMAIL_OPENED, T.EMAIL_CLICKED, link="https://kettle.example/a"),
    *_mail("ann", "news", day(3, 3), T.EMAIL_OPENED, T.SEGMENT_UNSUBSCRIBED),
    *_mail("bob", "news", day(3, 2), T.EMAIL_SENT, T.EMAIL_DELIVERED),
    *_mail("bob", "news", day(3, 2, 10), T.EMAIL_OPENED, actor=Actor.MACHINE),
    *_mail("bob", "late", day(7, 1), T.EMAIL_SENT, T.EMAIL_DELIVERED, T.EMAIL_OPENED),
    *_mail("bob", "late", day(7, 2), T.EMAIL_SOFT_BOUNCED),
    *_mail("cas", "news", day(3, 2), T.EMAIL_SENT),
    NewInteraction(T.WEBSITE_VISITED, day(5, 5), "world", "visit 1", contact_key="cas", visitor_id="v1"),
    NewInteraction(T.WEBSITE_VISITED, day(5, 4), "world", "visit 0", visitor_id="v1"),
    NewInteraction(T.EVENT_CHECK_IN, day(6, 6), "world", "door 1", contact_key="somebody"),
]


async def settle(db: Database) -> None:
    """Brings the world about: Bob moves from Kettle & Co to Lid Works on 1 June."""
    records = [*ACCOUNTS, *CONTACTS, *LEADS]
    await db.prepare_months(new.occurred_at for new in INTERACTIONS)
    async with db.transaction() as tx:
        await receive(tx, [_dated(one) for one in records], NOW)
        await receive(tx, [_dated(one) for one in (SUBSIDIARY, UNDER_ANN, SALE)], NOW)
        found = await tx.rows("ids", text="select key, record_id from source_key where source = 'world'")
        ids = {row["key"]: row["record_id"] for row in found}
        await memberships.move(tx, ids["bob"], ids["lid"], day(6, 1))
        await ingest.take_in(tx, INTERACTIONS, NOW)
        await occasions.settle(tx, ids)
        await custom_world.settle(tx, ids)
        await lists.settle(tx, ids)


def _dated(one: Incoming) -> Incoming:
    """Every record was made on a day of its own, so that its id is the same each time."""
    names = [*ACCOUNTS, SUBSIDIARY, *CONTACTS, UNDER_ANN, *LEADS, SALE]
    created_at = day(1, 1 + names.index(one))
    values = {"created_at": created_at, **one.values}
    return Incoming(one.entity, one.source, one.keys, values, since=one.since)
