"""Adding to a segment whom a filter finds, in one statement."""

from datetime import datetime
from typing import Any
from uuid import UUID

from db.criteria import condition
from db.sql import Args
from domain.criteria import Criterion
from domain.records import Contact


def adding(segment_id: UUID, where: Criterion | None, at: datetime, by: str | None) -> tuple[str, list[Any]]:
    """The statement that makes members of all contacts that are meant and are none yet."""
    args = Args()
    row = f"{args.add(segment_id, 'uuid')}, {args.add(at, 'timestamptz')}, {args.add(by, 'text')}"
    meant = f" and {condition(where, Contact, 't', args.add)}" if where is not None else ""
    text = (
        "insert into segment_member (contact_id, segment_id, added_at, added_by)"
        f" select t.id, {row} from contact t where t.master_id is null{meant}"
        " order by t.id on conflict (contact_id, segment_id) do nothing"
    )
    return text, args
