"""Merging contacts and accounts, undoing it, and finding what might be merged (domain.md 2.1)."""

# mypy: disable-error-code="valid-type"
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from domain.duplicates import AccountLikeness, ContactLikeness
from domain.merges import AccountMergeField, Choice, ContactMergeField
from resolvers import merges, records
from resolvers.context import Info
from schema.acts import UserError, answered, given, key_member, made_input, mutation
from schema.customers import Account, Contact
from schema.graph import argument, column, custom, described
from schema.lists import PageInfo
from schema.merged import AccountDuplicates, ContactDuplicates, Merge, held


@strawberry.input(description="The versions that a merge is meant for; STALE where a record has another.")
class MergeVersions:
    winner: int | None = strawberry.field(description="Of the one that stands.", default=UNSET)
    loser: int | None = strawberry.field(description="Of the one that is merged into it.", default=UNSET)


@strawberry.input(description="A merge that is undone.")
class UnmergeInput:
    merge_id: strawberry.ID = strawberry.field(description="The merge.")
    idempotency_key: str | None = key_member()


def _merge_input(name: str, field: Any) -> Any:
    return made_input(
        f"{name}MergeInput",
        f"Two {name.lower()}s that become one.",
        {
            "winner_id": (strawberry.ID, strawberry.field(description="The one that stands.")),
            "loser_id": (
                strawberry.ID,
                strawberry.field(description="The one that becomes a pointer to it."),
            ),
            "fill": (
                bool,
                strawberry.field(
                    description="Whether what is empty in the one that stands is filled from the other.",
                    default=True,
                ),
            ),
            "take": (
                list[field] | None,
                strawberry.field(
                    description="What the one that stands takes from the other in the place of its own.",
                    default=UNSET,
                ),
            ),
            "expected_versions": (
                MergeVersions | None,
                strawberry.field(description="The versions that the merge is meant for.", default=UNSET),
            ),
            "idempotency_key": (str | None, key_member()),
        },
    )


ContactMergeInput = _merge_input("Contact", ContactMergeField)
AccountMergeInput = _merge_input("Account", AccountMergeField)


