"""Interactions as their documented source writes them, by the names of domain.md 3.1 to 3.5.

They name their records by ids of that source: the contact is known by its key there, and what else it names
is kept among the properties, under the same names in camelCase.
"""

from collections.abc import Mapping, Sequence
from typing import Any

ID, TYPE = "InteractionId", "InteractionType"
MEMBERS = {
    ID: "sourceId",
    TYPE: "type",
    "Timestamp": "occurredAt",
    "ContactId": "contactKey",
    "CustomerJourneyId": "journeyId",
    "CustomerJourneyIterationId": "iterationId",
    "ActivityId": "tileId",
    "MessageId": "messageId",
    "SendingId": "sendingId",
    "UsageType": "usageType",
    "VisitorId": "visitorId",
    "Link": "link",
}
"""The members that have a place of their own."""
_NAMES = {ours: theirs for theirs, ours in MEMBERS.items()}
_LINKS = ("OriginalUrl", "TargetUrl")
"""What stands for the link that was followed where no `Link` is written."""


def is_documented(line: Mapping[str, Any]) -> bool:
    """Whether a line is written in the source's own names."""
    return TYPE in line or ID in line


def translated(line: Mapping[str, Any]) -> dict[str, Any]:
    """The line in the graph's names; what the source notes about itself (`@odata…`) is left out."""
    properties: dict[str, Any] = {}
    found: dict[str, Any] = {}
    for name, value in line.items():
        if name in MEMBERS:
            found[MEMBERS[name]] = value
        elif name[:1].isupper() and "@" not in name:
            if value is not None:
                properties[name[0].lower() + name[1:]] = value
        elif "@" not in name:
            found[name] = value
    if found.get("link") is None:
        found["link"] = next((line[name] for name in _LINKS if line.get(name)), None)
    if properties:
        found.setdefault("properties", properties)
    return found


def placed(path: Sequence[str]) -> Sequence[str]:
    """A path in the line as it was before."""
    match path:
        case ["properties", name, *within] if name:
            return [name[0].upper() + name[1:], *within]
        case [name, *within]:
            return [_NAMES.get(name, name), *within]
        case _:
            return path
