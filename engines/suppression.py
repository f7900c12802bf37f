"""Addresses are listed by what happens to them, and by staff (domain.md 8.6)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from db.database import Transaction
from db.ids import identity, uuid7
from db.rows import to_record
from domain.erasure import addresses_of
from domain.interactions import InteractionType
from domain.records import Contact
from domain.refusals import Code, Refused
from domain.suppression import (
    HAPPENINGS,
    AddressEvent,
    AddressState,
    Happening,
    SuppressedAddress,
    standing,
)
from engines import kept

LONGEST = 320
TELLING = frozenset(kind.name for kind in HAPPENINGS)
"""The types of interactions that tell of an address."""
_PATTERN = re.compile(r"[^\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_WILD = "*"


class Told(NamedTuple):
    """What happened to an address."""

    address: str
    event: AddressEvent


async def follow(tx: Transaction, now: datetime) -> None:
    """Lists addresses, or not, by the interactions of the staged batch, which have been stored."""
    rows = await tx.rows("staged_address_events")
    if not rows:
        return
    told = [
        Told(
            row["address"],
            AddressEvent(row["at"], row["id"], HAPPENINGS[InteractionType[row["type"]]], row["sending"]),
        )
        for row in rows
    ]
    await _hold(tx, {one.address for one in told}, now)
    await _add(tx, told)
    softly = sorted({one.address for one in told if one.event.kind is Happening.SOFT_BOUNCE})
    if softly:
        await tx.run("address_deliveries_add", softly)
    await _reckon(tx, sorted({one.address for one in told}))


async def _hold(tx: Transaction, addresses: Iterable[str], now: datetime) -> None:
    named = sorted(addresses)
    await tx.run("addresses_hold", [identity("address", one) for one in named], named, now)


async def _add(tx: Transaction, told: Sequence[Told]) -> None:
    events = [one.event for one in told]
    await tx.run(
        "address_events_add",
        [one.address for one in told],
        [event.at for event in events],
        [event.id for event in events],
        [event.kind.name for event in events],
        [event.sending for event in events],
    )


async def _reckon(tx: Transaction, addresses: Sequence[str]) -> None:
    """Computes how held addresses stand, from all that happened to them."""
    past: dict[str, list[AddressEvent]] = {address: [] for address in addresses}
    for row in await tx.rows("address_events_of", list(addresses)):
        event = AddressEvent(row["at"], row["id"], Happening[row["kind"]], row["sending"])
        past[row["address"]].append(event)
    found = [standing(events) for events in past.values()]
    await tx.run(
        "addresses_stand",
        list(past),
        [one.cause.name if one.cause else None for one in found],
        [one.times_listed for one in found],
        [one.consecutive_soft_bounces for one in found],
        [one.listed_at for one in found],
        [one.until for one in found],
        [one.permanent for one in found],
    )


async def add(tx: Transaction, given: Mapping[str, Any], now: datetime) -> SuppressedAddress:
    """Lists an address, or all that a pattern fits, until staff takes it off again."""
    address = _checked(given.get("address"))
    await _hold(tx, [address], now)
    if _WILD in address:
        await tx.run("suppressed_address_is_pattern", address)
    if (await _known(tx, address)).state(now) is not AddressState.PERMANENTLY_BLOCKED:
        await _add(tx, [Told(address, AddressEvent(now, uuid7(now), Happening.ADDED))])
        await _reckon(tx, [address])
    return await _known(tx, address)


async def take_off(tx: Transaction, given: Mapping[str, Any], now: datetime) -> SuppressedAddress:
    """Takes an address or a pattern off the list; a complaint is for good."""
    address = (given.get("address") or "").strip().lower()
    if not await tx.rows("suppressed_address_by_address", address):
        raise Refused(Code.NOT_FOUND, "This address is not on the suppression list.", "address")
    await _hold(tx, [address], now)
    match (await _known(tx, address)).state(now):
        case AddressState.PERMANENTLY_BLOCKED:
            message = "Its owner complained of spam: the address is blocked for good (domain.md 8.6)."
            raise Refused(Code.LOCKED, message, "address")
        case AddressState.NOT_LISTED:
            raise Refused(Code.NOT_FOUND, "This address is not on the suppression list.", "address")
    await _add(tx, [Told(address, AddressEvent(now, uuid7(now), Happening.REMOVED))])
    await _reckon(tx, [address])
    return await _known(tx, address)


async def _known(tx: Transaction, address: str) -> SuppressedAddress:
    return to_record(SuppressedAddress, (await tx.rows("suppressed_address_by_address", address))[0])


def _checked(text: str | None) -> str:
    """The address or pattern as it is kept: in small letters."""
    written = (text or "").strip()
    if not written:
        raise Refused(Code.REQUIRED, "Name the address, or a pattern like *@example.com.", "address")
    if len(written) > LONGEST:
        message = f"An address has at most {LONGEST} characters; this has {len(written):,}."
        raise Refused(Code.INVALID, message, "address")
    if _WILD not in written:
        try:
            return kept.email(written).lower()
        except kept.Unfit as unfit:
            raise Refused(Code.INVALID, str(unfit), "address") from None
    if not _PATTERN.fullmatch(written) or not written.replace(_WILD, "").strip("@.") or "@" not in written:
        message = "A pattern is an address in which * stands for anything, like *@example.com."
        raise Refused(Code.INVALID, message, "address")
    return written.lower()


async def forget(tx: Transaction, contact: Contact) -> None:
    """Before a person's interactions go: its addresses leave the list, with all that is known of them."""
    await tx.run("suppressed_address_forget", contact.id, addresses_of(contact))


async def forget_address(tx: Transaction, address: str) -> None:
    """The same, of an address that is nobody's."""
    await tx.run("suppressed_address_forget", UUID(int=0), [address.lower()])
