"""Pages of the documentation that are made from the code: `python -m server.pages` writes them anew."""

import inspect
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from domain.insights import EmailInsights
from domain.interactions import ENGAGEMENT, Category, InteractionType
from schema.build import schema
from schema.graph import words_of
from schema.history import Change, Heading, history, released
from server.interaction_pages import interactions_page
from server.settings import Settings

DOCS = Path(__file__).parents[1] / "docs"


def insights_page() -> str:
    """docs/insights.md: every count, figure and interaction type with its words."""
    return "\n".join([*_email(), *_types()]) + "\n"


def _email() -> Iterator[str]:
    yield "# Insights"
    yield "\n*Made from `domain/insights.py` and `domain/interactions.py` by `make docs`; change it there.*\n"
    yield "## E-mail KPIs\n"
    yield words_of(EmailInsights)
    yield "\n| count | what is counted | from |\n|---|---|---|"
    for field in fields(EmailInsights):
        kinds = ", ".join(f"`{kind}`" for kind in sorted(field.metadata["kinds"]))
        yield f"| `{_camel(field.name)}` | {field.metadata['doc']} | {kinds} |"
    yield "\n| figure | what follows |\n|---|---|"
    for name, figure in inspect.getmembers(EmailInsights, lambda member: isinstance(member, property)):
        yield f"| `{_camel(name)}` | {words_of(figure)} |"


def _types() -> Iterator[str]:
    yield "\n## Interaction types\n"
    yield "A star marks what counts as engagement: what the contact did, as against what the system did."
    for category in Category:
        yield f"\n### {category.name}\n\n{category.value}\n"
        yield "| type | source name | what happened |\n|---|---|---|"
        for kind in InteractionType:
            if kind.category is category:
                star = " ★" if kind in ENGAGEMENT else ""
                yield f"| `{kind.name}`{star} | {kind.source_name} | {kind.words} |"


def schema_changelog_page() -> str:
    """docs/schema-changelog.md: what has changed in the graph from version to version, newest first."""
    first, *_ = versions = released()
    later = reversed(list(history(versions, schema.as_str())))
    told = [line for name, changes in later for line in _version(name, changes)]
    return "\n".join([*_preface(), *told, f"\n## {first}\n", "The first version."]) + "\n"


def _preface() -> Iterator[str]:
    yield "# What has changed in the schema"
    yield "\n*Made by `make docs` from `schema/versions` and the schema of this tree.*\n"
    yield "What can break a client is marked **breaking**, and stands in a note of [decisions](decisions)."
    yield "What goes is deprecated first, with what to use instead and the day of its end."


def _version(name: str, changes: list[Change]) -> Iterator[str]:
    yield f"\n## {name}"
    if not changes:
        yield "\nNothing yet."
    for heading in Heading:
        found = sorted((change for change in changes if change.heading is heading), key=str)
        if found:
            yield f"\n### {heading.value}\n"
            yield from (
                f"- {change.words}{' **Breaking.**' if change.needs_decision else ''}" for change in found
            )


def settings_page() -> str:
    """docs/settings.md: every setting, what it means and what holds where it is not set."""
    return "\n".join([*_settings()]) + "\n"


def _settings() -> Iterator[str]:
    yield "# Settings"
    yield "\n*Made from `server/settings.py` by `make docs`; change it there.*\n"
    yield "All are read from the environment, once, at start. A value that does not fit ends the start with a"
    yield "sentence and status 1."
    yield "\n| setting | meaning | if not set |\n|---|---|---|"
    for name, field in Settings.model_fields.items():
        usual = _UNSET.get(name) or _shown(field.default)
        yield f"| `LEADGRAPH_{name.upper()}` | {field.description} | {usual} |"
    bin = "The `bin` folder of a PostgreSQL to run in the embedded one's stead."
    yield f"| `LEADGRAPH_POSTGRES_BIN` | {bin} | the embedded one's |"


_UNSET = {
    "data_dir": "`/var/lib/leadgraph` as root, else the user's data folder",
    "database_url": "`DATABASE_URL`, else the embedded one",
    "listen_url": "the database's",
    "secret_key": "one made once, which the database keeps for all processes",
    "allowed_origins": "its own; on a local host, any local page's",
    "public_url": "none: addresses are paths then",
    "cookie_domain": "the host that the browser asked",
}


def _shown(value: Any) -> str:
    match value:
        case bool():
            return "on" if value else "off"
        case int():
            return f"{value:,}"
        case _:
            return f"`{value}`" if value else "none"


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


PAGES = {
    "insights.md": insights_page,
    "interactions.md": interactions_page,
    "schema-changelog.md": schema_changelog_page,
    "settings.md": settings_page,
}


def main() -> None:
    """Writes every page that is made from the code."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page())


if __name__ == "__main__":
    main()
