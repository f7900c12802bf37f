"""Cursors: where a page ends, tied to the order that they were made under."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import b2a_base64
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from domain.refusals import Code, Refused

_READ: Mapping[str, Callable[[Any], Any]] = {
    "timestamptz": datetime.fromisoformat,
    "text": str,
    "bigint": int,
}


def cursors(order: str, type: str) -> Callable[[Any, UUID], str]:
    """What makes the cursor of a record under an order: of its value there, and its id."""
    if type == "text":
        return lambda value, id: (
            urlsafe_b64encode(orjson.dumps((order, value, str(id)))).rstrip(b"=").decode()
        )
    # No moment, number or id holds a character that base64 would write as + or /.
    return lambda value, id: (
        b2a_base64(orjson.dumps((order, value, str(id))), newline=False).rstrip(b"=").decode()
    )


def from_cursor(cursor: str, order: str, type: str) -> tuple[Any, UUID]:
    """The value and id that a cursor stands for; refuses one that was made under another order."""
    try:
        padded = cursor.encode() + b"=" * (-len(cursor) % 4)
        made_under, value, id = orjson.loads(urlsafe_b64decode(padded))
        if made_under == order:
            return _READ[type](value), UUID(id)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Refused(Code.INVALID, "This is not a cursor of this list: take one from its edges.") from None
    raise Refused(
        Code.INVALID, f"This cursor was made under the order {made_under}; this list is ordered by {order}."
    )
