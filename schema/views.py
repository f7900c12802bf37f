"""Saved views in the graph: a name for a search, a filter and an order, and the page that they mean."""

# mypy: disable-error-code="valid-type,misc"
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import Annotated, Any

import orjson
import strawberry
from graphql import GraphQLError
from graphql.utilities import coerce_input_value, validate_input_value
from strawberry import UNSET
from strawberry.types.arguments import convert_argument

from domain import views as kept
from domain.lists import Asked
from domain.refusals import Code, Refused
from domain.views import DEEPEST_VIEW, LONGEST_VIEW, ViewEntity
from resolvers import lists, lookups, records, views
from resolvers.context import Info
from resolvers.identity import uuid_of
from resolvers.lists import Listed
from resolvers.lookups import Key
from schema import naming
from schema.acts import (
    DeletePayload,
    Places,
    UserError,
    answered,
    create_input,
    given,
    mutation,
    payload,
    refusals_of,
    update_input,
)
from schema.customers import Account, AccountOrder, Contact, ContactOrder, Lead, LeadOrder
from schema.filters import AccountWhere, ContactWhere, LeadWhere
from schema.graph import argument, choice, column, custom, declared, shows
from schema.lists import After, Before, Connection, First, Last, asked_of
from schema.named import one
from schema.node import Node
from schema.scalars import JSON
from schema.sources import Viewed
from schema.writing import Which

choice(ViewEntity)


@dataclass(frozen=True)
class _Kind:
    """What views of one kind list, and the inputs that their filters and orders have to fit."""

    listed: Listed
    where: Any
    order: Any
    asked: Callable[..., Asked]


_KINDS: Mapping[ViewEntity, _Kind] = {
    ViewEntity.CONTACT: _Kind(
        lists.contacts, ContactWhere, ContactOrder, asked_of(lists.Order("CREATED_AT"))
    ),
    ViewEntity.ACCOUNT: _Kind(lists.accounts, AccountWhere, AccountOrder, asked_of(lists.Order("NAME"))),
    ViewEntity.LEAD: _Kind(lists.leads, LeadWhere, LeadOrder, asked_of(lists.Order("CREATED_AT", True))),
}


def _fitted(info: Info, value: Any, input: Any, name: str) -> Any:
    """The input that the JSON is; refuses what the schema does not know, and says where."""
    if value is None:
        return UNSET
    if kept.depth(value) > DEEPEST_VIEW or _length(value) > LONGEST_VIEW:
        raise Refused(Code.INVALID, "The filter is larger or deeper than any that can be asked.", name)
    core = info._raw_info.schema
    schema = core.extensions["strawberry-definition"]
    kind: Any = core.type_map[input.__strawberry_definition__.name]

    def refuse(error: GraphQLError, path: Any) -> None:
        raise Refused(Code.INVALID, _sentence(error.message), name, *map(str, path))

    validate_input_value(value, kind, refuse, hide_suggestions=True)
    registry = schema.schema_converter.scalar_registry
    return convert_argument(coerce_input_value(value, kind), input, registry, schema.config)


def _length(value: Any) -> float:
    """How long the JSON is; a whole number of more than 64 bits has no place in it."""
    try:
        return len(orjson.dumps(value))
    except TypeError:
        return inf


def _sentence(message: str) -> str:
    """What graphql-core says, which may quote all that it was given."""
    return f"{message.rstrip('.')}." if len(message) < 500 else f"{message[:500]} ..."


async def _asked(info: Info, entity: ViewEntity, view: Mapping[str, Any], **page: Any) -> Asked:
    """The page of what a view means; refuses a filter or an order that no list can be asked with."""
    kind = _KINDS[entity]
    where = _fitted(info, view.get("filter"), kind.where, "where")
    order = _fitted(info, view.get("ordering"), kind.order, "orderBy")
    asked = kind.asked(where, order, view.get("search") or UNSET, **page)
    await views.usable(info, kind.listed.listing, asked)
    return asked


def _meant(view: kept.SavedView) -> dict[str, Any]:
    return {"search": view.search, "filter": view.filter, "ordering": view.ordering}


