"""A plan at work: its statements, each after the one whose rows it reads on from, the rest beside them."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from resolvers.context import Context
from resolvers.levels import ROOT
from schema.plan.levels import Asks, Root, Step

_NOTHING: Mapping[Any, Any] = {}


class Other(Protocol):
    """What finds its part of an answer by itself."""

    async def run(self, context: Context, asks: Asks) -> Any:
        """What it found."""


async def run_all(
    context: Context, roots: Sequence[Root], others: Sequence[Other], asks: Asks, steps: int
) -> list[Any]:
    """What all statements found: the steps by number, the others from the end."""
    found: list[Any] = [_NOTHING] * steps

    async def other(place: int, asked: Other) -> None:
        found[-place] = await asked.run(context, asks)

    acts = [run(context, root.step, root.keys(asks), asks, found) for root in roots]
    await at_once([*acts, *(other(place, asked) for place, asked in enumerate(others, 1))])
    return found


async def run(context: Context, step: Step, keys: tuple[UUID, ...], asks: Asks, found: list[Any]) -> None:
    """Runs a step and what reads on from it: beside it where its keys are theirs, else after it."""
    if not keys:
        return
    level = step.make(step, asks)
    if not step.following:
        found[step.number] = await context.rows(level, keys)
        return
    known = step.keyed_by_id and keys != (ROOT,)
    beside = [next for next in step.following if known and next.key == 0 and not next.unless]
    after = [next for next in step.following if next not in beside]

    async def first() -> None:
        rows = found[step.number] = await context.rows(level, keys)
        if after:
            values = list(step.rows(rows))
            await at_once([run(context, next, next.keys(values), asks, found) for next in after])

    await at_once([first(), *(run(context, next, keys, asks, found) for next in beside)])


async def at_once(acts: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Runs them beside each other."""
    if len(acts) == 1:
        await acts[0]
    else:
        await asyncio.gather(*acts)
