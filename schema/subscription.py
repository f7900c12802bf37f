"""What can be followed: new interactions, insights as they change, and every change of a record."""

# mypy: disable-error-code="valid-type"
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from domain.changes import ChangeKind
from domain.insights import Attribution
from domain.interactions import InteractionType
from resolvers import changes
from resolvers.context import Info
from resolvers.insights import Question
from schema.asking import AllTime, Attributed, Former, From, Machines, Since, To, asked
from schema.customers import Account, Contact, Interaction, Lead, Opportunity
from schema.graph import argument, column, shows
from schema.insights import AccountInsights, ContactInsights, LeadInsights
from schema.sources import Streamed

Id = Annotated[strawberry.ID, argument("The record's global id.")]
AnyId = Annotated[
    strawberry.ID | None, argument("Only the record of this global id; all records of the kind if not given.")
]
Types = Annotated[list[InteractionType] | None, argument("Only interactions of these types.")]
After = Annotated[
    str | None,
    argument(
        "The cursor of the last event received: what came after it follows, without loss or repetition. From"
        " now on if not given."
    ),
]
_CURSOR = "Marks the event's place: handed back as `after`, it goes on from there after a lost connection."


@shows(changes.Happened)
class InteractionEvent:
    """An interaction that was taken in."""

    cursor: str = column(_CURSOR)
    interaction: Interaction = column("The interaction.")


def _insights_event(shown: Any, whose: str) -> Any:
    name = f"{shown.__name__}Event"
    members = {
        "__annotations__": {"cursor": str, "insights": shown},
        "__doc__": f"The insights of {whose} as they are now.",
        "cursor": column(_CURSOR),
        "insights": column("The insights, counted anew."),
    }
    return shows(changes.Told)(type(name, (), members))


def _change(node: Any) -> Any:
    name = node.__name__
    members = {
        "__annotations__": {
            "cursor": str,
            "kind": ChangeKind,
            "at": datetime,
            "record_id": strawberry.ID,
            name.lower(): node | None,
        },
        "__doc__": f"A change of one {name.lower()}.",
        "cursor": column(_CURSOR),
        "kind": column("What happened."),
        "at": column("When it was written."),
        "record_id": column("The record's global id, also where the record is gone."),
        name.lower(): column(
            "The record as it is now, also with later changes; null if it is gone.", of="record"
        ),
    }
    return shows(changes.Changed)(type(f"{name}Change", (), members))


ContactInsightsEvent: Any = _insights_event(ContactInsights, "a contact")
AccountInsightsEvent: Any = _insights_event(AccountInsights, "an account")
LeadInsightsEvent: Any = _insights_event(LeadInsights, "a lead")
ContactChange: Any = _change(Contact)
AccountChange: Any = _change(Account)
LeadChange: Any = _change(Lead)
OpportunityChange: Any = _change(Opportunity)


def _streamed(words: str, resolver: Callable[..., Any]) -> Any:
    """A field that goes on giving events; who or what it asks for wrongly is refused before the first."""
    return strawberry.subscription(
        resolver=resolver, description=words, metadata={"source": Streamed(resolver)}
    )


def _interactions(words: str, followed: changes.Followed) -> Any:
    async def resolve(info: Info, id: Id, types: Types = UNSET, after: After = UNSET) -> Any:
        wanted = frozenset(types) if types else None
        return await changes.interactions(info, followed, id, wanted, after or None)

    return _streamed(words, resolve)


def _changes(words: str, type_name: str) -> Any:
    async def resolve(info: Info, id: AnyId = UNSET, after: After = UNSET) -> Any:
        return await changes.changes(info, type_name, id or None, after or None)

    return _streamed(words, resolve)


async def _told(
    info: Info, followed: changes.Followed, id: str, after: Any, *arguments: Any, **rest: Any
) -> Any:
    def question(now: datetime) -> Question:
        return asked(now, *arguments, **rest)

    question(info.context.now)
    return await changes.insights(info, followed, id, question, after or None)


async def _contact_insights(
    info: Info,
    id: Id,
    from_: From = UNSET,
    to: To = UNSET,
    include_machines: Machines = False,
    all_time: AllTime = False,
    after: After = UNSET,
) -> Any:
    return await _told(info, changes.of_contact, id, after, from_, to, include_machines, all_time=all_time)


async def _account_insights(
    info: Info,
    id: Id,
    from_: From = UNSET,
    to: To = UNSET,
    include_machines: Machines = False,
    include_former_contacts: Former = False,
    all_time: AllTime = False,
    attribution: Attributed = Attribution.CURRENT_MEMBERS,
    after: After = UNSET,
) -> Any:
    arguments = (from_, to, include_machines, include_former_contacts)
    rest: dict[str, Any] = {"all_time": all_time, "attribution": attribution}
    return await _told(info, changes.of_account, id, after, *arguments, **rest)


async def _lead_insights(
    info: Info,
    id: Id,
    from_: From = UNSET,
    to: To = UNSET,
    include_machines: Machines = False,
    include_former_contacts: Former = False,
    since_lead_created: Since = False,
    all_time: AllTime = False,
    attribution: Attributed = Attribution.CURRENT_MEMBERS,
    after: After = UNSET,
) -> Any:
    arguments = (from_, to, include_machines, include_former_contacts, since_lead_created)
    rest: dict[str, Any] = {"all_time": all_time, "attribution": attribution}
    return await _told(info, changes.of_lead, id, after, *arguments, **rest)


_LATEST = (
    "The state now, unless `after` is given, and the latest state after every change that can alter it,"
    " at most five times a second."
)


@strawberry.type(description="What can be followed as it happens, over WebSocket or server-sent events.")
class Subscription:
    contact_interactions: InteractionEvent = _interactions(
        "Each new interaction of a contact.", changes.of_contact
    )
    account_interactions: InteractionEvent = _interactions(
        "Each new interaction of an account's members; without those with subscription lists.",
        changes.of_account,
    )
    lead_interactions: InteractionEvent = _interactions(
        "Each new interaction of the contacts behind a lead: its contact's, else its account's members'.",
        changes.of_lead,
    )
    contact_insights: ContactInsightsEvent = _streamed(f"A contact's insights. {_LATEST}", _contact_insights)
    account_insights: AccountInsightsEvent = _streamed(f"An account's insights. {_LATEST}", _account_insights)
    lead_insights: LeadInsightsEvent = _streamed(f"A lead's insights. {_LATEST}", _lead_insights)
    contact_changes: ContactChange = _changes("Every change of a contact, or of all.", "Contact")
    account_changes: AccountChange = _changes("Every change of an account, or of all.", "Account")
    lead_changes: LeadChange = _changes("Every change of a lead, or of all.", "Lead")
    opportunity_changes: OpportunityChange = _changes(
        "Every change of an opportunity, or of all.", "Opportunity"
    )
