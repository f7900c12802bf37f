"""Custom fields in SQL: what a record holds as an expression, its order and index; which fields there are."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from db.database import Reads, Transaction
from db.listings import Listing, Sort
from db.rows import to_record
from domain.custom_criteria import check, custom_checks, ordering
from domain.custom_fields import NAME, CustomField, CustomFields, CustomFieldType, sorted_by
from domain.lists import Asked

PATIENCE = "5s"
_CASTS: Mapping[CustomFieldType, tuple[str, str]] = {
    CustomFieldType.INTEGER: ("bigint", "::bigint"),
    CustomFieldType.DECIMAL: ("numeric", "::numeric"),
    CustomFieldType.BOOLEAN: ("boolean", "::boolean"),
}
"""How what is kept becomes a value of another type than text; days and moments are compared as texts."""


def expression(name: str, type: CustomFieldType, table: str) -> tuple[str, str]:
    """What a row holds in the field, null for none, and the type of that; an index has the same expression.

    The name stands in the text, for no argument would let the index serve it: so it has to be a name.
    """
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a custom field.")
    column = f"{table}.custom" if table else "custom"
    if type is CustomFieldType.CHOICES:
        return f"({column} -> '{name}')", "jsonb"
    kind, cast = _CASTS.get(type, ("text", ' collate "C"'))
    return f"(({column} ->> '{name}'){cast})", kind


def sort_of(field: CustomField) -> Sort:
    """The order of the field's values, texts by their characters' codes."""
    value, type = expression(field.name, field.type, "t")
    return Sort(value, type, nullable=True, indexed=field.indexed, partial=True)


def index_name(field: CustomField) -> str:
    """The name of the field's index."""
    return f"{field.entity.table}_custom_{field.id.hex[-12:]}"


async def make_index(tx: Transaction, field: CustomField) -> None:
    """Makes the field's index, of the records that hold a value: it costs the others nothing.

    Who writes such records waits for it, so it does not wait long for those who write.
    """
    value, _ = expression(field.name, field.type, "")
    of = f"using gin ({value})" if field.type is CustomFieldType.CHOICES else f"({value}, id)"
    await tx.run("custom_field_patience", text=f"set local lock_timeout = '{PATIENCE}'")
    text = f"create index {index_name(field)} on {field.entity.table} {of} where {value} is not null"
    await tx.run("custom_field_index", text=text)


async def drop_index(tx: Transaction, field: CustomField) -> None:
    """Drops the field's index, if it has one."""
    await tx.run("custom_field_patience", text=f"set local lock_timeout = '{PATIENCE}'")
    await tx.run("custom_field_unindex", text=f"drop index if exists {index_name(field)}")


async def chosen(tx: Transaction, field: CustomField, choices: Sequence[str]) -> list[str]:
    """Those of the choices that a record holds."""
    value, _ = expression(field.name, field.type, "t")
    one = f"{value} ? choice" if field.type is CustomFieldType.CHOICES else f"{value} = choice"
    held = f"exists (select from {field.entity.table} t where {one})"
    text = f"select choice from unnest($1::text[]) choice where {held}"
    return [row["choice"] for row in await tx.rows("custom_field_chosen", list(choices), text=text)]


async def sweep(tx: Transaction, field: CustomField) -> None:
    """Takes away what stands under the name of a field that is not there yet, and means nothing."""
    text = f"update {field.entity.table} set custom = custom - $1::text where custom ? $1::text"
    await tx.run("custom_field_sweep", field.name, text=text)


async def clear(tx: Transaction, field: CustomField, after: UUID | None, size: int) -> UUID | None:
    """Takes the field's values from so many records after an id; the last of these, None where none was left.

    No version is counted and no word is left: the values were out of sight before.
    """
    table = field.entity.table
    part = f"select id from {table} where custom ? $1::text and id > $2 order by id limit $3 for update"
    taken = f"update {table} t set custom = custom - $1::text from part where t.id = part.id returning t.id"
    text = (
        f"with part as materialized ({part}), taken as ({taken})"
        " select id from taken order by id desc limit 1"
    )
    rows = await tx.rows("custom_field_clear", field.name, after or UUID(int=0), size, text=text)
    return rows[0]["id"] if rows else None


async def clear_history(tx: Transaction, field: CustomField) -> None:
    """Takes what the field held from history."""
    await tx.run("custom_field_clear_history", field.entity.table, field.name)


async def definitions(reads: Reads) -> CustomFields:
    """All custom fields, read once for a request."""
    return await reads.once(_definitions)


async def _definitions(reads: Reads) -> CustomFields:
    return CustomFields([to_record(CustomField, row) for row in await reads.rows("custom_fields")])


async def resolved(reads: Reads, listing: Listing, asked: Asked) -> Listing:
    """The list with the order that is asked for, where it is by a custom field.

    Refuses an order or a condition by a field that is not there, or is of another type.
    """
    checks = list(custom_checks(asked.where, listing.record)) if asked.where is not None else []
    name = sorted_by(asked.sort)
    if not checks and name is None:
        return listing
    fields = await definitions(reads)
    for record, one in checks:
        check(fields, record, one)
    if name is None:
        return listing
    by = sort_of(ordering(fields, listing.record, name))
    return replace(listing, sorts={**listing.sorts, asked.sort: by})
