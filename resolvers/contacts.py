"""What can be done to contacts."""

from datetime import datetime
from typing import Any

from domain.refusals import Code, Refused
from engines import moves
from engines.answers import Asked
from resolvers.context import Info
from resolvers.identity import uuid_of
from resolvers.records import told


async def move(
    info: Info,
    id: str,
    account_id: str | None,
    moved_at: datetime | None,
    expected: int | None,
    key: Asked | None,
) -> Any:
    """Moves the contact to another account, or out of any, at a moment that is not in the future."""
    now = info.context.now
    if moved_at is not None and moved_at > now:
        raise Refused(Code.INVALID, "A move cannot lie in the future.", "moved_at")
    contact = uuid_of(id, "Contact", "id")
    account = uuid_of(account_id, "Account", "account_id") if account_id is not None else None
    done = await info.context.once(key, moves.move, contact, account, moved_at or now, now, expected)
    return await told(info, "contact", done)
