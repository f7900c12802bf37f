"""Links for one contact alone: signed, so that nobody makes them up, good for half a year (domain.md 9.1)."""

import hashlib
import secrets
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer

from db.database import Database
from domain.refusals import Code, Refused
from domain.subscriptions import LINKS_LAST, Links, Sending

_CENTER, _ONE_CLICK = "leadgraph subscription center", "leadgraph one-click unsubscribe"
_MESSAGE = "leadgraph message tracking"
_UNKNOWN = "The link is not one of ours, or older than half a year: take one from a newer message."


@dataclass(frozen=True, slots=True)
class Link:
    """What a subscription centre's link says: whose it is, which centre, and which message it came in."""

    contact_id: UUID
    center_id: UUID
    sending: Sending = Sending()


@dataclass(frozen=True, slots=True)
class Sent:
    """What the addresses in a message say: whom it was sent to, and which it is."""

    contact_id: UUID
    sending: Sending

    @property
    def named(self) -> dict[str, Any]:
        """The members of an interaction that it gives."""
        return {"contact_id": self.contact_id, **asdict(self.sending)}


class Expired(Exception):
    """The link was ours, and is too old."""


class Signer:
    """Makes and reads tokens; what one key has signed, another does not know."""

    def __init__(self, key: str) -> None:
        self._key = key

    def links(self, link: Link, now: datetime) -> Links:
        """The tokens of a contact's links, made now."""
        ends = int((now + LINKS_LAST).timestamp())
        said = [ends, str(link.contact_id), str(link.center_id), *astuple(link.sending)]
        token = self._signing(_CENTER).dumps(said)
        one_click = self._signing(_ONE_CLICK).dumps([ends, str(link.contact_id)])
        return Links(str(token), str(one_click), datetime.fromtimestamp(ends, UTC))

    def center(self, token: str, now: datetime) -> Link:
        """Whom a subscription centre's link identifies; refuses a forged or old one."""
        try:
            contact, center, *sending = self._said(_CENTER, token, now)
        except (BadData, Expired):
            raise Refused(Code.NOT_IDENTIFIED, _UNKNOWN, "token") from None
        return Link(UUID(contact), UUID(center), Sending(*sending))

    def one_click(self, token: str, now: datetime) -> UUID | None:
        """Whom a one-click link is of; None where it is none of ours. Raises where it has expired."""
        try:
            (contact,) = self._said(_ONE_CLICK, token, now)
        except BadData:
            return None
        return UUID(contact)

    def message(self, sent: Sent, now: datetime) -> tuple[str, datetime]:
        """The token of a message's own addresses, made now, and when it comes to its end."""
        ends = int((now + LINKS_LAST).timestamp())
        said = [ends, str(sent.contact_id), *astuple(sent.sending)]
        return str(self._signing(_MESSAGE).dumps(said)), datetime.fromtimestamp(ends, UTC)

    def of_message(self, token: str, now: datetime) -> Sent | None:
        """Which message to whom an address came in; None where the token is forged or old."""
        try:
            contact, *sending = self._said(_MESSAGE, token, now)
        except (BadData, Expired):
            return None
        return Sent(UUID(contact), Sending(*sending))

    def _said(self, salt: str, token: str, now: datetime) -> list[Any]:
        ends, *said = self._signing(salt).loads(token)
        if now.timestamp() >= ends:
            raise Expired
        return list(said)

    def _signing(self, salt: str) -> URLSafeSerializer:
        return URLSafeSerializer(self._key, salt, signer_kwargs={"digest_method": hashlib.sha256})


async def signer(db: Database) -> Signer:
    """The signer of this process: by the key of its settings, else by the one that the database keeps."""
    if db.signing_key is None:
        db.signing_key = await _kept(db)
    return Signer(db.signing_key)


async def _kept(db: Database) -> str:
    """The database's key, made when one is first needed: the same for all processes, and over restarts."""
    rows = await db.reads().rows("signing_key")
    if not rows:
        async with db.transaction() as tx:
            await tx.run("signing_key_make", secrets.token_urlsafe(48))
            rows = await tx.rows("signing_key")
    return str(rows[0]["key"])
