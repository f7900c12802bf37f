"""Subscription centres: what staff make of them, and what contacts choose there (domain.md 9.1)."""

# mypy: disable-error-code="valid-type,misc"
from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from domain import subscriptions as kept
from resolvers import centers, records, subscriptions
from resolvers.context import Info
from resolvers.relations import Relation
from schema import naming
from schema.acts import (
    DeletePayload,
    UserError,
    answered,
    given,
    key_member,
    mutation,
    payload,
)
from schema.graph import argument, column, custom, described, relation, shows
from schema.lists import Connection
from schema.named import Named
from schema.node import Node
from schema.paged import paged
from schema.subscriptions import SubscriptionList


@shows(kept.SubscriptionCenter)
class SubscriptionCenter(Node):
    """A page where contacts choose their lists; one, the default, always exists (domain.md 9.1)."""

    version: int = column("How often the centre was written.")
    created_at: datetime = column("When the centre was created.")
    updated_at: datetime = column("When the centre was last changed.")
    name: str = column("What the centre is called.")
    is_default: bool = column("Whether it is the one that always exists.")
    lists: list[SubscriptionList] = relation(
        "The lists that it offers, in its order: those it names, else every public one; none that is locked.",
        Relation(subscriptions.lists_of_center, "id"),
    )


@described
class SubscriptionCenterLink:
    """What the messages to a contact link to: tokens for this contact alone, good for half a year."""

    token: str = column("Opens a subscription centre: for `subscriptionCenter` and its submission.")
    unsubscribe_token: str = column("For one click: `POST /unsubscribe/TOKEN` (RFC 8058).")
    expires_at: datetime = column("When both come to their end.")


@described
class OfferedList:
    """A subscription list as a centre offers it to a contact."""

    list_id: strawberry.ID = custom("The list's global id, to be submitted.", centers.list_id)
    name: str = column("What the list is called.", of="list.name")
    description: str | None = column("What who signs up gets.", of="list.description")
    subscribed: bool = column("Whether the contact is on the list.")


@described
class SubscriptionCenterPage:
    """A subscription centre as it is for the one contact that a link identifies."""

    name: str = column("What the centre is called.", of="center.name")
    first_name: str | None = column("The contact's first name.", of="contact.first_name")
    last_name: str | None = column("The contact's last name.", of="contact.last_name")
    email: str | None = column("The contact's primary e-mail address.", of="contact.email")
    do_not_email: bool = column(
        "Whether the contact wants no commercial e-mail; it overrules the lists, and leaves them as they are."
    )
    lists: list[OfferedList] = column("The lists on offer, in the centre's order.", of="offered")


SubscriptionCenterPayload: Any = payload(
    "subscription_center", SubscriptionCenter, "What became of a change to a subscription centre."
)


@described
class SubscriptionCenterSubmitPayload:
    """What became of a submission."""

    page: SubscriptionCenterPage | None = column(
        "The centre as it is now; null where it was refused.", of="record"
    )
    user_errors: list[UserError] = column("What was refused; empty where it was done.")


@strawberry.input(description="A subscription centre's fields: what is not given stays as it is.")
class SubscriptionCenterInput:
    name: str | None = strawberry.field(description="What the centre is called.", default=UNSET)
    list_ids: list[strawberry.ID] | None = strawberry.field(
        description="The lists that it offers, in this order; none, or null, for every public one.",
        default=UNSET,
    )


_CENTERS = Named(
    "SubscriptionCenter", "subscription_center", SubscriptionCenterInput, "subscription centre", centers
)


@strawberry.input(description="A contact's own details, as submitted in a subscription centre.")
class OwnDetailsInput:
    first_name: str | None = strawberry.field(description="The first name.", default=UNSET)
    last_name: str | None = strawberry.field(description="The last name.", default=UNSET)
    email: str | None = strawberry.field(description="The primary e-mail address.", default=UNSET)


