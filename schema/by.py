"""How one record is meant: by its id, its address, or another system's key."""

import strawberry
from strawberry import UNSET


@strawberry.input(description="The key by which another system knows a record.")
class SourceKeyInput:
    source: str = strawberry.field(description="The system, as `easy-spaces`.")
    key: str = strawberry.field(description="The record's key there.")


@strawberry.input(one_of=True, description="Which record is meant: by exactly one of these.")
class RecordBy:
    id: strawberry.ID | None = strawberry.field(description="Its global id.", default=UNSET)
    source_key: SourceKeyInput | None = strawberry.field(
        description="The key by which another system knows it.", default=UNSET
    )


@strawberry.input(one_of=True, description="Which contact is meant: by exactly one of these.")
class ContactBy:
    id: strawberry.ID | None = strawberry.field(description="Its global id.", default=UNSET)
    email: str | None = strawberry.field(
        description="Its primary e-mail address, in any case; of several, the active and oldest contact.",
        default=UNSET,
    )
    source_key: SourceKeyInput | None = strawberry.field(
        description="The key by which another system knows it.", default=UNSET
    )
