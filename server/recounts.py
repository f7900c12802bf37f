"""`leadgraph recount` compares what is kept with the facts, `leadgraph reclassify` tells machines anew."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from rich.console import Console
from rich.table import Table

from db.database import Database
from domain.machines import Pace
from engines import reclassification
from engines.recount import Difference, recount
from server.imports import WIDE, escape
from server.progress import progress

SAME, DIFFERENT, MISUSED = 0, 1, 2
SHOWN = 50
"""Differences that the table shows; --json gives all of them."""


async def run_recount(db: Database, *, repair: bool, as_json: bool) -> int:
    """Compares everything, mends it where asked for, says what differed; returns the exit status."""
    found: list[Difference] = []
    done = 0
    with progress("Counting") as advance:
        async for reached in recount(db, repair=repair):
            found += reached.found
            done = reached.total
            advance(reached.done, reached.total)
    if as_json:
        print(json.dumps(_told(found, done, repair), indent=2, default=str))
    else:
        _show(found, done, repair)
    return DIFFERENT if found else SAME


def _told(found: Sequence[Difference], owners: int, repaired: bool) -> dict[str, Any]:
    differences = [asdict(one) | {"words": one.words} for one in found]
    return {"owners": owners, "repaired": repaired, "differences": differences}


def _show(found: Sequence[Difference], owners: int, repaired: bool) -> None:
    out = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
    if not found:
        out.print(f"All sums of {owners:,} contacts and accounts are those of the facts.")
        return
    table = Table("kept in", "owner", "kind", "of", "kept", "counted", "otherwise")
    for one in found[:SHOWN]:
        other = "" if one.kept != one.counted else one.what
        numbers = (f"{one.kept:,}", f"{one.counted:,}")
        table.add_row(
            one.table, str(one.owner), escape(one.kind), escape(one.detail), *numbers, escape(other)
        )
    out.print(table)
    more = f" The first {SHOWN} are shown; --json gives all." if len(found) > SHOWN else ""
    mended = " They have been mended." if repaired else " `leadgraph recount --repair` mends them."
    out.print(f"{len(found):,} differ from the facts.{more}{mended}", soft_wrap=True)


async def run_reclassify(db: Database, given: Sequence[str]) -> int:
    """Judges everything by the rules again; a pace that is given holds from now on."""
    try:
        pace = with_given(await reclassification.pace(db), given)
    except ValueError as fault:
        print(f"leadgraph: {fault}", file=sys.stderr)
        return MISUSED
    changed = done = 0
    with progress("Judging") as advance:
        async for reached in reclassification.anew(db, pace if given else None):
            done, total, changed = reached
            advance(done, total)
    told = ", ".join(f"{name} {value}" for name, value in asdict(pace).items())
    print(f"The rules: {told}.")
    print(f"{changed:,} interactions of {done:,} contacts were judged otherwise than before.")
    return SAME


def with_given(pace: Pace, given: Sequence[str]) -> Pace:
    """The pace with what was given as name=number; says what is wrong with what cannot be one."""
    values: dict[str, int] = {}
    for each in given:
        name, _, number = each.partition("=")
        known = name.strip().replace("-", "_")
        if known not in Pace.__slots__:
            raise ValueError(f"{name!r} is none of {', '.join(Pace.__slots__)}.")
        if not number.strip().isdecimal() or int(number) > 1_000_000_000:
            raise ValueError(f"{name} has to be a whole number, 0 to turn the rule off: {name}=5.")
        values[known] = int(number)
    return replace(pace, **values)
