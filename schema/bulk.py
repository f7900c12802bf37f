"""Up to a thousand contacts, accounts or leads created or changed at once, each with its own result."""

# mypy: disable-error-code="valid-type"
from collections.abc import Mapping
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from domain.bulk import LARGEST, ErrorPolicy, Known, Row, UpsertFate
from domain.refusals import Refused
from resolvers import bulk, records
from resolvers.context import Info
from resolvers.identity import uuid_of
from schema import inputs
from schema.acts import (
    UserError,
    answered,
    given,
    key_member,
    made_input,
    mutation,
    refusals_of,
    version_member,
)
from schema.by import ContactBy, RecordBy
from schema.customers import Account, Contact, Lead
from schema.graph import argument, choice, column, custom, described
from schema.writing import ACCOUNT, CONTACT, LEAD, Written

choice(ErrorPolicy)
choice(UpsertFate)


def _result(of: Written, node: Any) -> Any:
    """The type of what became of one row."""
    places = of.places

    async def shown(root: Any, info: Info) -> Any:
        return await bulk.record(info, of.entity.capitalize(), root)

    async def errors(root: Any) -> Any:
        return [
            one for refused in root.refused for one in refusals_of(refused, places, "rows", str(root.index))
        ]

    shown.__annotations__["root"] = errors.__annotations__["root"] = Any
    members = {
        "__annotations__": {
            "index": int,
            "fate": UpsertFate,
            of.entity: node | None,
            "user_errors": list[UserError],
        },
        "__doc__": "What became of one row.",
        "index": column("The row's place among the rows, from 0."),
        "fate": column("What became of it."),
        of.entity: custom(f"The {of.entity} as it is now; null where the row was refused.", shown),
        "user_errors": custom("What was refused of it, with the place in the input.", errors),
    }
    return described(type(f"{of.entity.capitalize()}UpsertResult", (), members))


def _row_input(of: Written, by: Any) -> Any:
    """The input of one row, which is read as it comes: there may be many."""
    fields = strawberry.field(description="Its fields: what is not given stays as it is.")
    members: dict[str, tuple[Any, Any]] = {
        "by": (by | None, _by(of)),
        of.entity: (of.values, fields),
        "expected_version": (int | None, version_member()),
    }
    row = made_input(f"{of.entity.capitalize()}UpsertRow", f"One {of.entity} among many.", members)
    row.__strawberry_definition__.from_input = inputs.Taken
    return row


def upserted(of: Written, by: Any, words: str) -> Any:
    """The mutation that creates or changes many such records."""
    row: Any = _row_input(of, by)
    members: dict[str, tuple[Any, Any]] = {
        "rows": (list[row], strawberry.field(description=f"1 to {LARGEST:,} rows.")),
        "error_policy": (ErrorPolicy, _policy()),
        "idempotency_key": (str | None, key_member()),
    }
    input_type = made_input(
        f"{of.entity.capitalize()}sUpsertInput", f"Many {of.entity}s to create or change.", members
    )
    taken: Any = Annotated[input_type, argument("Which records, and what is written of them.")]

    async def resolve(info: Info, input: taken) -> Any:
        async def act() -> Any:
            rows = [_row(of, at, one) for at, one in enumerate(input.rows)]
            asked = [[one.known, one.values, one.expected] for one in rows]
            input_told = [input.error_policy, asked]
            key = records.asked(info, given(input.idempotency_key), f"{of.entity}sUpsert", input_told)
            return await bulk.upsert(info, of.entity, rows, input.error_policy, key)

        return await answered(act())

    return mutation(words, resolve)


def _row(of: Written, at: int, taken: inputs.Taken) -> Row:
    """One row as it is handed in; what is no value of a field refuses the row alone."""
    row = Row(at, Known(), {}, taken.given.get("expectedVersion"))
    try:
        row.known = _known(of, taken.given.get("by"))
        row.values = inputs.values_of(inputs.Taken(of.values, taken.given[of.entity], taken.context))
    except Refused as refused:
        row.refuse(refused)
    return row


def _known(of: Written, by: Mapping[str, Any] | None) -> Known:
    match by:
        case None:
            return Known()
        case {"sourceKey": {"source": source, "key": key}}:
            return Known(source_key=(source, key))
        case {"email": email}:
            return Known(email=email.strip())
        case _:
            return Known(id=uuid_of(str(by["id"]), of.entity.capitalize(), "by", "id"))


def _by(of: Written) -> Any:
    words = (
        f"How the {of.entity} is known: one that is not there is created. Not given, it is always created."
    )
    return strawberry.field(description=words, default=UNSET)


def _policy() -> Any:
    words = "What is written where some rows are refused."
    return strawberry.field(description=words, default=ErrorPolicy.REJECT_FAILED_ROWS)


def _counted(fate: UpsertFate, words: str) -> Any:
    def count(root: Any) -> int:
        return int(root.record.count(fate)) if root.record is not None else 0

    count.__annotations__["root"] = Any
    return custom(words, count)


def _payload(of: Written, node: Any) -> Any:
    """The type of what became of all rows."""

    def results(root: Any) -> Any:
        return root.record.results if root.record is not None else []

    results.__annotations__["root"] = Any
    counts = {
        "created": _counted(UpsertFate.CREATED, "How many rows are new records."),
        "updated": _counted(UpsertFate.UPDATED, "How many rows changed a record."),
        "unchanged": _counted(UpsertFate.UNCHANGED, "How many rows held nothing new."),
        "refused": _counted(UpsertFate.REFUSED, "How many rows were refused."),
    }
    members = {
        "__annotations__": {
            "results": list[_result(of, node)],  # type: ignore[misc]
            **dict.fromkeys(counts, int),
            "user_errors": list[UserError],
        },
        "__doc__": f"What became of many {of.entity}s.",
        "results": custom("What became of each row, in their order.", results),
        **counts,
        "user_errors": column("What was refused of the whole; of single rows see `results`."),
    }
    return described(type(f"{of.entity.capitalize()}sUpsertPayload", (), members))


ContactsUpsertPayload: Any = _payload(CONTACT, Contact)
AccountsUpsertPayload: Any = _payload(ACCOUNT, Account)
LeadsUpsertPayload: Any = _payload(LEAD, Lead)
_WORDS = (
    "Create or change up to 1,000 {0}s at once: each row tells how its {0} is known and what is written of"
    " it, and has a result of its own. Rows about the same {0} are written one after the other."
)


@strawberry.type
class BulkMutations:
    contacts_upsert: ContactsUpsertPayload = upserted(CONTACT, ContactBy, _WORDS.format("contact"))
    accounts_upsert: AccountsUpsertPayload = upserted(ACCOUNT, RecordBy, _WORDS.format("account"))
    leads_upsert: LeadsUpsertPayload = upserted(LEAD, RecordBy, _WORDS.format("lead"))
