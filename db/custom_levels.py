"""Custom fields as a batch of the plan executor."""

from dataclasses import dataclass
from uuid import UUID

from db.custom_fields import definitions
from db.database import Reads
from db.levels import Found, Level
from db.loaders import ROOT
from db.shapes import Shape
from domain.custom_fields import CustomField


@dataclass(frozen=True)
class CustomDefinitions(Level):
    """All custom fields: of no key, but the root."""

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Found:
        return {ROOT: await definitions(reads)}


def custom_definitions() -> CustomDefinitions:
    """The batch of all custom fields."""
    return CustomDefinitions(Shape(CustomField), ())
