"""Pages of the documentation that are made from the code: `python -m server.pages` writes them anew."""

import inspect
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from domain.insights import EmailInsights
from domain.interactions import ENGAGEMENT, Category, InteractionType
from schema.graph import words_of

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


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


PAGES = {"insights.md": insights_page}


def main() -> None:
    """Writes every page that is made from the code."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page())


if __name__ == "__main__":
    main()
