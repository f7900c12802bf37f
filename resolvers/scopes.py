"""From insights to the scope of the facts behind them: whose, and which of them (domain.md 4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote
from uuid import UUID

from db.loaders import ROOT
from db.recipients import met
from db.scopes import EngagedContacts
from domain.lists import Asked
from domain.scopes import Owner, Scope
from domain.windows import Window
from resolvers import identity, lists, subscriptions
from resolvers.context import Info
from resolvers.insights import Aggregate, Answer, Question, of_account, of_contact, of_lead, question_of
from resolvers.lists import Found, Listed

of_segment = Aggregate("SegmentInsights", (("segment", "id"),))
of_message = Aggregate("MessageInsights", (("anybody", "key"),))
of_journey = Aggregate("JourneyInsights", (("anybody", "key"),))
AGGREGATES: Mapping[str, Aggregate] = {
    one.type_name: one for one in (of_account, of_contact, of_journey, of_lead, of_message, of_segment)
}
NODES = ("JourneyInsights", "MessageInsights", "SegmentInsights")
"""The insights of what is counted from facts, by the names of their types."""


@dataclass(frozen=True)
class Named:
    """A journey or a message of which only the id is known, as its source writes it."""

    name: str
    key: UUID = ROOT

    @property
    def id(self) -> str:
        """As a part of a global id."""
        return quote(self.name, safe="")


def scope_of(root: Answer) -> tuple[Scope, UUID] | None:
    """The scope of the insights and the key of their owner; None where there is nobody behind them."""
    for name, by in AGGREGATES[root.type_name].owners:
        key: UUID | None = getattr(root.owner, by)
        if key is not None:
            return root.question.scope(Owner[name.upper()]), key
    return None


def whenever(scope: Scope) -> Scope:
    """The same scope without a window: what is known of links has none (domain.md 4.1)."""
    return replace(scope, window=Window())


async def of_named(info: Info, type_name: str, question: Question) -> Answer:
    """The insights of the journey or message that the question is narrowed to."""
    about = question.about
    name = about.message_id if type_name == "MessageInsights" else about.journey_id
    return await AGGREGATES[type_name].answer(Named(name or ""), info, question)


async def node(info: Info, type_name: str, parts: Sequence[str], id: str) -> Answer | None:
    """The insights that have this global id."""
    question = question_of(list(parts[1:]), info.context.now, id)
    if type_name == "SegmentInsights":
        segment = await info.context.load(subscriptions.segment, identity.to_uuid(parts[0], id))
        return None if segment is None else await of_segment.answer(segment, info, question)
    found = await of_named(info, type_name, question) if question.about.parts() else None
    if found is None or found.owner.id != parts[0]:
        raise identity.not_an_id(id)
    return found


async def engaged(root: Answer, info: Info) -> int:
    """How many contacts engaged."""
    found = scope_of(root)
    return await info.context.load(EngagedContacts(found[0]), found[1]) if found else 0


async def contacts(root: Answer, info: Info, types: Sequence[str], asked: Asked) -> Found:
    """A page of the contacts that met the journey or message in one of these ways."""
    question = root.question
    scope = question.scope(Owner.ANYBODY)
    listing, filters = met(scope, types)
    page = replace(asked, filters=(*asked.filters, *filters))
    return await lists.find(Listed(listing), root, info, page)
