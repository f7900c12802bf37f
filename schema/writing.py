"""Creating, changing and deleting contacts, accounts, leads and opportunities: the same for each."""

# mypy: disable-error-code="valid-type"
from datetime import datetime
from typing import Annotated, Any, NamedTuple

import strawberry
from strawberry import UNSET

from domain.options import State
from resolvers import records
from resolvers.context import Info
from schema import inputs, naming
from schema.acts import (
    DeletePayload,
    Places,
    answered,
    create_input,
    given,
    key_member,
    mutation,
    payload,
    update_input,
    version_member,
)
from schema.customers import Account, Contact, Lead, Opportunity
from schema.graph import argument

ContactPayload: Any = payload("contact", Contact, "What became of a change to a contact.")
AccountPayload: Any = payload("account", Account, "What became of a change to an account.")
LeadPayload: Any = payload("lead", Lead, "What became of a change to a lead.")
OpportunityPayload: Any = payload("opportunity", Opportunity, "What became of a change to an opportunity.")


class Written(NamedTuple):
    """A kind of record that can be written: its input, and what its mutations answer."""

    entity: str
    values: Any
    answer: Any

    @property
    def places(self) -> Places:
        """Where its fields lie in its input."""
        return inputs.places_of(self.values, self.entity)


CONTACT = Written("contact", inputs.ContactInput, ContactPayload)
ACCOUNT = Written("account", inputs.AccountInput, AccountPayload)
LEAD = Written("lead", inputs.LeadInput, LeadPayload)
OPPORTUNITY = Written("opportunity", inputs.OpportunityInput, OpportunityPayload)


def created(of: Written, words: str) -> Any:
    """The mutation that creates such a record."""
    since = strawberry.field(
        description="When the contact's stay in its account began; now where not given.", default=UNSET
    )
    more = {"since": (datetime | None, since)} if of.entity == "contact" else {}
    made = create_input(of.entity.capitalize(), of.entity, of.values, of.entity, more)
    taken: Any = Annotated[made, argument("What is created.")]
    places = of.places

    async def resolve(info: Info, input: taken) -> Any:
        async def act() -> Any:
            values, since = inputs.values_of(getattr(input, of.entity)), given(getattr(input, "since", UNSET))
            key = records.asked(info, given(input.idempotency_key), f"{of.entity}Create", [values, since])
            return await records.create(info, of.entity, values, since, key)

        return await answered(act(), places)

    return mutation(words, resolve)


def updated(of: Written, words: str) -> Any:
    """The mutation that changes such a record."""
    changed = update_input(of.entity.capitalize(), of.values, of.entity)
    taken: Any = Annotated[changed, argument("What changes.")]
    places = inputs.places_of(of.values, "patch")

    async def resolve(info: Info, input: taken) -> Any:
        async def act() -> Any:
            values, expected = inputs.values_of(input.patch), given(input.expected_version)
            asked = [input.id, values, expected]
            key = records.asked(info, given(input.idempotency_key), f"{of.entity}Update", asked)
            return await records.update(info, of.entity, input.id, values, expected, key)

        return await answered(act(), places)

    return mutation(words, resolve)


@strawberry.input(description="Which record something is done to.")
class RecordInput:
    id: strawberry.ID = strawberry.field(description="Its global id.")
    expected_version: int | None = version_member()
    idempotency_key: str | None = key_member()


Which = Annotated[RecordInput, argument("Which one.")]


def deleted(of: Written, words: str) -> Any:
    """The mutation that deletes such a record."""

    async def delete(info: Info, id: str, expected: int | None, key: Any) -> Any:
        return await records.delete(info, of.entity, id, expected, key)

    async def resolve(info: Info, input: Which) -> Any:
        return await naming.acted(info, input, delete, of.places)

    return mutation(words, resolve)


def in_state(of: Written, state: State, words: str) -> Any:
    """The mutation that takes such a record out of use, or into it again."""

    async def change(info: Info, id: str, expected: int | None, key: Any) -> Any:
        return await records.update(info, of.entity, id, {"state": state}, expected, key)

    async def resolve(info: Info, input: Which) -> Any:
        return await naming.acted(info, input, change, of.places)

    return mutation(words, resolve)


_REFUSED = "Refused with REQUIRED, INVALID, NOT_FOUND and what else the fields' words name."
_STALE = f"{_REFUSED} STALE where the record has another version than the one expected."
_INACTIVE = "An inactive one is read-only."


@strawberry.type
class RecordMutations:
    contact_create: ContactPayload = created(
        CONTACT,
        "Create a contact. It needs a last name or an e-mail address (domain.md R6); a child needs a guardian"
        f" (GUARDIAN_REQUIRED). {_REFUSED}",
    )
    contact_update: ContactPayload = updated(
        CONTACT,
        f"Change a contact. {_INACTIVE} A change of its account is a move of this moment: for another moment"
        f" use contactMove. {_STALE}",
    )
    contact_delete: DeletePayload = deleted(
        CONTACT,
        "Delete a contact and everything personal that is kept of it, for good (domain.md 10.5). Refused with"
        " NOT_FOUND or STALE.",
    )
    contact_deactivate: ContactPayload = in_state(
        CONTACT, State.INACTIVE, "Take a contact out of use: it is read-only then, and gets no e-mail."
    )
    contact_activate: ContactPayload = in_state(CONTACT, State.ACTIVE, "Take a contact into use again.")
    account_create: AccountPayload = created(ACCOUNT, f"Create an account; it needs a name. {_REFUSED}")
    account_update: AccountPayload = updated(
        ACCOUNT,
        f"Change an account. {_INACTIVE} CYCLE where it would lie above itself. {_STALE}",
    )
    account_delete: DeletePayload = deleted(
        ACCOUNT,
        "Delete an account. Its contacts go on without one, its leads lose their parent account (domain.md"
        " 2.9). Refused with NOT_FOUND or STALE.",
    )
    account_deactivate: AccountPayload = in_state(
        ACCOUNT, State.INACTIVE, "Take an account out of use: it is read-only then."
    )
    account_activate: AccountPayload = in_state(ACCOUNT, State.ACTIVE, "Take an account into use again.")
    lead_create: LeadPayload = created(
        LEAD,
        "Create a lead of a contact, of an account, of both or of neither; it needs a topic (domain.md R9,"
        f" R49, R54). {_REFUSED}",
    )
    lead_update: LeadPayload = updated(LEAD, f"Change a lead; only an open one can be changed. {_STALE}")
    lead_delete: DeletePayload = deleted(
        LEAD,
        "Delete a lead, with its stages; its contact's interactions stay (domain.md R62). Refused with"
        " NOT_FOUND or STALE.",
    )
    opportunity_create: OpportunityPayload = created(
        OPPORTUNITY, f"Create an opportunity; it needs a name. {_REFUSED}"
    )
    opportunity_update: OpportunityPayload = updated(
        OPPORTUNITY, f"Change an opportunity; a won or lost one is read-only until it is reopened. {_STALE}"
    )
    opportunity_delete: DeletePayload = deleted(
        OPPORTUNITY,
        "Delete an opportunity, with what was written on closing it. Refused with NOT_FOUND or STALE.",
    )
