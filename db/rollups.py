"""The sums of accounts are written in one way: from counts by hour to all time, months and days."""

from functools import cache

from db.sql import statement

_HOURS = range(24)
HOURS = ", ".join(f"h{hour}" for hour in _HOURS)
_SUMMED = ", ".join(f"sum(n) filter (where hour = {hour})::int" for hour in _HOURS)
_ADDED = ", ".join(
    f"h{hour} = case when excluded.h{hour} is null then known.h{hour}"
    f" else coalesce(known.h{hour}, 0) + excluded.h{hour} end"
    for hour in _HOURS
)
_EMPTY = " and ".join(f"coalesce(h{hour}, 0) = 0" for hour in _HOURS)


@cache
def added(by_hour: str, taken: str = "") -> str:
    """The statement that adds counts by hour to the sums, in one order for all, so that nobody deadlocks."""
    source = statement(by_hour)
    return statement("account_sums_add").format(
        taken=taken, by_hour=source, hours=HOURS, summed=_SUMMED, added=_ADDED
    )


@cache
def left() -> str:
    """The statement that leaves what a batch adds to the sums beside them."""
    return statement("additions_store").format(by_hour=statement("staged_by_hour"))


@cache
def folded() -> str:
    """The statement that folds what was left beside the sums of some accounts into them."""
    return added("additions_by_hour", f"{statement('additions_taken')}\n")


@cache
def emptied() -> str:
    """The statement that drops sums in which nothing is left."""
    return statement("account_sums_drop_empty").format(empty=_EMPTY)
