"""Who met a journey or a message: contacts by what they did, or what was done towards them (4.5)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from db.listings import Listing, contacts
from db.sql import statement
from domain.scopes import Scope

_ABOUT = {
    "message": "fact.message_id = ({0}::text[])[1]",
    "journey": "fact.journey_id = ({0}::text[])[2]",
}
_PLACES = (("message",), ("journey",), ("message", "journey"))
recipients = replace(
    contacts,
    name="recipients",
    filters={
        "_".join(names): statement("contacts_met_in_scope").replace(
            "{about}", " and ".join(_ABOUT[name] for name in names)
        )
        for names in _PLACES
    },
)


def met(scope: Scope, types: Sequence[str]) -> tuple[Listing, tuple[tuple[str, Any], ...]]:
    """The list of the contacts with interactions of these types in the scope, and what it is filtered by."""
    ids = {"message": scope.message_id, "journey": scope.journey_id}
    name = "_".join(name for name, id in ids.items() if id is not None)
    ends = (scope.window.from_at, scope.window.to_at)
    told = [ids["message"] or "", ids["journey"] or "", "true" if scope.machines else "false"]
    told += [end.isoformat() if end else open_end for end, open_end in zip(ends, _OPEN, strict=True)]
    return recipients, ((name, (*told, *sorted(types))),)


_OPEN = ("-infinity", "infinity")
