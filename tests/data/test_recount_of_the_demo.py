"""Every figure of every contact, account and lead of the demo company equals a brute-force recount."""

from db.database import connected
from domain.records import LeadBasis
from tests.data.recounted import check, everything


async def test_the_demo_company(demo: str) -> None:
    async with connected(demo) as db:
        known = await everything(db)
        assert {lead.basis for lead in known.leads} == set(LeadBasis)
        assert await check(db) == 2 * (2 * (600 + 38) + 300)
