"""What insights are asked for: the arguments of their fields, and the question that these mean."""

from datetime import datetime
from typing import Annotated, Any

from strawberry import UNSET

from domain.insights import Attribution
from domain.refusals import Code, Refused
from domain.scopes import About
from resolvers import insights
from schema.graph import argument

From = Annotated[
    datetime | None,
    argument(
        "Where the window begins; 12 months before its end if not given, null for all time.", name="from"
    ),
]
To = Annotated[datetime | None, argument("Where the window ends, itself left out; now if not given.")]
Machines = Annotated[bool, argument("Whether what machines did counts too.")]
Former = Annotated[
    bool,
    argument(
        "Whether contacts who have left the account count, for the time they were there.",
        instead="use attribution: DURING_MEMBERSHIP; removed after 2027-06-30",
    ),
]
Attributed = Annotated[Attribution, argument("Whose interactions are the account's.")]

Since = Annotated[bool, argument("Whether the window begins with the lead; `from` is left aside then.")]
AllTime = Annotated[
    bool,
    argument(
        "Whether the window begins with the beginning of time: what `from: null` says, too, for clients that"
        " send no nulls. Not together with `from`."
    ),
]
Journey = Annotated[
    str | None, argument("Only what belongs to the journey of this id, as its source writes it (4.1).")
]
Message = Annotated[
    str | None, argument("Only what is about the message of this id, as its source writes it (4.1).")
]
Children = Annotated[
    bool,
    argument(
        "Whether the accounts below the account count too, and those below them: all pooled, as if they were"
        " one (domain.md 2.9)."
    ),
]


def asked(
    now: datetime,
    from_: Any = UNSET,
    to: Any = UNSET,
    include_machines: bool = False,
    include_former_contacts: bool = False,
    since_lead_created: bool = False,
    *,
    all_time: bool = False,
    attribution: Attribution = Attribution.CURRENT_MEMBERS,
    journey_id: str | None = UNSET,
    message_id: str | None = UNSET,
    include_child_accounts: bool = False,
) -> insights.Question:
    """The question that the arguments of a field of insights mean."""
    start, end, journey, message = (_given(value) for value in (from_, to, journey_id, message_id))
    if all_time and start is not None:
        raise Refused(Code.INVALID, "Ask for `from` or for `allTime`, not for both.", "allTime")
    return insights.ask(
        now,
        start,
        end,
        usual=from_ is UNSET and not all_time,
        machines=include_machines,
        attribution=_attributed(include_former_contacts, attribution),
        since_created=since_lead_created,
        about=About.asked(journey, message, include_child_accounts),
    )


def _given(value: Any) -> Any:
    return None if value is UNSET else value


def _attributed(former: bool, attribution: Attribution) -> Attribution:
    """What the older argument and the newer one say together."""
    if not former:
        return attribution
    if attribution is Attribution.ALL_TIME:
        message = "Ask for `includeFormerContacts` or for `attribution: ALL_TIME`, not for both."
        raise Refused(Code.INVALID, message, "attribution")
    return Attribution.DURING_MEMBERSHIP
