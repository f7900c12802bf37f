"""What can be done to contacts."""

from datetime import datetime

from domain.records import Contact
from domain.refusals import Code, Refused
from engines import memberships
from resolvers.context import Info
from resolvers.identity import uuid_of


async def move(info: Info, id: str, account_id: str | None, moved_at: datetime | None) -> Contact:
    """Moves the contact to another account, or out of any, at a moment that is not in the future."""
    now = info.context.now
    if moved_at is not None and moved_at > now:
        raise Refused(Code.INVALID, "A move cannot lie in the future.", "movedAt")
    contact = uuid_of(id, "Contact", "id")
    account = uuid_of(account_id, "Account", "accountId") if account_id is not None else None
    return await info.context.write(memberships.move, contact, account, moved_at or now)
