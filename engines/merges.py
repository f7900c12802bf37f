"""Two contacts or two accounts become one: all that hangs on the loser follows (docs/merging.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from db import writes
from db.changes import Note
from db.database import Transaction
from db.ids import uuid7
from db.merging import ACCOUNT_REFERENCES, CONTACT_REFERENCES, Reference, repoint
from domain.changes import ChangeKind
from domain.intake import ENTITIES
from domain.merges import UNDOABLE, Choice, Merge, account_values, contact_values
from domain.options import State
from domain.protection import ConsentSource
from domain.records import Account, Contact
from domain.refusals import Code, Refused, Stale
from engines import account_sums, archived_sums, custom_fields, ingest, pointers, purges, records, rules
from engines.consent import Because, because

Versions = tuple[int | None, int | None]
"""The versions of winner and loser that a client knows."""


async def merge_contacts(
    tx: Transaction,
    winner_id: UUID,
    loser_id: UUID,
    choice: Choice,
    now: datetime,
    expected: Versions = (None, None),
) -> Merge:
    """Merges a contact into another one, with its interactions, stays, leads and all that names it."""
    await purges.purge(tx, now)
    winner, loser = await _both(tx, "contact", winner_id, loser_id, expected)
    await _refuse_family(tx, winner, loser)
    await _lock_accounts(tx, {winner.account_id, loser.account_id})
    await tx.rows("hierarchy_lock", "contact")
    merge_id = await _begin(tx, "contact", winner_id, loser_id, now)
    values = await _of_now(tx, "contact", contact_values(winner, loser, choice))
    async with account_sums.kept_right(tx, [winner_id, loser_id]):
        await _merge_stays(tx, merge_id, winner, loser, values, now)
        await tx.run("merge_source_keys", winner_id, merge_id, loser_id, "contact")
        await tx.run("merge_close_subscriptions", winner_id, merge_id, loser_id, now)
        await tx.run("merge_segment_members", winner_id, merge_id, loser_id)
        await _repoint(tx, merge_id, CONTACT_REFERENCES, winner_id, loser_id, now)
        await _become_pointer(tx, "contact", loser, winner_id, now)
        await _write(tx, "contact", winner, values, choice, now)
        await tx.run("merge_interactions", winner_id, merge_id, loser_id)
        await tx.run("merge_interaction_keys", winner_id, merge_id)
        await tx.run("interactions_stamp", winner_id)
        await archived_sums.merge(tx, winner_id, loser_id)
        await ingest.rebuild(tx, [winner_id, loser_id])
    for account_id in {winner.account_id, values.get("account_id")} - {None}:
        tx.note(Note("contact", ChangeKind.UPDATED, winner_id, None, account_id))
    return await _end(tx, "contact", merge_id)


async def merge_accounts(
    tx: Transaction,
    winner_id: UUID,
    loser_id: UUID,
    choice: Choice,
    now: datetime,
    expected: Versions = (None, None),
) -> Merge:
    """Merges an account into another one, with its contacts, their stays, and all that names it."""
    await purges.purge(tx, now)
    members = await lock_members(tx, loser_id)
    winner, loser = await _both(tx, "account", winner_id, loser_id, expected)
    members = await lock_members(tx, loser_id, members)
    await tx.rows("hierarchy_lock", "account")
    merge_id = await _begin(tx, "account", winner_id, loser_id, now)
    values = await _of_now(tx, "account", account_values(winner, loser, choice))
    async with account_sums.kept_right(tx, members):
        await tx.run("merge_move_stays", winner_id, merge_id, loser_id)
        await tx.run("merge_source_keys", winner_id, merge_id, loser_id, "account")
        await _repoint(tx, merge_id, ACCOUNT_REFERENCES, winner_id, loser_id, now)
        await _become_pointer(tx, "account", loser, winner_id, now)
        await _write(tx, "account", winner, values, choice, now)
        for stamps in ("merge_stamps", "merge_mark_stamps", "merge_sum_stamps"):
            await tx.run(stamps, winner_id, loser_id, members)
        await archived_sums.stamp(tx, members)
    return await _end(tx, "account", merge_id)


async def _of_now(tx: Transaction, entity: str, values: dict[str, Any]) -> dict[str, Any]:
    """The values without those of custom fields that are gone."""
    if "custom" in values:
        values["custom"] = await custom_fields.still_kept(tx, entity, values["custom"])
    return values


async def lock_members(tx: Transaction, account_id: UUID, known: Sequence[UUID] = ()) -> list[UUID]:
    """Everyone who is or was a member of the account, locked in order: nobody moves or acts meanwhile."""
    rows = await tx.rows("contacts_of_account_locked", account_id)
    return sorted({row["id"] for row in rows} | set(known))


async def _both(
    tx: Transaction, entity: str, winner_id: UUID, loser_id: UUID, expected: Versions
) -> tuple[Any, Any]:
    """The two records, locked in the order of their ids; refuses what cannot be merged."""
    if winner_id == loser_id:
        raise Refused(Code.INVALID, f"The {entity} cannot be merged into itself.", "loser_id")
    rows = await tx.records(ENTITIES[entity], f"{entity}_locked", [winner_id, loser_id])
    found = {record.id: record for record in rows}
    for id, role, version in zip((winner_id, loser_id), ("winner", "loser"), expected, strict=True):
        known = found.get(id)
        if known is None:
            raise Refused(Code.NOT_FOUND, f"There is no such {entity}.", f"{role}_id")
        await _check(tx, entity, known, role, version)
    return found[winner_id], found[loser_id]


async def _check(tx: Transaction, entity: str, known: Any, role: str, version: int | None) -> None:
    if known.master_id is not None:
        raise pointers.refusal(entity, f"{role}_id")
    if known.state is State.INACTIVE:
        raise Refused(Code.INACTIVE, f"An inactive {entity} cannot be merged: activate it.", f"{role}_id")
    try:
        await records.check_version(tx, known, version)
    except Stale as stale:
        stale.path = ("expected_versions", role)
        raise


async def _refuse_family(tx: Transaction, winner: Contact, loser: Contact) -> None:
    """A child and its guardian are two; and nobody is merged while asked for by a data-subject request."""
    if winner.guardian_id == loser.id or loser.guardian_id == winner.id:
        message = "One of the two is the other's guardian: a child and its guardian are two people."
        raise Refused(Code.NOT_A_GUARDIAN, message, "loser_id")
    if await tx.rows("merge_asked_about", [winner.id, loser.id]):
        message = "A data-subject request about one of the two is being worked on: merge them afterwards."
        raise Refused(Code.LOCKED, message, "loser_id")


async def _lock_accounts(tx: Transaction, accounts: set[UUID | None]) -> None:
    if wanted := [id for id in accounts if id is not None]:
        await tx.rows("account_locked", wanted)


async def _begin(tx: Transaction, entity: str, winner_id: UUID, loser_id: UUID, now: datetime) -> UUID:
    """Keeps that they are merged, and what both were."""
    id = uuid7(now)
    await tx.run("merge_add", id, entity, winner_id, loser_id, now, tx.actor, now + UNDOABLE)
    await tx.run(f"merge_{entity}s_before", id)
    return id


async def _end(tx: Transaction, entity: str, merge_id: UUID) -> Merge:
    await tx.run(f"merge_{entity}s_after", merge_id)
    (made,) = await tx.records(Merge, "merge_by_id", [merge_id])
    return made


async def _merge_stays(
    tx: Transaction,
    merge_id: UUID,
    winner: Contact,
    loser: Contact,
    values: Mapping[str, Any],
    now: datetime,
) -> None:
    """The winner's stays go before, the loser's fill what is left; a chosen account begins now."""
    account_id = values.get("account_id", winner.account_id)
    follows = winner.account_id is None and account_id is not None
    await tx.run("merge_keep_stays", winner.id, merge_id, loser.id)
    await tx.run("merge_fill_stays", winner.id, merge_id, loser.id, None if follows else now)
    await tx.run("merge_drop_stays", loser.id)
    if account_id == winner.account_id or follows:
        return
    for stay in await tx.rows("memberships_of_contact", [winner.id]):
        if stay["to_at"] is None and stay["from_at"] >= now:
            message = "The winner's present stay in its account has only begun: it cannot move on yet."
            raise Refused(Code.OUT_OF_ORDER, message, "take")
    if account_id is not None:
        await tx.run("merge_cut_stay", winner.id, merge_id, now, account_id)
    else:
        await tx.run("merge_end_stay", winner.id, merge_id, now)


async def _repoint(
    tx: Transaction,
    merge_id: UUID,
    references: Sequence[Reference],
    winner_id: UUID,
    loser_id: UUID,
    now: datetime,
) -> None:
    """What names the loser names the winner, and can be told apart again."""
    for reference in references:
        moved = await repoint(tx, reference, loser_id, winner_id, now)
        if moved:
            await tx.run("merge_part_add", winner_id, merge_id, reference.part, moved)


async def _become_pointer(tx: Transaction, entity: str, loser: Any, winner_id: UUID, now: datetime) -> None:
    """The loser keeps its texts, and nothing that ties it to others but the way to the winner."""
    ties = {name: None for name in TIES[entity] if getattr(loser, name) is not None}
    await written(tx, entity, loser, {"state": State.INACTIVE, "master_id": winner_id, **ties}, now)


TIES = {
    "contact": ("account_id", "parent_contact_id", "guardian_id"),
    "account": ("parent_account_id", "primary_contact_id"),
}
"""What a pointer lets go of, and gets back when the merge is undone."""


async def _write(
    tx: Transaction, entity: str, winner: Any, values: dict[str, Any], choice: Choice, now: datetime
) -> None:
    """The winner as it is now; refuses what a rule forbids, and fills no place that would close a circle."""
    parent, group = _PARENTS[entity]
    above = values.get(parent, getattr(winner, parent))
    if above is not None and await tx.rows(f"{entity}_lies_above", above, winner.id):
        if parent not in values or group in choice.take:
            message = (
                f"The {entity} would come to lie above itself: place it elsewhere before they are merged."
            )
            raise Refused(Code.CYCLE, message, "winner_id")
        del values[parent]
    after = replace(winner, **values)
    (broken,) = await rules.broken(tx, entity, [(winner, after)])
    if isinstance(after, Contact) and after.is_child and await tx.rows("contact_has_wards", after.id):
        message = "One of the two is a child and the other a guardian, which no child can be."
        broken.append(Refused(Code.NOT_A_GUARDIAN, message, "loser_id"))
    if broken:
        raise Refused.several(broken)
    await written(tx, entity, winner, values, now)


_PARENTS = {
    "contact": ("parent_contact_id", "ACCOUNT"),
    "account": ("parent_account_id", "PARENT_ACCOUNT"),
}


async def written(tx: Transaction, entity: str, known: Account | Contact, values: Any, now: datetime) -> None:
    """Writes a locked record and does what follows from its change."""
    changes = {name: value for name, value in values.items() if getattr(known, name) != value}
    await writes.update(tx, entity, known, changes, now)
    with because(Because(ConsentSource.MERGE)):
        await records.follow_up(tx, entity, known, replace(known, **changes), now)