def _shown(type_name: str, of: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
    async def resolve(root: Any, info: Info) -> Any:
        return await of(info, type_name, root.record)

    return resolve


def _payload(name: str, node: Any) -> Any:
    entity = name.lower()
    members = {
        "__annotations__": {
            entity: node | None,
            f"merged_{entity}": node | None,
            "merge": Merge | None,
            "user_errors": list[UserError],
        },
        entity: custom(
            f"The {entity} that stands, as it is now; null where it was refused.",
            _shown(name, merges.standing),
        ),
        f"merged_{entity}": custom(
            f"The {entity} that was merged, as it is now; null where it was refused.",
            _shown(name, merges.parted),
        ),
        "merge": column("The merge, by which it can be undone; null where it was refused.", of="record"),
        "user_errors": column("What was refused; empty where it was done."),
        "__doc__": f"What became of a merge of {entity}s, or of its undoing.",
    }
    return described(type(f"{name}MergePayload", (), members))


ContactMergePayload = _payload("Contact", Contact)
AccountMergePayload = _payload("Account", Account)


def _joins(type_name: str, taken: Any) -> Callable[..., Any]:
    name = f"{type_name.lower()}Merge"
    kind: Any = Annotated[taken, argument("Which two, and what the one holds.")]

    async def resolve(info: Info, input: kind) -> Any:
        async def act() -> Any:
            wish = _wish(input)
            key = records.asked(info, given(input.idempotency_key), name, _asked(wish))
            return await merges.join(info, type_name, wish, key)

        return await answered(act())

    return resolve


def _wish(input: Any) -> merges.Wish:
    take = frozenset(field.name for field in given(input.take) or ())
    versions = given(input.expected_versions)
    expected = (given(versions.winner), given(versions.loser)) if versions else (None, None)
    return merges.Wish(input.winner_id, input.loser_id, Choice(input.fill, take), expected)


def _asked(wish: merges.Wish) -> Any:
    return [wish.winner_id, wish.loser_id, wish.choice.fill, sorted(wish.choice.take), wish.expected]


def _parts(type_name: str) -> Callable[..., Any]:
    async def resolve(info: Info, input: Annotated[UnmergeInput, argument("Which merge.")]) -> Any:
        async def act() -> Any:
            name = f"{type_name.lower()}Unmerge"
            key = records.asked(info, given(input.idempotency_key), name, [input.merge_id])
            return await merges.part(info, type_name, input.merge_id, key)

        return await answered(act())

    return resolve


_MERGED = (
    " The other becomes an inactive pointer to it: its id goes on to show it, with `mergedInto`; its keys"
    " and its address lead to the one that stands. Can be undone within a day. Refused with INVALID,"
    " NOT_FOUND, MERGED, INACTIVE, STALE, CYCLE,"
)
_PARTED = (
    " What was moved goes back, and what came since by the merged one's keys; what others have changed since"
    " stays as they left it. Refused with NOT_FOUND, TOO_LATE after a day, or OUT_OF_ORDER where a later"
    " merge stands on it."
)


@strawberry.type
class MergeMutations:
    contact_merge: ContactMergePayload = mutation(
        "Merge a contact into another: interactions, stays in accounts, leads, opportunities, subscriptions,"
        " segments, registrations, the consent log and keys follow, and insights at once. Of permissions the"
        " stricter one stands; of consent levels the lower one, unless CONSENT_LEVEL is taken; each change"
        " of it is logged. What the one that stands holds goes before; its stays in accounts too, the"
        f" other's fill the time between.{_MERGED} OUT_OF_ORDER, LOCKED or NOT_A_GUARDIAN.",
        _joins("Contact", ContactMergeInput),
    )
    contact_unmerge: ContactMergePayload = mutation(f"Undo a merge of contacts.{_PARTED}", _parts("Contact"))
    account_merge: AccountMergePayload = mutation(
        "Merge an account into another: contacts with their stays, leads, opportunities, the accounts below"
        " it, sponsorships and keys follow, and the insights of both at once. Of permissions the stricter"
        f" one stands.{_MERGED} or what else a rule forbids.",
        _joins("Account", AccountMergeInput),
    )
    account_unmerge: AccountMergePayload = mutation(f"Undo a merge of accounts.{_PARTED}", _parts("Account"))


def _page(name: str, node: Any) -> Any:
    members = {
        "__annotations__": {"nodes": list[node], "page_info": PageInfo},
        "nodes": held("The groups.", "nodes"),
        "page_info": column("Where the page lies."),
        "__doc__": "One page of groups of likely duplicates.",
    }
    return described(type(f"{name}Page", (), members))


ContactDuplicatesPage = _page("ContactDuplicates", ContactDuplicates)
AccountDuplicatesPage = _page("AccountDuplicates", AccountDuplicates)
First = Annotated[
    int | None, argument("How many groups, from the start or after `after`: 1 to 25, usually 10.")
]
After = Annotated[str | None, argument("The cursor after which the page begins.")]


def _groups(type_name: str, likeness: Any) -> Callable[..., Any]:
    reasons: Any = Annotated[list[likeness] | None, argument("By what; by all of them where not given.")]

    async def resolve(info: Info, by: reasons = UNSET, first: First = UNSET, after: After = UNSET) -> Any:
        wanted = given(by) or list(likeness)
        return await merges.groups(info, type_name, wanted, given(first), given(after))

    return resolve


_FOUND = (
    " that have something in common and may be one, at least two active ones each; one reason after the"
    " other, within a reason in an order of its own that does not change."
)


@strawberry.type
class DuplicateQueries:
    contact_duplicates: ContactDuplicatesPage = custom(
        f"Groups of contacts{_FOUND}", _groups("Contact", ContactLikeness)
    )
    account_duplicates: AccountDuplicatesPage = custom(
        f"Groups of accounts{_FOUND}", _groups("Account", AccountLikeness)
    )
