"""Interactions handed in a few at a time, each with its own result (domain.md 3.1)."""

# mypy: disable-error-code="valid-type"
from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from domain import handed
from domain.facts import NewInteraction
from domain.interactions import Actor, InteractionType
from domain.recording import LARGEST, InteractionOutcome
from domain.refusals import Refused
from resolvers import recording, records
from resolvers.context import Info
from schema import inputs
from schema.acts import Refusal, UserError, answered, given, key_member, made_input, mutation
from schema.customers import Interaction
from schema.graph import argument, choice, column, custom, described
from schema.scalars import JSON

choice(InteractionOutcome)


def _member(words: str, **more: Any) -> Any:
    return strawberry.field(description=words, **more)


def _optional(words: str) -> Any:
    return _member(words, default=UNSET)


_MEMBERS: dict[str, tuple[Any, Any]] = {
    "source": (str, _member("The system that tells of it.")),
    "source_id": (str, _member("Its id there: handed in again under the same id, it is known as a repeat.")),
    "type": (InteractionType, _member("What happened; CUSTOM for a declared type, named in `properties`.")),
    "occurred_at": (datetime, _member("When; late ones and any order do.")),
    "contact_id": (strawberry.ID | None, _optional("The contact, by its id here.")),
    "contact_key": (
        str | None,
        _optional("The contact, by its key in the source; where nobody has it yet, the interaction waits."),
    ),
    "contact_source": (str | None, _optional("The source that the key is of, where it is another one.")),
    "contact_email": (str | None, _optional("The contact, by its address.")),
    "actor": (Actor | None, _optional("Who did it, where the source knows.")),
    "lead_id": (strawberry.ID | None, _optional("The lead that it touched.")),
    "journey_id": (str | None, _optional("The journey, by its id in the source.")),
    "iteration_id": (str | None, _optional("The journey's iteration.")),
    "tile_id": (str | None, _optional("The journey's tile.")),
    "message_id": (str | None, _optional("The message.")),
    "sending_id": (str | None, _optional("The single sending.")),
    "usage_type": (str | None, _optional("What it was used in: a journey, for instance.")),
    "visitor_id": (str | None, _optional("The browser, where it is known by a cookie.")),
    "link": (str | None, _optional("The link that was followed, or the page.")),
    "properties": (JSON | None, _optional("What its type has of its own, as an object: `bounceCategory` …")),
}
InteractionInput: Any = made_input(
    "InteractionInput",
    "Something that a contact did, or that was done to it; its contact is named one way or not at all.",
    _MEMBERS,
)
InteractionInput.__strawberry_definition__.from_input = inputs.Taken
InteractionsRecordInput: Any = made_input(
    "InteractionsRecordInput",
    "Interactions to take in.",
    {
        "interactions": (
            list[InteractionInput],
            _member(f"1 to {LARGEST:,}; more go to /ingest."),
        ),
        "idempotency_key": (str | None, key_member()),
    },
)


async def _interaction(root: Any, info: Info) -> Any:
    return await recording.interaction(info, root)


def _errors(root: Any) -> Any:
    at = ("interactions", str(root.index))
    return [Refusal(one.code, one.message, [*at, *one.path]) for one in root.refused]


@described
class InteractionRecordResult:
    """What became of one of several interactions handed in."""

    index: int = column("The interaction's place among those handed in, from 0.")
    outcome: InteractionOutcome = column("What became of it.")
    interaction: Interaction | None = custom(
        "The interaction as it is kept; null where it is not.", _interaction
    )
    user_errors: list[UserError] = custom("What was refused of it, with the place in the input.", _errors)


def _results(root: Any) -> Any:
    return root.record.results if root.record is not None else []


def _counted(outcome: InteractionOutcome, words: str) -> Any:
    def count(root: Any) -> int:
        return recording.count(root.record, outcome) if root.record is not None else 0

    count.__annotations__["root"] = Any
    return custom(words, count)


@described
class InteractionsRecordPayload:
    """What became of several interactions."""

    results: list[InteractionRecordResult] = custom("What became of each, in their order.", _results)
    stored: int = _counted(InteractionOutcome.STORED, "How many are interactions of their contacts now.")
    waiting: int = _counted(InteractionOutcome.WAITING, "How many wait for their contacts.")
    repeated: int = _counted(InteractionOutcome.REPEATED, "How many had been taken in before.")
    do_not_track: int = _counted(
        InteractionOutcome.DO_NOT_TRACK, "How many were not accepted, as their contacts allow no tracking."
    )
    refused: int = _counted(InteractionOutcome.REFUSED, "How many were refused.")
    user_errors: list[UserError] = column("What was refused of the whole; of single ones see `results`.")


def _read(taken: inputs.Taken) -> NewInteraction | Refused:
    try:
        return handed.read(taken.given)
    except Refused as refused:
        return refused


async def _record(info: Info, input: Annotated[InteractionsRecordInput, argument("What to take in.")]) -> Any:
    async def act() -> Any:
        entries = [_read(one) for one in input.interactions]
        asked = [one.given for one in input.interactions]
        key = records.asked(info, given(input.idempotency_key), "interactionsRecord", asked)
        return await recording.record(info, entries, key)

    return await answered(act())


@strawberry.type
class RecordingMutations:
    interactions_record: InteractionsRecordPayload = mutation(
        "Take up to 1,000 interactions in: each has a result of its own, and one that is refused leaves the"
        " others be. An interaction is known by its source and its id there, and is never counted twice. Many"
        " go to /ingest.",
        _record,
    )