def _listed(words: str, entity: ViewEntity) -> Any:
    """A field that shows the page of what a view means; null where it means other records."""

    async def resolve(
        root: Any,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Any:
        if root.entity is not entity:
            return None
        asked = await _asked(info, entity, _meant(root), first=first, after=after, last=last, before=before)
        return await lists.find(_KINDS[entity].listed, None, info, asked)

    return declared(f"{words} Null where the view lists something else.", Viewed(resolve), resolve)


async def _errors(root: Any, info: Info) -> Any:
    try:
        await _asked(info, root.entity, _meant(root))
    except Refused as refused:
        return refusals_of(refused)
    return []


@shows(kept.SavedView)
class SavedView(Node):
    """A list as somebody wants to see it again: by `where`, `orderBy` and `search`, or by the page they mean.

    Who has its id can read it; it is listed for its owner, and for everybody where it is shared.
    """

    version: int = column("How often the view was written.")
    created_at: datetime = column("When the view was created.")
    updated_at: datetime = column("When the view was last changed.")
    entity: ViewEntity = column("What it lists.")
    name: str = column("What the view is called.")
    search: str | None = column("The words that are searched for.")
    where: JSON | None = column("The filter: a variable for the list's `where`.", of="filter")
    order_by: JSON | None = column("The order: a variable for the list's `orderBy`.", of="ordering")
    owner: str | None = column("Who created it, as the request named them; null where nobody was named.")
    shared: bool = column("Whether everybody sees it; who sees it may change it.")
    user_errors: list[UserError] = custom(
        "Why it can no longer be used, where its filter or order names what is gone; empty where it can.",
        _errors,
    )
    contacts: Connection[Contact] | None = _listed("The contacts that it means.", ViewEntity.CONTACT)
    accounts: Connection[Account] | None = _listed("The accounts that it means.", ViewEntity.ACCOUNT)
    leads: Connection[Lead] | None = _listed("The leads that it means.", ViewEntity.LEAD)


SavedViewPayload: Any = payload("saved_view", SavedView, "What became of a change to a saved view.")


@strawberry.input(description="A saved view's fields: what is not given stays, what is null is cleared.")
class SavedViewPatch:
    name: str | None = strawberry.field(description="What the view is called.", default=UNSET)
    search: str | None = strawberry.field(description="The words to search for.", default=UNSET)
    where: JSON | None = strawberry.field(
        description="The filter: what the list's `where` takes, in JSON.", default=UNSET
    )
    order_by: JSON | None = strawberry.field(
        description="The order: what the list's `orderBy` takes, in JSON.", default=UNSET
    )
    shared: bool | None = strawberry.field(description="Whether everybody sees it.", default=UNSET)


@strawberry.input(description="A saved view.")
class SavedViewInput(SavedViewPatch):
    entity: ViewEntity = strawberry.field(description="What it lists.")


SavedViewCreateInput: Any = create_input("SavedView", "saved_view", SavedViewInput, "saved view")
SavedViewUpdateInput: Any = update_input("SavedView", SavedViewPatch, "saved view")


_NAMES = {"where": "filter", "order_by": "ordering"}


def _values(input: Any) -> dict[str, Any]:
    """What an input gives, by the names of what is kept."""
    return {_NAMES.get(name, name): value for name, value in naming.values_of(input).items()}


def _places(input: type[Any], prefix: str) -> Places:
    return {**naming.places_of(input, prefix), "orderBy": (prefix, "orderBy")}


async def _create(info: Info, input: Annotated[SavedViewCreateInput, argument("What is saved.")]) -> Any:
    async def act() -> Any:
        values = _values(input.saved_view)
        await _asked(info, values["entity"], values)
        key = records.asked(info, given(input.idempotency_key), "savedViewCreate", values)
        return await views.written.create(info, values, key)

    return await answered(act(), _places(SavedViewInput, "savedView"))


async def _update(info: Info, input: Annotated[SavedViewUpdateInput, argument("What changes.")]) -> Any:
    async def act() -> Any:
        values, expected = _values(input.patch), given(input.expected_version)
        known = await lookups.one(info, "SavedView", _key(input.id))
        if known is not None:
            await _asked(info, known.entity, _meant(known) | values)
        key = records.asked(
            info, given(input.idempotency_key), "savedViewUpdate", [input.id, values, expected]
        )
        return await views.written.update(info, input.id, values, expected, key)

    return await answered(act(), _places(SavedViewPatch, "patch"))


async def _delete(info: Info, input: Which) -> Any:
    return await naming.deleted(info, input, views.written.delete)


def _key(id: Any) -> Key:
    return Key(id=uuid_of(str(id), "SavedView", "id"))


async def _seen(
    info: Info,
    entity: Annotated[ViewEntity | None, argument("Only views of these records.")] = UNSET,
    first: First = UNSET,
    after: After = UNSET,
    last: Last = UNSET,
    before: Before = UNSET,
) -> Any:
    page = {"first": first, "after": after, "last": last, "before": before}
    return await views.seen(info, given(entity), {name: given(value) for name, value in page.items()})


@strawberry.type
class ViewQueries:
    saved_view: SavedView | None = one("SavedView", "One saved view; null where there is none.")
    saved_views: Connection[SavedView] = declared(
        "The saved views of whoever asks, and those that are shared, by name.", Viewed(_seen), _seen
    )


@strawberry.type
class ViewMutations:
    saved_view_create: SavedViewPayload = mutation(
        "Save a view. The filter and the order are checked as the list would; refused with REQUIRED or"
        " INVALID.",
        _create,
    )
    saved_view_update: SavedViewPayload = mutation(
        "Change a view. Refused with REQUIRED, INVALID, NOT_FOUND or STALE.", _update
    )
    saved_view_delete: DeletePayload = mutation("Delete a view. Refused with NOT_FOUND or STALE.", _delete)
