"""Declared types of interactions, as the lines of a body name them."""

from typing import Any

from db.connections import LOST, Busy
from db.database import Database
from domain.facts import NewInteraction
from domain.refusals import Refused
from engines.recording import Declared
from server.ingestion.batches import Fault, Read
from server.ingestion.storing import fault_of


class Types:
    """The declared types, for a few lines; where they cannot be read, all of these are to be sent again."""

    def __init__(self, database: Database, request_id: str) -> None:
        self._declared = Declared(database)
        self._request_id = request_id
        self._fault: Fault | None = None

    async def settled(self, new: NewInteraction, value: Any) -> Read:
        """The interaction as it is kept, or why it is not; `value` is what was handed in."""
        if self._fault is not None:
            return self._fault
        try:
            return await self._declared.settled(new)
        except Refused as refused:
            by_type = refused.path == ("properties", "name") and value.get("type") != "CUSTOM"
            return Refused(refused.code, refused.message, "type") if by_type else refused
        except (Busy, *LOST) as error:
            self._fault = fault_of(error, self._request_id)
            return self._fault
