"""A few documents made from the schema; `tests/schema/fuzz.py` asks many."""

from tests.schema.fuzz import fuzz


def test_whatever_is_asked_no_fault_is_ours(serving: str) -> None:
    assert fuzz(serving, 80)["ANSWERED"] > 0
