"""Cursors: where a page ends, tied to the list, the order and the search that they were made under."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import b2a_base64
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from domain.refusals import Code, Refused

_READ: Mapping[str, Callable[[Any], Any]] = {
    "timestamptz": datetime.fromisoformat,
    "date": date.fromisoformat,
    "text": str,
    "bigint": int,
    "boolean": bool,
    "numeric": Decimal,
}
_WORDS = re.compile(r"\w[\w ]{0,149}", re.ASCII)


def cursors(order: str, type: str) -> Callable[[Any, UUID], str]:
    """What makes the cursor of a record under an order: of its value there, which may be none, and its id."""
    if type in ("text", "custom"):
        return lambda value, id: (
            urlsafe_b64encode(orjson.dumps((order, value, str(id)), default=str)).rstrip(b"=").decode()
        )
    # No moment, number or id holds a character that base64 would write as + or /.
    return lambda value, id: (
        b2a_base64(orjson.dumps((order, value, str(id)), default=str), newline=False).rstrip(b"=").decode()
    )


def from_cursor(cursor: str, order: str, type: str, argument: str) -> tuple[Any, UUID]:
    """The value and id that a cursor stands for; refuses one that was made under another order."""
    try:
        padded = cursor.encode() + b"=" * (-len(cursor) % 4)
        made_under, value, id = orjson.loads(urlsafe_b64decode(padded))
        if made_under == order:
            return None if value is None else _READ[type](value), UUID(id)
        if not _WORDS.fullmatch(made_under):
            raise ValueError("no order has such a name")
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError):
        raise not_a_cursor(argument) from None
    raise Refused(
        Code.INVALID,
        f"This cursor was made under {made_under}; what is asked for is {order}:"
        " begin without a cursor, or ask as the page that it came from was asked for.",
        argument,
    )


def not_a_cursor(argument: str) -> Refused:
    """Why what was given as that argument says no place."""
    return Refused(Code.INVALID, "This is not a cursor of this list: take one from its edges.", argument)
