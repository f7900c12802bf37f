"""What can be done to subscription lists, and to who is on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.refusals import Code, Refused
from domain.subscriptions import JoinedVia, SubscriptionOutcome
from engines import subscription_lists, subscriptions
from engines.answers import Asked, Repeated
from engines.subscriptions import Done, Manner, Result
from resolvers.context import Info
from resolvers.identity import to_global, uuid_of
from resolvers.named import Named
from resolvers.subscriptions import subscription_list

written = Named(subscription_lists, subscription_list, "SubscriptionList")
ACTS = {True: subscriptions.join, False: subscriptions.leave}


@dataclass(frozen=True)
class Wish:
    """Who is to join or leave which list, how and when."""

    contact_ids: Sequence[str]
    list_id: str
    via: JoinedVia
    at: datetime | None
    all_with_address: bool


async def join_or_leave(info: Info, joins: bool, wish: Wish, key: Asked | None) -> Done:
    """Puts contacts on a list, or takes them off it."""
    now = info.context.now
    ids = [uuid_of(id, "Contact", "contactIds", str(at)) for at, id in enumerate(wish.contact_ids)]
    manner = Manner(wish.via, wish.at or now, now)
    await info.context.database.prepare_months([manner.at])
    done = await info.context.once(
        key,
        ACTS[joins],
        ids,
        uuid_of(wish.list_id, "SubscriptionList", "listId"),
        manner,
        wish.all_with_address,
    )
    if not isinstance(done, Repeated):
        return done
    return Done(await written.told(info, done), tuple(map(_result, done.told)))


def _result(told: Mapping[str, Any]) -> Result:
    """What became of a contact, as it was told the first time."""
    refused = Refused(Code[told["code"]], told["message"], *told["path"]) if told["code"] else None
    return Result(UUID(told["contactId"]), SubscriptionOutcome[told["outcome"]], refused)


def contact_id(result: Result) -> str:
    """The global id of the contact that a result is about."""
    return to_global("Contact", result.contact_id)
