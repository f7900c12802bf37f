"""Merging, undoing it, and what might be merged."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from db import duplicates
from db.loaders import Many, One
from domain.duplicates import (
    LARGEST_PAGE,
    USUAL_PAGE,
    AccountDuplicate,
    AccountLikeness,
    ContactDuplicate,
    ContactLikeness,
    Group,
    Likeness,
)
from domain.merges import Choice, Merge
from domain.refusals import Code, Refused
from engines import merges, unmerges
from engines.answers import Asked, Repeated
from resolvers import identity, relations
from resolvers.context import Info
from resolvers.lists import PageInfo

merge = One(Merge, "merge_by_id")
merges_into = Many(Merge, "merges_into", by="winner_id")
duplicates_of_contact = Many(ContactDuplicate, "contact_duplicates_of", by="record_id")
duplicates_of_account = Many(AccountDuplicate, "account_duplicates_of", by="record_id")
_MERGE = {"Contact": merges.merge_contacts, "Account": merges.merge_accounts}
_UNMERGE = {"Contact": unmerges.unmerge_contacts, "Account": unmerges.unmerge_accounts}
_RECORDS: dict[str, One[Any]] = {"Contact": relations.contact, "Account": relations.account}


@dataclass(frozen=True)
class Wish:
    """Which two become one, what the one holds, and which versions of both are known."""

    winner_id: str
    loser_id: str
    choice: Choice
    expected: merges.Versions


async def join(info: Info, type_name: str, wish: Wish, key: Asked | None) -> Any:
    """Merges one record into another."""
    winner = identity.uuid_of(wish.winner_id, type_name, "winner_id")
    loser = identity.uuid_of(wish.loser_id, type_name, "loser_id")
    act, now = _MERGE[type_name], info.context.now
    done = await info.context.once(key, act, winner, loser, wish.choice, now, wish.expected)
    return await _told(info, done)


async def part(info: Info, type_name: str, merge_id: str, key: Asked | None) -> Any:
    """Undoes a merge."""
    id = identity.uuid_of(merge_id, "Merge", "merge_id")
    return await _told(info, await info.context.once(key, _UNMERGE[type_name], id, info.context.now))


async def _told(info: Info, done: Merge | Repeated) -> Any:
    if not isinstance(done, Repeated):
        return done
    return await info.context.load(merge, done.record_ids[0])


async def standing(info: Info, type_name: str, done: Merge | None) -> Any:
    """The record that stands, as it is now."""
    return await info.context.load(_RECORDS[type_name], done.winner_id) if done is not None else None


async def parted(info: Info, type_name: str, done: Merge | None) -> Any:
    """The record that was merged, as it is now."""
    return await info.context.load(_RECORDS[type_name], done.loser_id) if done is not None else None


@dataclass(frozen=True)
class Groups:
    """A page of groups of records that look like one."""

    nodes: list[Group]
    page_info: PageInfo


async def groups(
    info: Info, type_name: str, reasons: Sequence[Likeness], first: int | None, after: str | None
) -> Groups:
    """The groups that these reasons make, each with its records."""
    size = USUAL_PAGE if first is None else first
    if not 1 <= size <= LARGEST_PAGE:
        message = f"A page has 1 to {LARGEST_PAGE} groups; {size} were asked for."
        raise Refused(Code.INVALID, message, "first")
    place = _place(type_name, after) if after is not None else None
    found = await duplicates.groups(info.context.reads, reasons, place, size + 1)
    shown = await asyncio.gather(*(_with_records(info, type_name, group) for group in found[:size]))
    start, end = (_cursor(type_name, shown[at]) if shown else None for at in (0, -1))
    return Groups(shown, PageInfo(len(found) > size, after is not None, start, end))


async def _with_records(info: Info, type_name: str, group: Group) -> Group:
    load: Callable[[UUID], Any] = lambda id: info.context.load(_RECORDS[type_name], id)  # noqa: E731
    records = await asyncio.gather(*map(load, group.ids))
    winner = next((record for record in records if record is not None and record.id == group.winner_id), None)
    return replace(group, records=tuple(record for record in records if record is not None), winner=winner)


def _cursor(type_name: str, group: Group) -> str:
    return identity.to_global(f"{type_name}Duplicates", group.reason.name, group.likeness)


def _place(type_name: str, after: str) -> tuple[Likeness, int]:
    """The place that a cursor marks; refuses what is none."""
    kinds: type[ContactLikeness] | type[AccountLikeness] = (
        ContactLikeness if type_name == "Contact" else AccountLikeness
    )
    try:
        found, (reason, likeness) = identity.from_global(after)
        if found == f"{type_name}Duplicates" and -(1 << 63) <= int(likeness) < 1 << 63:
            return kinds[reason], int(likeness)
    except (Refused, ValueError, KeyError):
        pass
    raise Refused(Code.INVALID, "This is not a cursor of these groups: take one from their pages.", "after")
