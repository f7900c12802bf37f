"""`leadgraph recount` and `leadgraph reclassify`: what is kept is compared with the facts, and machines told anew."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from db.database import Database
from domain.machines import Pace
from engines import reclassification
from engines.recount import Difference, recount
from server.imports import WIDE, escape
from server.progress import progress

SAME, DIFFERENT = 0, 1
SHOWN = 50
"""Differences that the table shows; --json gives all of them."""


async def run_recount(db: Database, *, repair: bool, as_json: bool) -> int:
    """Compares everything, mends it where asked for, says what differed; returns the command's exit status."""
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
        table.add_row(one.table, str(one.owner), escape(one.kind), escape(one.detail), *numbers, escape(other))
    out.print(table)
    more = f" The first {SHOWN} are shown; --json gives all." if len(found) > SHOWN else ""
    mended = " They have been mended." if repaired else " `leadgraph recount --repair` mends them."
    out.print(f"{len(found):,} differ from the facts.{more}{mended}", soft_wrap=True)


async def run_reclassify(db: Database, given: dict[str, float | None]) -> int:
    """Judges everything by the rules again; a pace that is given holds from now on."""
    chosen = {name: value for name, value in given.items() if value is not None}
    changed = done = 0
    with progress("Judging") as advance:
        pace = await reclassification.pace_with(db, chosen) if chosen else None
        async for done, total, changed in reclassification.anew(db, pace):
            advance(done, total)
    print(f"{changed:,} interactions of {done:,} contacts are of another actor than was known, or by another rule.")
    return SAME


def rules(pace: Pace) -> list[tuple[str, float]]:
    """The pace as it holds, by the names of its options."""
    return [(name, getattr(pace, name)) for name in Pace.__slots__]
