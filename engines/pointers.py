"""Merged records are pointers: nothing comes to name one, for all that named it names who stands for it."""

from uuid import UUID

from db.database import Transaction
from domain.refusals import Code, Refused


async def is_pointer(tx: Transaction, entity: str, id: UUID) -> bool:
    """Whether the record was merged into another one."""
    return bool(await tx.rows(f"{entity}_is_pointer", id))


def refusal(entity: str, *path: str) -> Refused:
    """That a merged record cannot be named."""
    message = f"The {entity} was merged into another one: name that one, which its `mergedInto` shows."
    return Refused(Code.MERGED, message, *path)
