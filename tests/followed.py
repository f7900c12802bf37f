"""What more the small company's contacts followed, visited and submitted: for documents about insights."""

from datetime import datetime
from typing import Any

from db.database import Database
from domain.facts import NewInteraction
from domain.interactions import Actor, InteractionType
from engines import ingest
from tests.world import NOW, day

T = InteractionType
OFFER, STORY = "https://kettle.example/offer", "https://kettle.example/story"


def _did(type: InteractionType, contact: str, at: datetime, told: str, **more: Any) -> NewInteraction:
    key = f"{contact} {type.name} {told} {at.isoformat()}"
    return NewInteraction(type, at, "world", key, contact_key=contact, **more)


def _mail(type: InteractionType, contact: str, at: datetime, **more: Any) -> NewInteraction:
    message = {"message_id": "offer", "journey_id": "autumn", **more}
    return _did(type, contact, at, str(more.get("link")), **message)


def _told(contact: str, **more: str) -> dict[str, str]:
    return {"emailAddressUsed": f"{contact}@kettle.example", "emailDomain": "kettle.example", **more}


FOLLOWED = [
    *(
        _did(T.ACTIVITY_CONTACT_DISPATCHED, who, day(9, 1, 7), "in", journey_id="autumn")
        for who in ("ann", "cas")
    ),
    *(_mail(T.EMAIL_SENT, who, day(9, 1), properties=_told(who)) for who in ("ann", "bob", "cas")),
    *(_mail(T.EMAIL_DELIVERED, who, day(9, 1, 10), properties=_told(who)) for who in ("ann", "bob")),
    _mail(T.EMAIL_SOFT_BOUNCED, "cas", day(9, 1, 11), properties=_told("cas", bounceCategory="full-mailbox")),
    _mail(T.EMAIL_OPENED, "ann", day(9, 1, 12), properties={"countryIsoCode": "NL", "city": "Utrecht"}),
    _mail(T.EMAIL_OPENED, "ann", day(9, 2, 8), properties={"countryIsoCode": "NL", "city": "Delft"}),
    _mail(T.EMAIL_OPENED, "bob", day(9, 3, 8), properties={"countryIsoCode": "BE"}),
    _mail(T.EMAIL_CLICKED, "ann", day(9, 1, 12), link=OFFER, properties={"linkFriendlyName": "The offer"}),
    _mail(T.EMAIL_CLICKED, "ann", day(9, 2, 8), link=OFFER, properties={"linkFriendlyName": "Our offer"}),
    _mail(T.EMAIL_CLICKED, "ann", day(9, 2, 9), link=STORY),
    _mail(T.EMAIL_CLICKED, "bob", day(9, 3, 8), link=OFFER, actor=Actor.HUMAN),
    _mail(T.EMAIL_CLICKED, "bob", day(9, 4, 8), link=STORY, actor=Actor.MACHINE),
    _mail(T.FORM_SUBMITTED, "ann", day(9, 2, 10), properties={"leadMatchingResult": "CREATED"}),
    _did(T.WEBSITE_VISITED, "ann", day(9, 2, 9), "offer", properties={"pageAddress": OFFER}),
    _did(T.WEBSITE_VISITED, "ann", day(9, 5, 9), "offer", properties={"pageAddress": OFFER}),
    _did(T.WEBSITE_VISITED, "bob", day(9, 5, 9), "story", properties={"pageAddress": STORY}),
    _did(T.WEBSITE_CLICKED, "ann", day(9, 5, 10), "on", link=STORY, properties={"pageAddress": OFFER}),
    _did(T.REDIRECT_LINK_CLICKED, "bob", day(9, 6, 10), "ad", link=OFFER),
]


async def follow(db: Database) -> None:
    """Puts one account below another, and takes in what was followed."""
    below = (
        "update account set parent_account_id = (select id from account where name = 'Kettle & Co')"
        " where name = 'Lid Works'"
    )
    async with db.transaction() as tx:
        await tx.run("below", text=below)
    await ingest.ingest(db, FOLLOWED, NOW)
