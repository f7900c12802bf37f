"""Takes single interactions in, each with a result of its own; what is refused leaves the others be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from db.database import Database, Transaction
from domain.custom_interactions import CustomInteractionTypes
from domain.facts import NewInteraction
from domain.interactions import InteractionType
from domain.recording import InteractionOutcome
from domain.refusals import Code, Refused
from engines import ingest, interaction_types
from engines.ingest import Outcome, Taken

STRANGER = Refused(Code.NOT_FOUND, Outcome.STRANGER.value, "contactId")
Entry = NewInteraction | Refused


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one entry: its interaction's id, where there is one, or why it was refused."""

    index: int
    outcome: InteractionOutcome
    id: UUID | None = None
    refused: tuple[Refused, ...] = ()


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of all entries, in their order."""

    results: tuple[Result, ...]
    records: tuple[()] = ()

    @property
    def told(self) -> list[Any]:
        """The results, for who asks again under the same key."""
        return [
            [
                one.outcome.name,
                str(one.id) if one.id is not None else None,
                [[refused.code.name, refused.message, list(refused.path)] for refused in one.refused],
            ]
            for one in self.results
        ]


def repeated(told: Sequence[Any]) -> Recorded:
    """The results as they were told the first time."""
    return Recorded(
        tuple(
            Result(
                index,
                InteractionOutcome[outcome],
                UUID(id) if id is not None else None,
                tuple(Refused(Code[code], message, *path) for code, message, path in refused),
            )
            for index, (outcome, id, refused) in enumerate(told)
        )
    )


class Declared:
    """The declared types, for a few interactions: looked up when one asks, and once anew."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._found: CustomInteractionTypes | None = None
        self._fresh = False

    async def settled(self, new: NewInteraction) -> NewInteraction:
        """The interaction as it is kept; refuses one of a type that nobody has declared."""
        if new.type is not InteractionType.CUSTOM:
            return new
        if self._found is None:
            self._found = await interaction_types.known(self._db)
        try:
            return self._found.settled(new)
        except Refused:
            if self._fresh:
                raise
        self._found, self._fresh = await interaction_types.known(self._db, fresh=True), True
        return self._found.settled(new)


async def possible(db: Database, entries: Sequence[Entry], now: datetime) -> list[Entry]:
    """The entries, refused where they cannot be interactions; their months are prepared."""
    declared, found = Declared(db), list[Entry]()
    for entry in entries:
        try:
            if isinstance(entry, NewInteraction):
                ingest.check(entry, now)
                entry = await declared.settled(entry)
        except Refused as refused:
            entry = refused
        found.append(entry)
    await db.prepare_months(entry.occurred_at for entry in found if isinstance(entry, NewInteraction))
    return found


async def record(tx: Transaction, entries: Sequence[Entry], now: datetime) -> Recorded:
    """Takes in what is possible."""
    news = [entry for entry in entries if isinstance(entry, NewInteraction)]
    taken = iter(await ingest.take_in(tx, news, now)) if news else iter(())
    return Recorded(
        tuple(
            _result(index, next(taken) if isinstance(entry, NewInteraction) else entry)
            for index, entry in enumerate(entries)
        )
    )


def _result(index: int, became: Taken | Refused) -> Result:
    if isinstance(became, Taken) and became.outcome is Outcome.STRANGER:
        became = STRANGER
    if isinstance(became, Refused):
        return Result(index, InteractionOutcome.REFUSED, refused=became.all)
    kept = became.outcome is not Outcome.DO_NOT_TRACK
    return Result(index, InteractionOutcome[became.outcome.name], became.id if kept else None)
