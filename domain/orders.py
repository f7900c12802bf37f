"""What records can be ordered by: every field shown that has an order (domain.md R13, R44, R65)."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from domain.fields import E, Field, completed, fields_of, spelled
from domain.options import Option

_ORDERED = (str, int, Decimal, date, datetime, bool)
_OF_PEOPLE = frozenset({"employee_id"})
"""What ends like an id, but is a number that people give: any other id has no order that means anything."""


def orders(record: Any, **named: str) -> Callable[[E], E]:
    """Makes an enum of some orders into one of all orders of a record, as `domain.fields.completed` says."""
    return completed(fields_of(record).values(), has_order, words_of, named)


def has_order(field: Field) -> bool:
    """Whether records can be ordered by the field, as a reader would expect it."""
    if field.name.endswith("_id") and field.name not in _OF_PEOPLE:
        return False
    return not field.several and _is_ordered(field.kind)


def _is_ordered(kind: Any) -> bool:
    return kind in _ORDERED or (isinstance(kind, type) and issubclass(kind, Option))


def words_of(field: Field) -> str:
    """The words of an order, made of its field's name."""
    return f"By {spelled(field.name)}{', no before yes' if field.kind is bool else ''}."
