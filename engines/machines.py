"""Machines told from people, as interactions come in (domain/machines.py has the rules).

An interaction's own signs are read before it is stored. What a copy's interactions tell together is read when
they are: for the copies that a batch has touched, whatever the batch holds of them, so that neither the order
nor the batches in which they come make a difference.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from crawleruseragents import is_crawler

from db import rollups
from db.database import Row, Transaction
from domain.facts import Attributes, NewInteraction
from domain.interactions import Actor, InteractionType
from domain.machines import OF_THE_COPY, RULE, ActorRule, Met, Pace, judged, sign
from engines import account_sums

_OF_THE_COPY = sorted(rule.name for rule in OF_THE_COPY)


class Judgement(NamedTuple):
    """Something else that is known of who caused an interaction."""

    id: UUID
    contact_id: UUID
    copy_id: UUID | None
    occurred_at: Any
    was: str
    actor: str
    rule: str | None


def told(new: NewInteraction) -> tuple[Actor, Attributes]:
    """Who caused an interaction handed in, and its properties with the rule that says so.

    What the source states stands; the rule is ours to keep, whatever comes by its name.
    """
    properties = dict(new.properties or {})
    properties.pop(RULE, None)
    if new.actor is not Actor.UNKNOWN:
        return new.actor, properties
    rule = by_signs(properties)
    if rule is None:
        return Actor.UNKNOWN, properties
    return Actor.MACHINE, {**properties, RULE: rule.name}


def by_signs(properties: Attributes) -> ActorRule | None:
    """The rule by which an interaction's own signs tell a machine."""
    return sign(properties, is_crawler) if properties else None


async def follow(tx: Transaction) -> bool:
    """Judges the copies that the staged interactions touch, before these are measured.

    Whether others than these are judged anew: then the sums have to be settled when they are written.
    """
    copies = await tx.rows("staged_copies_to_judge", _OF_THE_COPY)
    judgements = await of_copies(tx, copies) if copies else []
    if not judgements:
        return False
    await stage(tx, judgements)
    staged = await tx.run("staged_judge")
    await tx.tell_interactions("judged_note_changes")
    await tx.run("staged_measure_judged")
    await tx.run("judged_marks_forget")
    await tx.run("judged_marks_store", *_spans(copies))
    return staged < len(judgements)


async def settle(tx: Transaction) -> None:
    """Reads first and last again where something left the sums that are written now."""
    await tx.run("judged_sums_reread")
    await tx.run("judged_sums_drop_empty")
    await tx.run("stage_sums")
    await tx.run("staged_sums_clear")
    await tx.run("judged_sums_leave")
    await account_sums.fold_staged(tx)
    await account_sums.reread(tx)
    await tx.run("account_sums_drop_empty", text=rollups.emptied())


async def of_copies(tx: Transaction, copies: Sequence[Row]) -> list[Judgement]:
    """What the rules say of these copies now, where it is not what was said before."""
    (row,) = await tx.rows("machine_pace")
    pace = Pace(*row)
    delivered = {(copy["contact_id"], copy["copy_id"]): copy["delivered_at"] for copy in copies}
    by_copy = itemgetter("contact_id", "copy_id")
    found = sorted(await tx.rows("met_of_copies", *_spans(copies)), key=by_copy)
    return [
        judgement
        for key, met in groupby(found, key=by_copy)
        for judgement in _of_copy(list(met), delivered[key], pace)
    ]


def _of_copy(rows: Sequence[Row], delivered_at: Any, pace: Pace) -> Iterable[Judgement]:
    by_id = {row["id"]: row for row in rows}
    for id, rule in judged([_met(row) for row in rows], delivered_at, pace).items():
        row, name = by_id[id], rule.name if rule else None
        if name != row["rule"]:
            actor = (Actor.MACHINE if rule else Actor.UNKNOWN).name
            yield Judgement(
                id, row["contact_id"], row["copy_id"], row["occurred_at"], row["actor"], actor, name
            )


def _met(row: Row) -> Met:
    rule = ActorRule[row["rule"]] if row["rule"] else None
    kind, actor = InteractionType[row["type"]], Actor[row["actor"]]
    return Met(row["id"], kind, row["occurred_at"], actor, rule, row["link"])


async def stage(tx: Transaction, judgements: Sequence[Judgement]) -> None:
    """Keeps what is known now with the interactions, and leaves it staged."""
    await tx.run("stage_judgements")
    await tx.run("judgements_clear")
    await tx.copy("stage_judgement", Judgement._fields, judgements)
    await tx.run("judgements_store")


def _spans(copies: Sequence[Row]) -> list[list[Any]]:
    return [[copy[name] for copy in copies] for name in ("contact_id", "copy_id", "first_at", "last_at")]
