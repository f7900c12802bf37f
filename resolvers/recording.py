"""Interactions handed in by a mutation: entries in, results out."""

from collections.abc import Sequence
from typing import Any

from domain.recording import LARGEST, InteractionOutcome
from domain.refusals import Code, Refused
from engines import recording
from engines.answers import Asked, Repeated
from engines.recording import Entry, Recorded, Result
from resolvers import lookups
from resolvers.context import Info


async def record(info: Info, entries: Sequence[Entry], key: Asked | None) -> Recorded:
    """Takes the entries in, as far as they are possible."""
    if not entries:
        raise Refused(Code.REQUIRED, "There are no interactions: give at least one.", "interactions")
    if len(entries) > LARGEST:
        message = (
            f"1 to {LARGEST:,} interactions can be handed in at once; these are {len(entries):,}: send them"
            " in parts, or to /ingest, which takes any number."
        )
        raise Refused(Code.TOO_MANY, message, "interactions")
    context = info.context
    entries = await recording.possible(context.database, entries, context.now)
    done = await context.once(key, recording.record, entries, context.now)
    return recording.repeated(done.told) if isinstance(done, Repeated) else done


def count(done: Recorded, outcome: InteractionOutcome) -> int:
    """How many entries came to this."""
    return sum(result.outcome is outcome for result in done.results)


async def interaction(info: Info, result: Result) -> Any:
    """The interaction that an entry became, as it is now."""
    return None if result.id is None else await info.context.load(lookups.interaction, result.id)
