"""Where a field's value comes from: what each field of the graph declares, and the plan executor reads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.custom_fields import CustomFieldEntity
from domain.interaction_properties import Property
from domain.lists import Asked
from resolvers.formulas import Formula
from resolvers.insights import Aggregate, Question
from resolvers.lists import Lists
from resolvers.lookups import Key
from resolvers.relations import Relation


@dataclass(frozen=True)
class Column:
    """What the record holds under that attribute; its own name's where that is empty."""

    attribute: str = ""


@dataclass(frozen=True)
class Computed:
    """What a method of the record gives for the moment of the request."""

    method: str


@dataclass(frozen=True)
class Ruled:
    """What a method of the record decides; `asked` makes of the field's arguments what is to be decided."""

    method: str
    asked: Callable[..., Any]


@dataclass(frozen=True)
class Group:
    """A part of the record under a name of its own."""


@dataclass(frozen=True)
class Held:
    """An object, or objects, that the record itself holds under that attribute."""

    attribute: str


@dataclass(frozen=True)
class CustomValues:
    """What the record holds in the fields that were added to its kind."""

    entity: CustomFieldEntity


@dataclass(frozen=True)
class CustomDefinitions:
    """The fields that were added to a kind of record."""


@dataclass(frozen=True)
class Identity:
    """The global id, of the type's name, or the one given, and what tells its objects apart."""

    type_name: str = ""


@dataclass(frozen=True)
class Stated:
    """What the record's properties say of one of them."""

    property: Property


@dataclass(frozen=True)
class Through:
    """What the record that this one is related to holds under that attribute."""

    relation: Relation
    attribute: str


@dataclass(frozen=True)
class TypedBy:
    """What the objects of an interface are told apart by: the name of the type for what a column holds."""

    column: str
    names: Mapping[str, str]

    def of(self, value: Any) -> str:
        """The name of a record's type."""
        return self.names[getattr(value, self.column).name]


@dataclass(frozen=True)
class Constant:
    """The same for every record."""

    value: Any


@dataclass(frozen=True)
class List:
    """A page of a list; `asked` makes of the field's arguments which page."""

    lists: Lists
    asked: Callable[..., Asked]


@dataclass(frozen=True)
class Total:
    """How many records the list of a page has in all."""


@dataclass(frozen=True)
class Folded:
    """Insights; `question` makes of the moment and the field's arguments what counts."""

    aggregate: Aggregate
    question: Callable[..., Question]


@dataclass(frozen=True)
class Reached:
    """How far marketing reached into an account: `shown` makes it of these counts of its members."""

    counts: tuple[str, ...]
    shown: Callable[..., Any]


@dataclass(frozen=True)
class Lookup:
    """One record; `key` makes of the field's arguments how it is known."""

    type_name: str
    key: Callable[..., Key]


@dataclass(frozen=True)
class Nodes:
    """The objects of global ids, of any type; `ids` makes them of the field's arguments."""

    ids: Callable[..., list[str]]
    many: bool


@dataclass(frozen=True)
class Custom:
    """A resolver of its own: the exception, which no plan holds."""

    resolver: Callable[..., Any]


@dataclass(frozen=True)
class Viewed(Custom):
    """A page of a list that no argument alone says: of what a saved view means, of what one may see."""


@dataclass(frozen=True)
class Derived(Custom):
    """What follows from figures that are read anyway."""


@dataclass(frozen=True)
class Ranked(Custom):
    """The first of a ranking: as many as its argument `first` says, else the usual number."""

    usual: int


@dataclass(frozen=True)
class Charted(Custom):
    """What a chart is drawn from: of several counts, as many as its argument `of` names, else one."""


@dataclass(frozen=True)
class Faceting(Custom):
    """Counts by as many facets as its argument `by` names."""


@dataclass(frozen=True)
class Buckets(Column):
    """The values of a facet, as they were counted."""


@dataclass(frozen=True)
class Streamed:
    """Events, one after the other, from what the resolver opens."""

    resolver: Callable[..., Any]


OfRecord = (
    Column
    | Computed
    | Ruled
    | Formula
    | Group
    | Held
    | CustomValues
    | Identity
    | Stated
    | Through
    | Constant
    | Relation
    | List
    | Folded
    | Custom
)
Source = OfRecord | CustomDefinitions | Total | Reached | Lookup | Nodes | Streamed
