"""What was done on a website, in a window (domain.md 4.5)."""

from dataclasses import dataclass
from typing import Any

from db.footfall import Footfalls, Places, PopularPages
from domain.footfall import Footfall, Place
from domain.links import VisitedPage
from domain.scopes import ranked
from domain.windows import Window
from resolvers.context import Info


@dataclass(frozen=True)
class OfWebsite:
    """A website with what was done there in the window."""

    owner: Any
    window: Window
    machines: bool
    footfall: Footfall

    @property
    def global_id(self) -> str:
        """What tells it from the same of another record, or for another window."""
        return self.window.told(self.owner.id, "m" if self.machines else "")


async def of_website(root: Any, info: Info, window: Window, machines: bool) -> OfWebsite:
    """What was done on the website."""
    found = await info.context.load(Footfalls(window, machines), root.id)
    return OfWebsite(root, window, machines, found)


async def pages(root: OfWebsite, info: Info, first: int) -> tuple[VisitedPage, ...]:
    """Its pages, those visited most."""
    batch = PopularPages(root.window, root.machines, ranked(first))
    return await info.context.load(batch, root.owner.id)


async def places(root: OfWebsite, info: Info, first: int) -> tuple[Place, ...]:
    """Where most visits came from."""
    return await info.context.load(Places(root.window, root.machines, ranked(first)), root.owner.id)
