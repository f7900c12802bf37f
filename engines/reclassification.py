"""Who caused interactions is told anew: by hand, or by the rules gone through again."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from db.database import Database, Row, Transaction
from db.rows import to_record
from domain.facts import Interaction
from domain.interactions import Actor
from domain.machines import BY_SIGNS, OF_THE_COPY, RULE, SIGNS, ActorRule, Pace
from domain.refusals import Code, Refused
from engines import account_sums, ingest, machines
from engines.machines import Judgement

CONTACTS, WAITING = 500, 2_000
"""How many contacts, and interactions that wait for theirs, are gone through at once."""
_BY_SIGNS = sorted(rule.name for rule in BY_SIGNS)


async def by_hand(tx: Transaction, id: UUID, actor: Actor) -> Interaction:
    """Somebody says who caused an interaction; UNKNOWN leaves it to the rules again."""
    row = await _held(tx, id)
    properties = {name: value for name, value in row["properties"].items() if name != RULE}
    rule: ActorRule | None = ActorRule.BY_HAND
    if actor is Actor.UNKNOWN:
        rule = machines.by_signs(properties)
        actor = Actor.MACHINE if rule else Actor.UNKNOWN
    name = rule.name if rule else None
    if row["contact_id"] is None:
        await tx.run("orphan_judge", id, actor.name, name)
    else:
        said = Judgement(id, row["contact_id"], None, row["occurred_at"], row["actor"], actor.name, name)
        await _apply(tx, [said], [said.contact_id])
    (after,) = await tx.rows("interaction_by_id", [id])
    return to_record(Interaction, after)


async def _held(tx: Transaction, id: UUID) -> Row:
    """The interaction, with its contact locked: it may have gone to another one meanwhile."""
    locked: set[UUID] = set()
    while True:
        rows = await tx.rows("interaction_by_id", [id])
        if not rows:
            raise Refused(Code.NOT_FOUND, "There is no such interaction.", "id")
        contact: UUID | None = rows[0]["contact_id"]
        if contact is None or contact in locked:
            return rows[0]
        await tx.rows("contacts_locked", [contact])
        locked.add(contact)


async def _apply(tx: Transaction, judgements: Sequence[Judgement], contacts: Sequence[UUID]) -> None:
    """Keeps what is known now; all that is counted of these contacts follows, and their copies are judged."""
    async with account_sums.kept_right(tx, contacts):
        await machines.stage(tx, judgements)
        await tx.tell_interactions("judged_note_changes")
        if contacts:
            await ingest.rebuild(tx, contacts)


def _counts_otherwise(said: Judgement) -> bool:
    return (said.was == Actor.MACHINE.name) is not (said.actor == Actor.MACHINE.name)


async def pace(db: Database) -> Pace:
    """How quick and tireless people are at most, as it is kept."""
    (row,) = await db.reads().rows("machine_pace")
    return Pace(*row)


async def anew(db: Database, by: Pace | None = None) -> AsyncIterator[tuple[int, int, int]]:
    """Goes through everything by the rules again; so many contacts of so many, so many interactions changed.

    What was broken off goes on where it stopped, unless another pace is given.
    """
    if by is not None:
        async with db.transaction() as tx:
            await tx.run("machine_pace_set", *(getattr(by, name) for name in Pace.__slots__))
    (sizes,) = await db.reads().rows("recount_sizes")
    (reached,) = await db.reads().rows("reclassification_reached")
    after, done, changed = reached["reclassified_to"], 0, await _waiting(db)
    while True:
        after, seen, judged = await db.write(_contacts, None, None, after)
        done, changed = done + seen, changed + judged
        yield done, max(done, sizes["contacts"]), changed
        if after is None:
            return


async def _contacts(tx: Transaction, after: UUID | None) -> tuple[UUID | None, int, int]:
    """Judges the contacts after one; the last of them, unless there are no more."""
    ids = [row["id"] for row in await tx.rows("contacts_to_reclassify", after, CONTACTS)]
    judgements: list[Judgement] = []
    if ids:
        await tx.rows("contacts_locked", ids)
        judgements = await _judge(tx, ids)
    if judgements:
        await _apply(
            tx, judgements, sorted({said.contact_id for said in judgements if _counts_otherwise(said)})
        )
    until = ids[-1] if len(ids) == CONTACTS else None
    await tx.run("reclassification_reach", until)
    return until, len(ids), len(judgements)


async def _judge(tx: Transaction, contacts: Sequence[UUID]) -> list[Judgement]:
    signs = await tx.rows("signs_to_judge", contacts, list(SIGNS), _BY_SIGNS)
    found = {row["id"]: said for row in signs if (said := _by_signs(row)) is not None}
    copies = await tx.rows("copies_to_judge", contacts)
    if copies:
        for said in await machines.of_copies(tx, copies):
            found.setdefault(said.id, said)
    return list(found.values())


def _by_signs(row: Row) -> Judgement | None:
    actor, rule = _told(row)
    if rule == row["properties"].get(RULE) or actor is None:
        return None
    return Judgement(row["id"], row["contact_id"], None, row["occurred_at"], row["actor"], actor.name, rule)


def _told(row: Row) -> tuple[Actor | None, str | None]:
    """Who it was by the interaction's own signs; None where its source or somebody has said who."""
    known = row["properties"].get(RULE)
    if known == ActorRule.BY_HAND.name or (known is None and row["actor"] != Actor.UNKNOWN.name):
        return None, known
    rule = machines.by_signs({name: value for name, value in row["properties"].items() if name != RULE})
    if rule is None and known in {each.name for each in OF_THE_COPY}:
        return None, known
    return (Actor.MACHINE, rule.name) if rule else (Actor.UNKNOWN, None)


async def _waiting(db: Database) -> int:
    """Judges what waits for its contact, by its own signs."""
    after: UUID | None = None
    changed = 0
    while True:
        async with db.transaction() as tx:
            rows = await tx.rows("orphans_to_judge", after, WAITING)
            for row in rows:
                actor, rule = _told(row)
                if actor is not None and rule != row["properties"].get(RULE):
                    await tx.run("orphan_judge", row["id"], actor.name, rule)
                    changed += 1
        if len(rows) < WAITING:
            return changed
        after = rows[-1]["id"]
