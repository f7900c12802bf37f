"""How much a document may ask for, and how it is told when it asks for more."""

import re
from dataclasses import dataclass, replace

from graphql import GraphQLError


@dataclass(frozen=True)
class Limits:
    """What one document may hold at most, its fragments counted wherever they are spread.

    `pairs` are those of a field with its repetition, or of two fragments, at the same place: graphql-core
    compares each with each.
    """

    characters: int = 200_000
    tokens: int = 5_000
    depth: int = 15
    introspection_depth: int = 20
    aliases: int = 50
    directives: int = 200
    directives_at_once: int = 5
    fields: int = 10_000
    repeats: int = 100
    pairs: int = 20_000
    root_fields: int = 30
    errors: int = 10
    cost: int = 50_000
    introspection: bool = True

    def trusting(self) -> "Limits":
        """Those of documents that we know: however they are written, only what they cost is limited."""
        return replace(
            self,
            characters=UNBOUND,
            tokens=UNBOUND,
            depth=UNBOUND,
            introspection_depth=UNBOUND,
            aliases=UNBOUND,
            directives=UNBOUND,
            directives_at_once=UNBOUND,
            fields=UNBOUND,
            repeats=UNBOUND,
            pairs=UNBOUND,
            root_fields=UNBOUND,
        )


UNBOUND = 10**9


@dataclass(frozen=True)
class Excess:
    """A limit that a document may pass: its name for programs, what it counts, and what helps."""

    reason: str
    counted: str
    advice: str

    def error(self, limit: int, actual: int) -> GraphQLError:
        """The refusal, with both numbers."""
        message = f"The document has {self.counted.format(actual)}; at most {limit} may be. {self.advice}"
        return refusal(message, self.reason, limit=limit, actual=actual)


def refusal(message: str, reason: str, **details: int) -> GraphQLError:
    """Why a document is not run."""
    extensions = {"code": "GRAPHQL_VALIDATION_FAILED", "reason": reason, **details}
    return GraphQLError(message, extensions=extensions)


def too_costly(limit: int, requested: int) -> GraphQLError:
    """Why an operation is not run that is well written, but asks for too much."""
    message = (
        f"The operation may cost {requested}; at most {limit} may be."
        " Ask for smaller pages (`first`), most of all of lists within lists, or send several operations."
    )
    return refusal(message, "TOO_COSTLY", limit=limit, actual=requested)


LENGTH = Excess("TOO_LONG", "{} characters", "Send texts in variables, and no comments.")
TOKENS = Excess("TOO_MANY_TOKENS", "{} tokens", "Send several smaller operations.")
DEPTH = Excess(
    "TOO_DEEP", "fields nested {} deep", "Ask for the inner records by their ids, in a second query."
)
CHAIN = Excess("TOO_DEEP", "fragments nested {} deep in fragments", "Spread them side by side.")
INTROSPECTION = Excess(
    "TOO_DEEP", "introspection nested {} deep", "Read the whole schema at /schema.graphql instead."
)
ALIASES = Excess("TOO_MANY_ALIASES", "{} aliases", "Use `nodes(ids:)`, a list, or several operations.")
DIRECTIVES = Excess("TOO_MANY_DIRECTIVES", "{} directives", "Put one on a fragment that holds the fields.")
DIRECTIVES_AT_ONCE = Excess("TOO_MANY_DIRECTIVES", "{} directives on one place", "Leave out what repeats.")
FIELDS = Excess(
    "TOO_MANY_FIELDS", "{} fields, with its fragments wherever they are spread", "Send several operations."
)
REPEATS = Excess("TOO_MANY_REPEATS", "one field {} times at one place", "Name each field once.")
PAIRS = Excess(
    "TOO_MANY_REPEATS",
    "{} pairs of a field with its repetition, or of fragments, that meet at one place",
    "Name each field once, in few fragments.",
)
ROOT_FIELDS = Excess("TOO_MANY_ROOT_FIELDS", "an operation of {} root fields", "Send several operations.")

_TOKEN = re.compile(
    r'#[^\n\r]*|("""(?:[^"\\]|\\.|"(?!""))*(?:""")?|"(?:[^"\\\n]|\\.)*"?|\.\.\.|[_A-Za-z]\w*|-?\d[\d.eE+-]*'
    r"|[!$&()\[\]{}:=@|])",
    re.DOTALL,
)


def tokens(text: str) -> int:
    """How many tokens a text has, counted many times faster than it could be parsed."""
    return sum(map(bool, _TOKEN.findall(text)))
