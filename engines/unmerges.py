"""Two that became one become two again: what was moved goes back, what came since stays (docs/merging.md)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from db.changes import Note
from db.database import Row, Transaction
from db.merging import ACCOUNT_REFERENCES, CONTACT_REFERENCES, Reference, repoint
from db.rows import to_record
from domain.changes import ChangeKind
from domain.intake import ENTITIES, REFERENCES
from domain.merges import Merge, undoing
from domain.records import Contact
from domain.refusals import Code, Refused
from engines import account_sums, archived_sums, ingest, purges
from engines.merges import TIES, written


async def unmerge_contacts(tx: Transaction, merge_id: UUID, now: datetime) -> Merge:
    """Undoes a merge of contacts within a day."""
    merge = await _undoable(tx, "contact", merge_id, now)
    winner, loser = await _both(tx, "contact", merge)
    await tx.rows("hierarchy_lock", "contact")
    before, after, held = await _kept(tx, "contact", merge_id)
    ids = (winner.id, merge_id, loser.id)
    async with account_sums.kept_right(tx, [winner.id, loser.id]):
        await _revive(tx, "contact", loser, held, now)
        values = await _standing(tx, undoing(before, after, winner))
        values |= await _part_stays(tx, ids, winner, values)
        await tx.run("unmerge_source_keys", *ids)
        await _go_back(tx, merge_id, CONTACT_REFERENCES, winner.id, loser.id, now)
        await tx.run("unmerge_segment_members", *ids)
        await tx.run("unmerge_close_subscriptions", *ids)
        await written(tx, "contact", winner, values, now)
        await tx.run("unmerge_visitors", *ids)
        await tx.run("unmerge_interaction_keys", *ids)
        await tx.run("unmerge_interactions", *ids)
        await tx.run("interactions_stamp", winner.id)
        await archived_sums.unmerge(tx, winner.id, loser.id)
        await ingest.rebuild(tx, [winner.id, loser.id])
    for account_id in {winner.account_id, values.get("account_id")} - {None}:
        tx.note(Note("contact", ChangeKind.UPDATED, winner.id, None, account_id))
    return await _end(tx, merge_id, now)


async def unmerge_accounts(tx: Transaction, merge_id: UUID, now: datetime) -> Merge:
    """Undoes a merge of accounts within a day."""
    merge = await _undoable(tx, "account", merge_id, now)
    stays = await tx.rows("merge_parts", merge["winner_id"], merge_id, "stay")
    moved = await tx.rows("merge_parts", merge["winner_id"], merge_id, "contact.account_id")
    members = sorted({row["record_id"] for row in (*stays, *moved)})
    await tx.rows("contacts_locked", members)
    winner, loser = await _both(tx, "account", merge)
    await tx.rows("hierarchy_lock", "account")
    before, after, held = await _kept(tx, "account", merge_id)
    ids = (winner.id, merge_id, loser.id)
    async with account_sums.kept_right(tx, members):
        await _revive(tx, "account", loser, held, now)
        values = await _standing(tx, undoing(before, after, winner))
        await tx.run("unmerge_move_stays", *ids)
        await tx.run("unmerge_source_keys", *ids)
        await _go_back(tx, merge_id, ACCOUNT_REFERENCES, winner.id, loser.id, now)
        await written(tx, "account", winner, values, now)
        await archived_sums.stamp(tx, members)
        for stamps in ("unmerge_stamps", "unmerge_mark_stamps", "unmerge_forget_sums", "unmerge_recount"):
            await tx.run(stamps, winner.id, members, loser.id)
    return await _end(tx, merge_id, now)


async def _undoable(tx: Transaction, entity: str, merge_id: UUID, now: datetime) -> Row:
    """The merge; refuses where it cannot be undone, or not yet."""
    found = await tx.rows("merge_locked", merge_id)
    if not found or found[0]["entity"] != entity:
        message = (
            f"There is no such merge of {entity}s: where one of the two was deleted, none is left to undo."
        )
        raise Refused(Code.NOT_FOUND, message, "merge_id")
    merge = found[0]
    if merge["undone_at"] is not None:
        raise Refused(Code.OUT_OF_ORDER, "The merge was undone before.", "merge_id")
    if now >= merge["undoable_until"]:
        until = merge["undoable_until"].isoformat()
        raise Refused(Code.TOO_LATE, f"The merge could be undone until {until}.", "merge_id")
    if await tx.rows("merges_later", merge_id):
        message = "A later merge stands on this one: undo that one first."
        raise Refused(Code.OUT_OF_ORDER, message, "merge_id")
    return merge


async def _both(tx: Transaction, entity: str, merge: Row) -> tuple[Any, Any]:
    """The two records, locked in the order of their ids."""
    ids = (merge["winner_id"], merge["loser_id"])
    found = {one.id: one for one in await tx.records(ENTITIES[entity], f"{entity}_locked", list(ids))}
    if len(found) < len(ids):
        message = f"One of the two {entity}s was deleted: the merge cannot be undone any more."
        raise Refused(Code.NOT_FOUND, message, "merge_id")
    return found[ids[0]], found[ids[1]]


async def _kept(tx: Transaction, entity: str, merge_id: UUID) -> list[Any]:
    """The winner before and after, and the loser before."""
    rows = await tx.rows(f"merged_{entity}s_kept", merge_id)
    return [to_record(ENTITIES[entity], row) for row in rows]


async def _part_stays(
    tx: Transaction, ids: tuple[UUID, UUID, UUID], winner: Contact, values: dict[str, Any]
) -> dict[str, Any]:
    """Each has its own stays again; the winner belongs to the account that its present stay is in."""
    await tx.run("unmerge_cut_stays", *ids[:2])
    await tx.run("unmerge_drop_pieces", *ids[:2])
    await tx.run("unmerge_ended_stays", *ids[:2])
    await tx.run("unmerge_stays", *ids[:2])
    rows = await tx.rows("membership_present", winner.id)
    account_id = rows[0]["account_id"] if rows else None
    parent = values.get("parent_contact_id", winner.parent_contact_id)
    return {"account_id": account_id, "parent_contact_id": None if account_id else parent}


async def _go_back(
    tx: Transaction,
    merge_id: UUID,
    references: Sequence[Reference],
    winner_id: UUID,
    loser_id: UUID,
    now: datetime,
) -> None:
    """What named the loser names it again, unless it was changed to name another."""
    for reference in references:
        rows = await tx.rows("merge_parts", winner_id, merge_id, reference.part)
        ids = [row["record_id"] for row in rows]
        if ids and reference.part == "contact.account_id":
            ids = [row["contact_id"] for row in await tx.rows("members_now_of", loser_id, ids)]
        if ids:
            await repoint(tx, reference, winner_id, loser_id, now, ids)


async def _revive(tx: Transaction, entity: str, loser: Any, held: Any, now: datetime) -> None:
    """The loser is what it was, tied to what is still there."""
    ties = {name: getattr(held, name) for name in TIES[entity]}
    values = {"state": held.state, "master_id": None, **await _standing(tx, ties)}
    await written(tx, entity, loser, values, now)


async def _standing(tx: Transaction, values: dict[str, Any]) -> dict[str, Any]:
    """The values, with what stands now in the place of what they name; nothing where that is gone."""
    found = dict(values)
    for name, target in values.items():
        if target is not None and REFERENCES.get(name) in TIES:
            rows = await tx.rows(f"{REFERENCES[name]}_standing", target)
            found[name] = rows[0]["id"] if rows else None
    return found


async def _end(tx: Transaction, merge_id: UUID, now: datetime) -> Merge:
    await purges.forget(tx, merge_id)
    await tx.run("merge_undone", merge_id, now, tx.actor)
    (undone,) = await tx.records(Merge, "merge_by_id", [merge_id])
    return undone
