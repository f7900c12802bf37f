"""The suppression list in the graph: which addresses nothing is sent to, and until when (domain.md 8.6)."""

# mypy: disable-error-code="valid-type"
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from domain import suppression as records
from domain.lists import Asked
from resolvers import lists, suppression
from resolvers.context import Info
from resolvers.records import asked as asked_under
from schema.acts import answered, given, key_member, mutation, payload
from schema.graph import argument, choice, column, computed, declared, shows
from schema.lists import After, Before, Connection, First, Last
from schema.node import Node
from schema.sources import List

choice(records.SuppressionCause)


@shows(records.SuppressedAddress)
class SuppressedAddress(Node):
    """An e-mail address, or a pattern of addresses, that nothing is sent to, or lately was not.

    It is listed by address, whoever has it: a hard bounce, or five soft ones in a row, lists it for 7 days,
    then for 14, 30 and 180; a complaint for good; what staff has listed stays until staff takes it off.
    """

    address: str = column("The address in small letters; of a pattern, `*` stands for anything.")
    is_pattern: bool = column("Whether it is a pattern of addresses.")
    state: records.AddressState = computed("Whether it is sent to at this moment.", "state")
    cause: records.SuppressionCause | None = column(
        "Why it was listed last; null where it has only begun to bounce."
    )
    times_listed: int = column("How often bounces and complaints have listed it: the next time is longer.")
    consecutive_soft_bounces: int = column(
        "How many messages in a row have bounced softly; a delivery begins the count anew."
    )
    listed_at: datetime | None = column("When it was listed last; null where it never was.")
    until: datetime | None = column("When its time is over, or was; null where it stays on the list.")


SuppressedAddressPayload: Any = payload(
    "suppressed_address", SuppressedAddress, "What became of a change to the suppression list."
)
Past = Annotated[
    bool,
    argument("Whether those whose time is over, and those that have only begun to bounce, are shown too."),
]
Text = Annotated[str | None, argument("Only addresses that hold this text.")]


def _page() -> Callable[..., Asked]:
    """What makes of the list's arguments which page is asked for."""

    def asked(search: Any = UNSET, past: bool = False, **page: Any) -> Asked:
        ends = {name: given(value) for name, value in page.items()}
        sought = {"past": past, "search": lists.sought(given(search))}
        return lists.to_asked(lists.Order("ADDRESS"), **ends, filters=sought)

    return asked


_asked = _page()


async def _list(
    root: Any,
    info: strawberry.Info,
    search: Text = UNSET,
    past: Past = False,
    first: First = UNSET,
    after: After = UNSET,
    last: Last = UNSET,
    before: Before = UNSET,
) -> Any:
    page = _asked(search, past, first=first, after=after, last=last, before=before)
    return await lists.find(suppression.listed, root, info, page)


@strawberry.input(description="Which address is put on the suppression list, or taken off.")
class SuppressedAddressInput:
    address: str = strawberry.field(
        description="The address, or a pattern in which `*` stands for anything, like `*@example.com`."
    )
    idempotency_key: str | None = key_member()


Which = Annotated[SuppressedAddressInput, argument("Which address.")]


def _act(name: str, act: Callable[..., Any]) -> Callable[..., Any]:
    async def resolve(info: Info, input: Which) -> Any:
        async def acting() -> Any:
            key = asked_under(info, given(input.idempotency_key), name, [input.address])
            return await act(info, {"address": input.address}, key)

        return await answered(acting())

    return resolve


@strawberry.type
class SuppressionQueries:
    suppressed_addresses: Connection[SuppressedAddress] = declared(
        "The addresses that nothing is sent to, in the order of their letters.",
        List(suppression.listed, _asked),
        _list,
    )


@strawberry.type
class SuppressionMutations:
    suppressed_address_add: SuppressedAddressPayload = mutation(
        "Put an address, or a pattern of addresses, on the suppression list until it is taken off (domain.md"
        " 8.6). One that is blocked for good stays so. Refused with REQUIRED or INVALID.",
        _act("suppressedAddressAdd", suppression.add),
    )
    suppressed_address_remove: SuppressedAddressPayload = mutation(
        "Take an address or a pattern off the suppression list; its next time there is as long as it would"
        " have been. Refused with NOT_FOUND where it is not listed, and LOCKED where its owner complained of"
        " spam.",
        _act("suppressedAddressRemove", suppression.take_off),
    )
