"""The statement that compares the sums of accounts with the facts, hour by hour."""

from db.sql import statement

_HOURS = range(24)
_KEPT = ", ".join(f"coalesce(sum(h{hour}), 0)::bigint" for hour in _HOURS)
_COUNTED = ", ".join(
    f"coalesce(sum(n) filter (where extract(hour from at) = {hour}), 0)::bigint" for hour in _HOURS
)
_NONE = ", ".join("0::bigint" for _ in _HOURS)
_ANY = " or ".join(f"sum(h{hour}) <> 0" for hour in _HOURS)


def of_accounts() -> str:
    """The statement that finds what differs in the sums of the accounts $1."""
    return statement("account_sums_compared").format(
        by_hour=statement("recount_by_hour"),
        kept_hours=f"array[{_KEPT}]",
        counted_hours=f"array[{_COUNTED}]",
        no_hours=f"array[{_NONE}]",
        any_hour=_ANY,
    )