@strawberry.input(description="What a contact submits in a subscription centre.")
class SubscriptionCenterSubmitInput:
    token: str = strawberry.field(description="The token of the contact's link.")
    list_ids: list[strawberry.ID] = strawberry.field(
        description="The lists ticked, of those on offer; the contact leaves offered lists that are not here."
    )
    do_not_email: bool = strawberry.field(
        description="Whether the contact wants no commercial e-mail; sets the bulk e-mail preference."
    )
    contact: OwnDetailsInput | None = strawberry.field(
        description="Details that the contact changes; what is not given stays, what is null is cleared.",
        default=UNSET,
    )
    idempotency_key: str | None = key_member()


async def _link(
    info: Info,
    contact_id: Annotated[strawberry.ID, argument("The contact.")],
    center_id: Annotated[
        strawberry.ID | None, argument("The centre; the default one where not given.")
    ] = UNSET,
    message_id: Annotated[str | None, argument("The message that the link is for.")] = UNSET,
    journey_id: Annotated[str | None, argument("The journey that sends it.")] = UNSET,
    iteration_id: Annotated[str | None, argument("The journey's iteration.")] = UNSET,
    tile_id: Annotated[str | None, argument("The journey's tile.")] = UNSET,
) -> Any:
    sending = kept.Sending(given(message_id), given(journey_id), given(iteration_id), given(tile_id))
    return await centers.links(info, contact_id, given(center_id), sending)


async def _page(info: Info, token: Annotated[str, argument("The token of the contact's link.")]) -> Any:
    return await centers.page(info, token)


_PLACES = naming.places_of(OwnDetailsInput, "contact")


async def _submit(
    info: Info, input: Annotated[SubscriptionCenterSubmitInput, argument("Who chooses what.")]
) -> Any:
    async def act() -> Any:
        details = naming.values_of(input.contact) if input.contact else {}
        asked = [input.token, *input.list_ids, input.do_not_email, details]
        key = records.asked(info, given(input.idempotency_key), "subscriptionCenterSubmit", asked)
        return await centers.submit(info, input.token, input.list_ids, input.do_not_email, details, key)

    return await answered(act(), _PLACES)


@strawberry.type
class CenterQueries:
    subscription_centers: Connection[SubscriptionCenter] = paged(
        "All subscription centres, by name.", subscriptions.centers, "NAME"
    )
    subscription_center_link: SubscriptionCenterLink = custom(
        "What a message to the contact links to: who has the tokens can choose for this contact, and nobody"
        " else. Refused with NOT_FOUND or INVALID.",
        _link,
    )
    subscription_center: SubscriptionCenterPage | None = custom(
        "The subscription centre that a contact's link opens, as it is for this contact: it needs no other"
        " right than the token. Refused with NOT_IDENTIFIED where the token is forged or old.",
        _page,
    )


@strawberry.type
class CenterMutations:
    subscription_center_create: SubscriptionCenterPayload = _CENTERS.created(
        "Create a subscription centre; it needs a name. Refused with REQUIRED, INVALID, NOT_FOUND or"
        " DUPLICATE.",
    )
    subscription_center_update: SubscriptionCenterPayload = _CENTERS.updated(
        "Change a subscription centre, or what it offers. Refused with REQUIRED, INVALID, NOT_FOUND,"
        " DUPLICATE or STALE.",
    )
    subscription_center_delete: DeletePayload = _CENTERS.deleted(
        "Delete a subscription centre; links to it lead to the default one then. Refused with NOT_FOUND, with"
        " STALE, or with LOCKED of the default one.",
    )
    subscription_center_submit: SubscriptionCenterSubmitPayload = mutation(
        "Do what a contact has chosen in a subscription centre: it needs no other right than the token. It"
        " joins and leaves the lists on offer, sets the bulk e-mail preference, and never creates a contact"
        " (domain.md 9.1). Refused with NOT_IDENTIFIED, INVALID, REQUIRED or INACTIVE.",
        _submit,
    )
