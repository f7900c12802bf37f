"""Fields that a team adds to its contacts, accounts and leads at run time (docs/decisions/0017)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from domain.records import Attributes
from domain.refusals import Code, Refused

MOST_FIELDS = 100
"""How many fields can be added to one kind of record; retired ones count."""
MOST_CHOICES = 200
LONGEST_NAME = 60
LONGEST_LABEL = 100
LONGEST_DESCRIPTION = 1_000
LONGEST_CHOICE = 100
LONGEST_TEXT = 500
"""So many characters an index holds whole, whatever they are."""
MOST_DIGITS = 50
NAME = re.compile(rf"[A-Za-z][A-Za-z0-9_]{{0,{LONGEST_NAME - 1}}}", re.ASCII)
_BY = "custom "


class CustomFieldEntity(Enum):
    """What custom fields are added to."""

    CONTACT = "Contacts."
    ACCOUNT = "Accounts."
    LEAD = "Leads."

    @property
    def table(self) -> str:
        """The table of the records."""
        return self.name.lower()

    @property
    def noun(self) -> str:
        """What several of the records are called."""
        return self.value.lower().rstrip(".")


class CustomFieldType(Enum):
    """What a custom field holds; it decides which member of a value is set, and cannot be changed."""

    TEXT = f"A text of at most {LONGEST_TEXT} characters: `text`."
    INTEGER = "A whole number of up to 64 bits: `integer`."
    DECIMAL = f"An exact number, of at most {MOST_DIGITS} digits before and after its point: `decimal`."
    BOOLEAN = "Yes or no: `boolean`."
    DATE = "A day: `date`."
    DATE_TIME = "A moment: `dateTime`."
    CHOICE = "One of the field's choices: `choice`."
    CHOICES = "Any number of the field's choices: `choices`."

    @property
    def member(self) -> str:
        """The name that values of the type go by."""
        return self.name.lower()

    @property
    def shown(self) -> str:
        """The same name as clients write it."""
        return "dateTime" if self is CustomFieldType.DATE_TIME else self.member

    @property
    def chooses(self) -> bool:
        """Whether the field says what can be chosen."""
        return self in (CustomFieldType.CHOICE, CustomFieldType.CHOICES)


@dataclass(frozen=True, slots=True)
class CustomFieldChoice:
    """What can be chosen in a custom field: the value that is kept, and how people call it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class CustomField:
    """A field that a team has added to its contacts, accounts or leads.

    A retired one is out of use, with all that records hold in it; of a removed one, that is taken away.
    """

    id: UUID
    version: int
    entity: CustomFieldEntity
    name: str
    label: str
    description: str | None
    type: CustomFieldType
    choices: Sequence[Attributes]
    indexed: bool
    created_at: datetime
    updated_at: datetime
    retired_at: datetime | None
    removed_at: datetime | None

    @property
    def offered(self) -> tuple[CustomFieldChoice, ...]:
        """What can be chosen, in the order that it is offered in."""
        return tuple(CustomFieldChoice(one["value"], one["label"]) for one in self.choices)

    @property
    def in_use(self) -> bool:
        """Whether records show and take values of it."""
        return self.retired_at is None


class CustomFields:
    """All fields that were added, as one request knows them."""

    def __init__(self, fields: Iterable[CustomField]) -> None:
        self._known: dict[CustomFieldEntity, dict[str, CustomField]] = {one: {} for one in CustomFieldEntity}
        for field in fields:
            if field.removed_at is None:
                self._known[field.entity][field.name] = field

    def of(self, entity: CustomFieldEntity) -> Mapping[str, CustomField]:
        """The fields of a kind of record by their names, retired ones too, in the order of their creation."""
        return self._known[entity]

    def find(self, entity: CustomFieldEntity, name: str, *path: str) -> CustomField:
        """The field of that name; refuses, for what stands at `path`, what is none or not in use."""
        field = self._known[entity].get(name)
        if field is None:
            raise Refused(Code.NOT_FOUND, f"No custom field of {entity.noun} is named {name[:60]!r}.", *path)
        if field.retired_at is not None:
            message = f"The custom field {name!r} is retired: restore it, or leave it out."
            raise Refused(Code.INACTIVE, message, *path)
        return field


def entity_of(record: type[Any]) -> CustomFieldEntity:
    """What records of this type are, for their custom fields."""
    return CustomFieldEntity[record.__name__.upper()]


def sort_by(name: str) -> str:
    """The order by a custom field, as lists know it."""
    return f"{_BY}{name}"


def sorted_by(sort: str) -> str | None:
    """The custom field that the order is by, if it is by one."""
    return sort.removeprefix(_BY) if sort.startswith(_BY) else None


def faults(made: CustomField) -> list[Refused]:
    """What speaks against a field as it would be, by the places of what is wrong."""
    found = []
    if not NAME.fullmatch(made.name):
        words = f"A name is a letter and then letters, digits and `_`, {LONGEST_NAME} at most: `renewalDate`."
        found.append(Refused(Code.INVALID, words, "name"))
    found += _text_faults("label", made.label, LONGEST_LABEL)
    if made.description is not None:
        found += _text_faults("description", made.description, LONGEST_DESCRIPTION)
    if made.type.chooses:
        found += _choice_faults(made)
    elif made.choices:
        words = f"A field of the type {made.type.name} has no choices."
        found.append(Refused(Code.INVALID, words, "choices"))
    return found


def _choice_faults(made: CustomField) -> list[Refused]:
    if not made.choices:
        return [Refused(Code.REQUIRED, f"A field of the type {made.type.name} needs choices.", "choices")]
    if len(made.choices) > MOST_CHOICES:
        return [Refused(Code.TOO_MANY, f"A field has at most {MOST_CHOICES} choices.", "choices")]
    found, met = [], set[str]()
    for at, choice in enumerate(made.offered):
        found += _text_faults("value", choice.value, LONGEST_CHOICE, "choices", str(at))
        found += _text_faults("label", choice.label, LONGEST_CHOICE, "choices", str(at))
        if choice.value in met:
            words = f"The choice {choice.value[:60]!r} is named twice."
            found.append(Refused(Code.DUPLICATE, words, "choices", str(at), "value"))
        met.add(choice.value)
    return found


def _text_faults(what: str, text: str, longest: int, *path: str) -> list[Refused]:
    if text.strip() == text and 1 <= len(text) <= longest and proper(text):
        return []
    words = f"A {what} has 1 to {longest} characters, with no blanks around them."
    return [Refused(Code.INVALID, words, *path, what)]


def proper(text: str) -> bool:
    """Whether it is text that can be kept: no character without a meaning, no half of one."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
